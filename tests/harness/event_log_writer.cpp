#include "tests/harness/event_log_writer.h"

#include <zlib.h>

#include "runtime/base/error.h"
#include "runtime/base/utf8.h"
#include "runtime/ingest/evtx/event_log.h"
#include "runtime/value/datetime.h"

namespace vedette {

namespace {

constexpr size_t file_header_bytes = 4096;
constexpr size_t chunk_header_bytes = 512;
constexpr int64_t ticks_to_1601 = days_of_date(1601, 1, 1) * 864'000'000'000;

void append_number(std::string& out, uint64_t value, size_t bytes) {
  for (size_t at = 0; at < bytes; ++at) out += static_cast<char>(value >> (8 * at) & 255);
}

void append_utf16(std::string& out, std::string_view utf8) {
  while (!utf8.empty()) {
    const uint32_t point = take_code_point(utf8);
    if (point < 0x10000) {
      append_number(out, point, 2);
    } else {
      append_number(out, 0xd800 + ((point - 0x10000) >> 10), 2);
      append_number(out, 0xdc00 + ((point - 0x10000) & 0x3ff), 2);
    }
  }
}

uint32_t checksum(uint32_t before, std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(before, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

void patch_in(std::string& bytes, size_t at, uint64_t value, size_t width) {
  std::string number;
  append_number(number, value, width);
  bytes.replace(at, width, number);
}

uint64_t file_time(Datetime time) {
  return static_cast<uint64_t>(time.ticks - ticks_to_1601);
}

/// The values of the template of events, in their order.
enum EventValue : int { Id, Level, Task, Keywords, Time, Number, Channel, Computer, User, Data };

}  // namespace

WrittenValue written_null() {
  return {};
}

WrittenValue written_text(std::string_view utf8) {
  WrittenValue value{static_cast<uint8_t>(EventValueType::String), {}};
  append_utf16(value.bytes, utf8);
  return value;
}

WrittenValue written_texts(const std::vector<std::string>& utf8) {
  WrittenValue value{static_cast<uint8_t>(EventValueType::String) | event_value_array, {}};
  for (const std::string& text : utf8) {
    append_utf16(value.bytes, text);
    append_number(value.bytes, 0, 2);
  }
  return value;
}

WrittenValue written_number(EventValueType type, uint64_t number) {
  WrittenValue value{static_cast<uint8_t>(type), {}};
  size_t bytes = 8;
  if (type == EventValueType::UInt8 || type == EventValueType::Int8) bytes = 1;
  if (type == EventValueType::UInt16 || type == EventValueType::Int16) bytes = 2;
  if (type == EventValueType::UInt32 || type == EventValueType::Int32 ||
      type == EventValueType::HexInt32 || type == EventValueType::Bool) {
    bytes = 4;
  }
  append_number(value.bytes, number, bytes);
  return value;
}

WrittenValue written_sid(const std::vector<uint32_t>& parts) {
  WrittenValue value{static_cast<uint8_t>(EventValueType::Sid), {}};
  append_number(value.bytes, 1, 1);
  append_number(value.bytes, parts.size() - 1, 1);
  value.bytes.append(5, '\0');
  append_number(value.bytes, parts[0], 1);
  for (size_t at = 1; at < parts.size(); ++at) append_number(value.bytes, parts[at], 4);
  return value;
}

std::string with_event_checksums(std::string chunk, size_t used) {
  const std::string_view text(chunk);
  patch_in(chunk, 0x34, checksum(0, text.substr(chunk_header_bytes, used - chunk_header_bytes)), 4);
  patch_in(chunk, 0x7c, checksum(checksum(0, text.substr(0, 0x78)), text.substr(0x80, 0x180)), 4);
  return chunk;
}

void EventLogWriter::number(uint64_t value, size_t bytes) {
  append_number(chunk_, value, bytes);
}

void EventLogWriter::patch(size_t at, uint64_t value, size_t bytes) {
  patch_in(chunk_, at, value, bytes);
}

void EventLogWriter::name(std::string_view text) {
  const auto [known, added] = names_.try_emplace(std::string(text), chunk_.size() + 4);
  number(known->second, 4);
  if (!added) return;
  std::string utf16;
  append_utf16(utf16, text);
  uint32_t hash = 0;
  for (size_t at = 0; at < utf16.size(); at += 2) {
    hash = hash * 65599 + static_cast<uint32_t>(little_endian(utf16.data() + at, 2));
  }
  number(0, 4);
  number(hash & 0xffff, 2);
  number(utf16.size() / 2, 2);
  chunk_ += utf16;
  number(0, 2);
}

void EventLogWriter::substitution(int value, bool optional) {
  number(optional ? 0x0e : 0x0d, 1);
  number(static_cast<uint64_t>(value), 2);
  number(0, 1);
}

size_t EventLogWriter::open(std::string_view element, const std::vector<Attribute>& attributes,
                            bool empty) {
  number(attributes.empty() ? 0x01 : 0x41, 1);
  number(0xffff, 2);
  const size_t size_at = chunk_.size();
  number(0, 4);
  name(element);
  if (!attributes.empty()) {
    const size_t list_at = chunk_.size();
    number(0, 4);
    for (size_t at = 0; at < attributes.size(); ++at) {
      number(at + 1 < attributes.size() ? 0x46 : 0x06, 1);
      name(attributes[at].name);
      if (attributes[at].value >= 0) {
        substitution(attributes[at].value, true);
        continue;
      }
      number(0x05, 1);
      number(static_cast<uint64_t>(EventValueType::String), 1);
      std::string utf16;
      append_utf16(utf16, attributes[at].text);
      number(utf16.size() / 2, 2);
      chunk_ += utf16;
    }
    patch(list_at, chunk_.size() - list_at - 4, 4);
  }
  number(empty ? 0x03 : 0x02, 1);
  if (empty) patch(size_at, chunk_.size() - size_at - 4, 4);
  return size_at;
}

void EventLogWriter::close(size_t element) {
  number(0x04, 1);
  patch(element, chunk_.size() - element - 4, 4);
}

void EventLogWriter::leaf(std::string_view element, int value,
                          const std::vector<Attribute>& attributes) {
  const size_t at = open(element, attributes, false);
  substitution(value, false);
  close(at);
}

template <typename Body>
void EventLogWriter::write_template(const std::string& key, const Body& body) {
  number(0x0f, 1);
  number(1, 1);
  number(1, 1);
  number(0, 1);
  number(0x0c, 1);
  number(1, 1);
  number(checksum(0, key), 4);
  const auto [known, added] = templates_.try_emplace(key, chunk_.size() + 4);
  number(known->second, 4);
  if (!added) return;
  number(0, 4);
  number(checksum(0, key), 4);
  chunk_.append(12, '\0');
  const size_t size_at = chunk_.size();
  number(0, 4);
  number(0x0001010f, 4);
  body();
  number(0, 1);
  patch(size_at, chunk_.size() - size_at - 4, 4);
}

void EventLogWriter::write_event_template() {
  const size_t event =
      open("Event", {{"xmlns", "http://schemas.microsoft.com/win/2004/08/events/event"}}, false);
  const size_t system = open("System", {}, false);
  open("Provider", {{"Name", {}, Data + 1}}, true);
  leaf("EventID", Id);
  leaf("Level", Level);
  leaf("Task", Task);
  leaf("Keywords", Keywords);
  open("TimeCreated", {{"SystemTime", {}, Time}}, true);
  leaf("EventRecordID", Number);
  leaf("Channel", Channel);
  leaf("Computer", Computer);
  open("Security", {{"UserID", {}, User}}, true);
  close(system);
  substitution(Data, true);
  close(event);
}

void EventLogWriter::write_data_template(const WrittenEvent& event) {
  const bool user_data = !event.user_data.empty();
  const size_t outer = open(user_data ? "UserData" : "EventData", {}, false);
  const size_t inner = user_data ? open(event.user_data, {{"xmlns", "urn:example"}}, false) : 0;
  for (size_t at = 0; at < event.data.size(); ++at) {
    const std::string& named = event.data[at].first;
    if (user_data) {
      leaf(named, static_cast<int>(at));
    } else if (named.empty()) {
      leaf("Data", static_cast<int>(at));
    } else {
      leaf("Data", static_cast<int>(at), {{"Name", named}});
    }
  }
  if (user_data) close(inner);
  close(outer);
}

void EventLogWriter::write_values(const std::vector<WrittenValue>& values) {
  number(values.size(), 4);
  for (const WrittenValue& value : values) {
    number(value.bytes.size(), 2);
    number(value.type, 2);
  }
  for (const WrittenValue& value : values) chunk_ += value.bytes;
}

void EventLogWriter::write_record(const WrittenEvent& event) {
  last_record_ = chunk_.size();
  chunk_ += std::string_view("**\0\0", 4);
  number(0, 4);
  number(next_number_, 8);
  number(file_time(event.time), 8);
  write_template("event", [this] { write_event_template(); });
  std::vector<WrittenValue> values = {
      written_number(EventValueType::UInt16, event.event_id),
      written_number(EventValueType::UInt8, event.level),
      written_number(EventValueType::UInt16, event.task),
      written_number(EventValueType::HexInt64, event.keywords),
      written_number(EventValueType::FileTime, file_time(event.time)),
      written_number(EventValueType::UInt64, next_number_),
      written_text(event.channel),
      written_text(event.computer),
      event.user_id,
      {static_cast<uint8_t>(EventValueType::BinaryXml), {}},
      written_text(event.provider),
  };
  // The data come last but one; their names and templates lie where they are written.
  const size_t at_values = chunk_.size();
  write_values(values);
  const size_t provider_bytes = values.back().bytes.size();
  chunk_.resize(chunk_.size() - provider_bytes);
  const size_t data_at = chunk_.size();
  if (!event.data.empty()) {
    std::string key = "data " + event.user_data;
    for (const auto& [named, value] : event.data) key += "\n" + named;
    write_template(key, [&] { write_data_template(event); });
    std::vector<WrittenValue> data;
    for (const auto& [named, value] : event.data) data.push_back(value);
    write_values(data);
    number(0, 1);
  } else {
    patch(at_values + 4 + 4 * Data + 2, 0, 2);
  }
  patch(at_values + 4 + 4 * Data, chunk_.size() - data_at, 2);
  chunk_ += values.back().bytes;
  number(0, 1);
  while ((chunk_.size() - last_record_ + 4) % 8 != 0) number(0, 1);
  const size_t size = chunk_.size() - last_record_ + 4;
  number(size, 4);
  patch(last_record_ + 4, size, 4);
}

void EventLogWriter::add(const WrittenEvent& event) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::string chunk = chunk_;
    const auto names = names_;
    const auto templates = templates_;
    const size_t last_record = last_record_;
    write_record(event);
    if (chunk_.size() <= event_chunk_bytes) {
      ++next_number_;
      return;
    }
    check(chunk.size() > chunk_header_bytes, "an event fits into a chunk");
    chunk_ = chunk;
    names_ = names;
    templates_ = templates;
    last_record_ = last_record;
    end_chunk();
    begin_chunk();
  }
}

void EventLogWriter::begin_chunk() {
  chunk_.assign(chunk_header_bytes, '\0');
  names_.clear();
  templates_.clear();
  first_number_ = next_number_;
  last_record_ = 0;
}

void EventLogWriter::end_chunk() {
  if (last_record_ == 0) return;
  chunk_.replace(0, 8, event_chunk_signature);
  patch(0x08, first_number_, 8);
  patch(0x10, next_number_ - 1, 8);
  patch(0x18, first_number_, 8);
  patch(0x20, next_number_ - 1, 8);
  patch(0x28, 128, 4);
  patch(0x2c, last_record_, 4);
  patch(0x30, chunk_.size(), 4);
  chunk_ = with_event_checksums(chunk_, chunk_.size());
  chunk_.resize(event_chunk_bytes);
  file_ += chunk_;
  ++chunks_;
}

std::string EventLogWriter::finish() {
  end_chunk();
  std::string header(file_header_bytes, '\0');
  header.replace(0, 8, event_log_signature);
  patch_in(header, 0x10, chunks_ == 0 ? 0 : chunks_ - 1u, 8);
  patch_in(header, 0x18, next_number_, 8);
  patch_in(header, 0x20, 128, 4);
  patch_in(header, 0x24, 1, 2);
  patch_in(header, 0x26, 3, 2);
  patch_in(header, 0x28, file_header_bytes, 2);
  patch_in(header, 0x2a, chunks_, 2);
  patch_in(header, 0x7c, checksum(0, std::string_view(header).substr(0, 0x78)), 4);
  return header + file_;
}

}  // namespace vedette
