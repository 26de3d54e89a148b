// A Windows event taken apart: what the system says of it, and the data of its provider.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/ingest/evtx/event_xml.h"

namespace vedette {

/// A named piece of the data of an event.
struct EventDatum {
  std::string_view name;  // `Data` for one without a name
  const XmlElement* element = nullptr;

  bool is_text() const { return element->children == nullptr; }
};

/// Texts as in the event's XML; empty where the event does not say.
struct WindowsEvent {
  std::string_view provider, channel, computer, time;
  std::string_view event_id, version, level, task, opcode, keywords;
  std::string_view record_id, activity_id, process_id, thread_id, user_id;
  std::string_view message;          // of forwarded events, which come with their text
  const XmlElement* data = nullptr;  // the element EventData, UserData or the like
  std::vector<EventDatum> pieces;    // of `data`, in their order

  /// The text of a piece of the data; empty if there is none of this name.
  std::string_view text_of(std::string_view name) const;
  /// The same, and whether there is one.
  bool find(std::string_view name, std::string_view& text) const;
};

/// Reads `event`, whose root element must be <Event>, into `into`. False if it is not.
bool take_apart(const XmlElement& event, WindowsEvent& into);

/// The data as a JSON object. Names that come again, and `Data` without names, become arrays.
void append_data_json(std::string& out, const WindowsEvent& event);

/// The data as `<EventData xmlns="..">`, each piece on a line of its own; empty without data.
void append_data_xml(std::string& out, const WindowsEvent& event);

/// The data as agents put it into the table Event: `<DataItem ..><EventData xmlns="..">..`.
void append_data_item(std::string& out, const WindowsEvent& event);

/// The data as `<Param>..</Param>`, one for each piece but `Binary`.
void append_parameters(std::string& out, const WindowsEvent& event);

/// `Information`, `Warning`, ... for a level; empty for one without a name.
std::string_view name_of_event_level(std::string_view level);

}  // namespace vedette
