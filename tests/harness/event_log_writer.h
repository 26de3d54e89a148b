// Writes Windows event logs (EVTX) for tests, the way Windows does: binary XML with templates, data
// as a template of its own, names and templates shared within a chunk.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ingest/evtx/event_value.h"
#include "runtime/value/scalar.h"

namespace vedette {

/// A value as it lies in a log.
struct WrittenValue {
  uint8_t type = 0;
  std::string bytes;
};

WrittenValue written_null();
WrittenValue written_text(std::string_view utf8);
/// An array of texts.
WrittenValue written_texts(const std::vector<std::string>& utf8);
/// A number of the type's width.
WrittenValue written_number(EventValueType type, uint64_t number);
/// `S-1-5-18` and the like.
WrittenValue written_sid(const std::vector<uint32_t>& parts);

/// An event to write. `data` gets <Data Name=".."> elements, those without a name <Data> alone;
/// with `user_data`, elements of these names in an element of that name in <UserData>.
struct WrittenEvent {
  std::string provider = "Microsoft-Windows-Security-Auditing";
  std::string channel = "Security";
  std::string computer = "ws1.example.com";
  uint16_t event_id = 4624;
  uint8_t level = 0;
  uint16_t task = 12544;
  uint64_t keywords = 0x8020000000000000;
  Datetime time;
  WrittenValue user_id;  // a SID or null
  std::string user_data;
  std::vector<std::pair<std::string, WrittenValue>> data;
};

/// A chunk, its events ending at `used`, with checksums that fit what it holds.
std::string with_event_checksums(std::string chunk, size_t used);

class EventLogWriter {
 public:
  EventLogWriter() { begin_chunk(); }

  /// Events get the record numbers 1, 2, ...
  void add(const WrittenEvent& event);
  /// The bytes of the log, with right checksums.
  std::string finish();

 private:
  struct Attribute {
    std::string name;
    std::string text;
    int value = -1;  // which value instead of the text
  };

  void begin_chunk();
  void end_chunk();
  void write_record(const WrittenEvent& event);
  void write_event_template();
  void write_data_template(const WrittenEvent& event);
  /// Writes a template instance; `body` writes its definition, which is there once a chunk.
  template <typename Body> void write_template(const std::string& key, const Body& body);
  void write_values(const std::vector<WrittenValue>& values);

  size_t open(std::string_view name, const std::vector<Attribute>& attributes, bool empty);
  void close(size_t element);
  void leaf(std::string_view name, int value, const std::vector<Attribute>& attributes = {});
  void substitution(int value, bool optional);
  void name(std::string_view text);
  void number(uint64_t value, size_t bytes);
  void patch(size_t at, uint64_t value, size_t bytes);

  std::string file_;
  std::string chunk_;
  std::map<std::string, size_t, std::less<>> names_;
  std::map<std::string, size_t> templates_;
  uint64_t next_number_ = 1;
  uint64_t first_number_ = 1;  // of the chunk
  size_t last_record_ = 0;
  uint16_t chunks_ = 0;
};

}  // namespace vedette
