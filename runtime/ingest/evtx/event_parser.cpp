#include "runtime/ingest/evtx/event_parser.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "runtime/base/format.h"
#include "runtime/ingest/evtx/binary_xml.h"
#include "runtime/ingest/evtx/event_log.h"
#include "runtime/ingest/evtx/security_columns.h"
#include "runtime/ingest/evtx/windows_event.h"
#include "runtime/ingest/field_kinds.h"
#include "runtime/ingest/record_sink.h"

namespace vedette {

namespace {

enum class EventTable : uint8_t { Security, Event, Windows };

EventTable event_table(std::string_view name) {
  if (name == "SecurityEvent") return EventTable::Security;
  return name == "Event" ? EventTable::Event : EventTable::Windows;
}

/// The account of a well-known security identifier, as the table Event names users.
std::string_view user_name_of(std::string_view user_id) {
  if (user_id.empty()) return "N/A";
  if (user_id == "S-1-5-18") return "NT AUTHORITY\\SYSTEM";
  if (user_id == "S-1-5-19") return "NT AUTHORITY\\LOCAL SERVICE";
  if (user_id == "S-1-5-20") return "NT AUTHORITY\\NETWORK SERVICE";
  return user_id;
}

/// The fields of a table by their names.
class EventFields {
 public:
  void use(const Mapping& mapping) {
    mapping_ = &mapping;
    for (Field& field : fields_) field.target.column = mapping.find(field.target.name);
  }

  void begin_record() { ++record_; }

  /// The field of a name; nullptr if this record has given it a value already.
  FieldTarget* claim(std::string_view name) {
    const auto place = places_.find(name);
    Field* field = place == places_.end() ? &add(name) : place->second;
    if (field->last_record == record_) return nullptr;
    field->last_record = record_;
    return &field->target;
  }

 private:
  struct Field {
    FieldTarget target;
    uint64_t last_record = 0;
  };

  Field& add(std::string_view name) {
    Field& field = fields_.emplace_back();
    field.target.name = column_name(name);
    field.target.column = mapping_->find(field.target.name);
    places_.emplace(field.target.name, &field);
    return field;
  }

  const Mapping* mapping_ = nullptr;
  std::deque<Field> fields_;
  std::unordered_map<std::string_view, Field*> places_;
  uint64_t record_ = 0;
};

class EventParser : public RecordParser {
 public:
  explicit EventParser(std::string_view table) : table_(event_table(table)) {}

  void parse(Chunk& chunk, std::shared_ptr<const Mapping> mapping, ParsedChunk& parsed) override {
    mapping_ = std::move(mapping);
    fields_.use(*mapping_);
    const std::vector<EventChunk> parts = find_records(chunk);
    parsed.reset(mapping_, static_cast<uint32_t>(chunk.records.size()));
    RecordSink sink(parsed);
    size_t place = 0;
    size_t start = event_log_header_bytes(chunk.text());
    for (const EventChunk& part : parts) {
      reader_.begin_chunk(chunk.text().substr(start, event_chunk_bytes));
      if (!part.doubt.empty()) note_doubt(part, chunk.records, place, parsed);
      for (const EventGap& gap : part.gaps) sink.refuse(chunk.records[place++], gap.reason);
      for (const EventRecord& record : part.records) {
        parse_record(record, chunk.records[place++], sink, parsed);
      }
      start += event_chunk_bytes;
    }
    sink.finish();
  }

 private:
  /// Lists all records, so that they are known by their number in the file.
  static std::vector<EventChunk> find_records(Chunk& chunk) {
    std::vector<EventChunk> parts;
    chunk.records.clear();
    const std::string_view text = chunk.text();
    for (size_t at = event_log_header_bytes(text); at < text.size(); at += event_chunk_bytes) {
      EventChunk part = read_event_chunk(text.substr(at, event_chunk_bytes));
      const uint64_t first = chunk.records.size();
      for (const EventGap& gap : part.gaps) {
        chunk.records.push_back({at + gap.start, gap.size, chunk.records.size()});
      }
      for (const EventRecord& record : part.records) {
        chunk.records.push_back({at + record.start, record.size, chunk.records.size()});
      }
      number_in_order(chunk.records, first);
      parts.push_back(std::move(part));
    }
    chunk.line_ends = chunk.records.size();
    return parts;
  }

  /// Gaps come before the records of their chunk; their numbers are those of their places.
  static void number_in_order(std::vector<RecordPlace>& places, uint64_t first) {
    std::vector<RecordPlace*> order;
    for (size_t at = first; at < places.size(); ++at) order.push_back(&places[at]);
    std::sort(order.begin(), order.end(),
              [](const RecordPlace* a, const RecordPlace* b) { return a->start < b->start; });
    for (size_t at = 0; at < order.size(); ++at) order[at]->line = first + at;
  }

  static void note_doubt(const EventChunk& part, const std::vector<RecordPlace>& places,
                         size_t place, ParsedChunk& parsed) {
    const uint64_t number = place < places.size() ? places[place].line : places.size();
    const std::string which =
        part.records.empty() ? std::string("a chunk without events")
                             : fmt::format("the chunk with the events of record numbers {} to {}",
                                           part.records.front().number, part.records.back().number);
    parsed.doubts.push_back({number, fmt::format("{}: {}", which, part.doubt)});
  }

  void parse_record(const EventRecord& record, const RecordPlace& place, RecordSink& sink,
                    ParsedChunk& parsed) {
    const XmlElement* xml = reader_.read(record.xml_start, record.xml_end, parsed.texts);
    if (xml == nullptr) {
      sink.refuse(place, fmt::format("the event with record number {} cannot be read: {}",
                                     record.number, reader_.problem()));
      return;
    }
    if (!take_apart(*xml, event_)) {
      sink.refuse(place, fmt::format("record number {} is no event but <{}>", record.number,
                                     xml->name.substr(0, 60)));
      return;
    }
    if (event_.time.empty()) event_.time = text_of_file_time(record.written, parsed.texts);
    if (table_ == EventTable::Security && !is_security_channel(event_.channel)) {
      ++parsed.left_out[std::string(event_.channel)];
      return;
    }
    if (reader_.repaired()) ++parsed.repaired_records;
    sink_ = &sink;
    texts_ = &parsed.texts;
    fields_.begin_record();
    const bool good = put_event();
    if (good) {
      sink.accept(place);
    } else {
      sink.refuse(place, fmt::format("the data of the event with record number {} nests too deeply",
                                     record.number));
    }
  }

  bool put_event() {
    text("TimeGenerated", event_.time);
    text("Computer", event_.computer);
    switch (table_) {
      case EventTable::Security:
        put_security();
        return true;
      case EventTable::Event:
        put_plain();
        return true;
      default:
        return put_windows();
    }
  }

  void put_security() {
    text("EventSourceName", event_.provider);
    text("Channel", event_.channel);
    number("Task", event_.task);
    text("Level", event_.level);
    number("EventID", event_.event_id);
    made("Activity", activity_of(event_.event_id));
    put_system();
    const EventAccounts accounts = accounts_of(event_);
    made("Account", accounts.account);
    made("AccountType", accounts.type);
    made("SubjectAccount", accounts.subject);
    made("TargetAccount", accounts.target);
    text("Process", process_of(event_));
    text("LogonTypeName", logon_type_name(event_.text_of("LogonType")));
    std::string xml;
    append_data_xml(xml, event_);
    made("EventData", xml);
    for (const EventDatum& piece : event_.pieces) put_piece(piece);
  }

  /// A table with declared columns has its pieces in EventData, beside those that are columns; one
  /// without gets a column for each.
  void put_piece(const EventDatum& piece) {
    if (!piece.is_text() || piece.name == "Data") return;
    const uint32_t column = mapping_->find(piece.name);
    if (column == no_column && mapping_->declared() > 0) return;
    const std::string_view value = piece.element->text;
    // Windows writes `-` where there is nothing.
    const bool nothing =
        value == "-" && column != no_column && mapping_->columns()[column].type != Type::String;
    if (!nothing) text(piece.name, value);
  }

  void put_plain() {
    text("Source", event_.provider);
    text("EventLog", event_.channel);
    number("EventLevel", event_.level);
    text("EventLevelName", name_of_event_level(event_.level));
    number("EventID", event_.event_id);
    number("EventCategory", event_.task);
    text("UserName", user_name_of(event_.user_id));
    text("RenderedDescription", event_.message);
    std::string parameters;
    append_parameters(parameters, event_);
    made("ParameterXml", parameters);
    std::string xml;
    append_data_item(xml, event_);
    made("EventData", xml);
  }

  bool put_windows() {
    text("Provider", event_.provider);
    text("Channel", event_.channel);
    number("Task", event_.task);
    number("EventLevel", event_.level);
    number("EventID", event_.event_id);
    put_system();
    std::string json;
    append_data_json(json, event_);
    FieldTarget* field = fields_.claim("EventData");
    return field == nullptr || sink_->container(*field, texts_->copy(json));
  }

  /// What SecurityEvent and WindowsEvent have in common.
  void put_system() {
    text("EventLevelName", name_of_event_level(event_.level));
    text("SystemUserId", event_.user_id);
    number("Version", event_.version);
    text("Opcode", event_.opcode);
    text("Keywords", event_.keywords);
    text("Correlation", event_.activity_id);
    number("SystemProcessId", event_.process_id);
    number("SystemThreadId", event_.thread_id);
    text("EventRecordId", event_.record_id);
  }

  void text(std::string_view name, std::string_view value) {
    if (FieldTarget* field = fields_.claim(name)) sink_->text(*field, value);
  }

  /// A text that was made here, and not by Windows.
  void made(std::string_view name, std::string_view value) { text(name, texts_->copy(value)); }

  void number(std::string_view name, std::string_view value) {
    FieldTarget* field = fields_.claim(name);
    if (field == nullptr) return;
    if (is_canonical_integer(value)) {
      sink_->number(*field, value);
    } else {
      sink_->text(*field, value);
    }
  }

  EventTable table_;
  std::shared_ptr<const Mapping> mapping_;
  EventFields fields_;
  BinaryXmlReader reader_;
  WindowsEvent event_;
  RecordSink* sink_ = nullptr;
  Arena* texts_ = nullptr;
};

}  // namespace

std::unique_ptr<RecordParser> make_event_parser(std::string_view table) {
  return std::make_unique<EventParser>(table);
}

}  // namespace vedette
