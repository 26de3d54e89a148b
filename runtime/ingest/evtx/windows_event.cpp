#include "runtime/ingest/evtx/windows_event.h"

#include <algorithm>

#include "runtime/value/render.h"

namespace vedette {

namespace {

constexpr std::string_view name_space = "http://schemas.microsoft.com/win/2004/08/events/event";

std::string_view text_in(const XmlElement& element, std::string_view name) {
  const XmlElement* child = element.child(name);
  return child == nullptr ? std::string_view() : child->text;
}

std::string_view attribute_in(const XmlElement& element, std::string_view name,
                              std::string_view attribute) {
  const XmlElement* child = element.child(name);
  return child == nullptr ? std::string_view() : child->attribute(attribute);
}

void read_system(const XmlElement& system, WindowsEvent& into) {
  into.provider = attribute_in(system, "Provider", "Name");
  if (into.provider.empty()) into.provider = attribute_in(system, "Provider", "EventSourceName");
  into.channel = text_in(system, "Channel");
  into.computer = text_in(system, "Computer");
  into.time = attribute_in(system, "TimeCreated", "SystemTime");
  into.event_id = text_in(system, "EventID");
  into.version = text_in(system, "Version");
  into.level = text_in(system, "Level");
  into.task = text_in(system, "Task");
  into.opcode = text_in(system, "Opcode");
  into.keywords = text_in(system, "Keywords");
  into.record_id = text_in(system, "EventRecordID");
  into.activity_id = attribute_in(system, "Correlation", "ActivityID");
  into.process_id = attribute_in(system, "Execution", "ProcessID");
  into.thread_id = attribute_in(system, "Execution", "ThreadID");
  into.user_id = attribute_in(system, "Security", "UserID");
}

/// UserData has one element of a name of the provider's, whose children are the pieces.
void read_pieces(const XmlElement& data, std::vector<EventDatum>& pieces) {
  const bool wrapped = data.name == "UserData" && data.children != nullptr &&
                       data.children->next == nullptr && data.children->children != nullptr;
  const XmlElement& holder = wrapped ? *data.children : data;
  for (const XmlElement* piece = holder.children; piece != nullptr; piece = piece->next) {
    const std::string_view name = piece->attribute("Name");
    pieces.push_back({name.empty() ? piece->name : name, piece});
  }
}

/// Whether an attribute says more than what the element is called.
bool is_content(const XmlAttribute& attribute) {
  return attribute.name != "Name" && attribute.name != "xmlns";
}

void append_json(std::string& out, const XmlElement& element) {
  const XmlAttribute* attribute = element.attributes;
  while (attribute != nullptr && !is_content(*attribute)) attribute = attribute->next;
  if (attribute == nullptr && element.children == nullptr) {
    append_json_string(out, element.text);
    return;
  }
  const auto member = [&](std::string_view name) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
  };
  out += '{';
  for (; attribute != nullptr; attribute = attribute->next) {
    if (!is_content(*attribute)) continue;
    member("@" + std::string(attribute->name));
    append_json_string(out, attribute->value);
  }
  for (const XmlElement* child = element.children; child != nullptr; child = child->next) {
    const XmlElement* first = element.child(child->name);
    if (first != child) continue;  // it is in the array of the first of its name
    member(child->name);
    bool again = false;
    for (const XmlElement* other = child->next; other; other = other->next) {
      again = again || other->name == child->name;
    }
    if (again) out += '[';
    for (const XmlElement* other = child; other != nullptr; other = other->next) {
      if (other->name != child->name) continue;
      if (other != child) out += ',';
      append_json(out, *other);
    }
    if (again) out += ']';
  }
  if (!element.text.empty()) {
    member("#text");
    append_json_string(out, element.text);
  }
  out += '}';
}

}  // namespace

bool WindowsEvent::find(std::string_view name, std::string_view& text) const {
  for (const EventDatum& piece : pieces) {
    if (piece.name != name || !piece.is_text()) continue;
    text = piece.element->text;
    return true;
  }
  return false;
}

std::string_view WindowsEvent::text_of(std::string_view name) const {
  std::string_view text;
  find(name, text);
  return text;
}

bool take_apart(const XmlElement& event, WindowsEvent& into) {
  std::vector<EventDatum> pieces = std::move(into.pieces);
  pieces.clear();
  into = WindowsEvent{};
  into.pieces = std::move(pieces);
  if (event.name != "Event") return false;
  const XmlElement* system = event.child("System");
  if (system != nullptr) read_system(*system, into);
  const XmlElement* rendering = event.child("RenderingInfo");
  if (rendering != nullptr) into.message = text_in(*rendering, "Message");
  for (const XmlElement* child = event.children; child != nullptr; child = child->next) {
    if (child == system || child == rendering || into.data != nullptr) continue;
    into.data = child;
    read_pieces(*child, into.pieces);
  }
  return true;
}

void append_data_json(std::string& out, const WindowsEvent& event) {
  out += '{';
  const auto& pieces = event.pieces;
  for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
    const auto same = [&](const EventDatum& other) { return other.name == piece->name; };
    if (std::find_if(pieces.begin(), piece, same) != piece) continue;  // is in an array already
    if (out.back() != '{') out += ',';
    append_json_string(out, piece->name);
    out += ':';
    const bool several =
        piece->name == "Data" || std::find_if(piece + 1, pieces.end(), same) != pieces.end();
    if (several) out += '[';
    for (auto other = piece; other != pieces.end(); ++other) {
      if (!same(*other)) continue;
      if (other != piece) out += ',';
      append_json(out, *other->element);
    }
    if (several) out += ']';
  }
  out += '}';
}

void append_data_xml(std::string& out, const WindowsEvent& event) {
  if (event.data != nullptr) append_xml(out, *event.data, name_space, XmlLayout::Indented);
}

void append_data_item(std::string& out, const WindowsEvent& event) {
  out.append("<DataItem type=\"System.XmlData\" time=\"").append(event.time);
  out += "\" sourceHealthServiceId=\"00000000-0000-0000-0000-000000000000\">";
  if (event.data != nullptr) append_xml(out, *event.data, name_space, XmlLayout::Compact);
  out += "</DataItem>";
}

void append_parameters(std::string& out, const WindowsEvent& event) {
  for (const EventDatum& piece : event.pieces) {
    if (piece.element->name == "Binary") continue;
    out += "<Param>";
    append_xml_text(out, piece.element->text);
    out += "</Param>";
  }
}

std::string_view name_of_event_level(std::string_view level) {
  constexpr std::string_view names[] = {"LogAlways", "Critical",    "Error",
                                        "Warning",   "Information", "Verbose"};
  if (level.size() != 1 || level[0] < '0' || level[0] > '5') return {};
  return names[level[0] - '0'];
}

}  // namespace vedette
