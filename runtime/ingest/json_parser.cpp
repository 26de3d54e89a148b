#include <simdjson.h>

#include <deque>
#include <unordered_map>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/record_sink.h"
#include "runtime/ingest/scan_value.h"

namespace vedette {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view bad_escape = "a string holds an escape that JSON does not have";

std::string_view without_trailing_spaces(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last + 1);
}

/// What went wrong, in words for the owner of the log.
std::string reason_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::UNCLOSED_STRING:
      return "a string has no closing quote";
    case simdjson::UNESCAPED_CHARS:
      return "a string holds a control character that is not escaped";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "the record ends inside of an object or array";
    case simdjson::DEPTH_ERROR:
      return "objects or arrays nest too deeply";
    case simdjson::EMPTY:
      return "the record is empty";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "the record is too large";
    default:
      return "not valid JSON: commas, colons, brackets or keys are missing or superfluous";
  }
}

/// The fields of an input, found by the raw text of their keys. Records tend to repeat the order of
/// their fields, so that each field remembers which one came behind it.
class FieldIndex {
 public:
  /// nullptr for a key with an escape that JSON does not have.
  FieldTarget* find(ondemand::raw_json_string key, Arena& scratch) {
    if (predicted_ != nullptr &&
        key.unsafe_is_equal(predicted_->raw_key.size(), predicted_->raw_key)) {
      return advance(*predicted_);
    }
    Field* field = look_up(key.raw(), scratch);
    if (field == nullptr) return nullptr;
    if (last_ != nullptr) last_->follower = field;
    return advance(*field);
  }

  void begin_record() {
    last_ = nullptr;
    predicted_ = fields_.empty() ? nullptr : &fields_.front();
  }

  void use(const Mapping& mapping) {
    for (Field& field : fields_) field.target.column = mapping.find(field.target.name);
    mapping_ = &mapping;
  }

 private:
  struct Field {
    std::string raw_key;
    FieldTarget target;
    Field* follower = nullptr;
  };

  FieldTarget* advance(Field& field) {
    last_ = &field;
    predicted_ = field.follower;
    return &field.target;
  }

  Field* look_up(const char* raw, Arena& scratch) {
    size_t size = 0;
    while (raw[size] != '"') size += raw[size] == '\\' ? 2 : 1;
    const std::string_view key(raw, size);
    const auto place = places_.find(key);
    if (place != places_.end()) return place->second;
    uint64_t repaired = 0;
    const auto name = unescape_json(key, scratch, repaired);
    if (!name) return nullptr;
    Field& field = fields_.emplace_back();
    field.raw_key = key;
    field.target.name = column_name(*name);
    field.target.column = mapping_->find(field.target.name);
    places_.emplace(field.raw_key, &field);
    return &field;
  }

  const Mapping* mapping_ = nullptr;
  std::deque<Field> fields_;
  std::unordered_map<std::string_view, Field*> places_;
  Field* last_ = nullptr;
  Field* predicted_ = nullptr;
};

class JsonParser : public RecordParser {
 public:
  void parse(Chunk& chunk, std::shared_ptr<const Mapping> mapping, ParsedChunk& parsed) override {
    if (mapping_ != mapping) fields_.use(*mapping);
    mapping_ = mapping;
    if (chunk.by_lines) {
      chunk.records.clear();
      chunk.line_ends = split_lines(chunk.text(), chunk.records);
    }
    if (crowded_lines_ && chunk.by_lines) separate_objects(chunk);
    if (parse_records(chunk, parsed)) return;
    // Somewhere a second object follows on the same line, so look for that from now on.
    crowded_lines_ = true;
    separate_objects(chunk);
    parse_records(chunk, parsed);
  }

 private:
  enum class Outcome : uint8_t { Accepted, Refused, Trailing };

  /// False if a record turned out to be several.
  bool parse_records(Chunk& chunk, ParsedChunk& parsed) {
    parsed.reset(mapping_, static_cast<uint32_t>(chunk.records.size()));
    RecordSink sink(parsed);
    for (const RecordPlace& place : chunk.records) {
      const std::string_view text = chunk.text_of(place);
      const size_t readable = chunk.bytes.capacity() - place.start;
      simdjson::error_code error = simdjson::SUCCESS;
      std::string reason;
      Outcome outcome = parse_record(text, readable, sink, parsed, error, reason);
      if (outcome == Outcome::Refused && error == simdjson::UTF8_ERROR) {
        ++parsed.repaired_records;
        const std::string valid = sanitized_utf8(text);
        char* copy = parsed.texts.allocate(valid.size() + chunk_padding, 1);
        std::memcpy(copy, valid.data(), valid.size());
        outcome = parse_record({copy, valid.size()}, valid.size() + chunk_padding, sink, parsed,
                               error, reason);
      }
      if (outcome == Outcome::Trailing && chunk.by_lines && !crowded_lines_) {
        sink.refuse(place, {});
        sink.finish();
        return false;
      }
      if (outcome == Outcome::Accepted) {
        sink.accept(place);
      } else {
        if (outcome == Outcome::Trailing) reason = "something follows the object";
        sink.refuse(place, reason.empty() ? reason_of(error) : std::move(reason));
      }
    }
    sink.finish();
    return true;
  }

  Outcome parse_record(std::string_view text, size_t readable, RecordSink& sink,
                       ParsedChunk& parsed, simdjson::error_code& error, std::string& reason) {
    ondemand::document document;
    error = parser_.iterate(text.data(), text.size(), readable).get(document);
    if (error != simdjson::SUCCESS) return Outcome::Refused;
    ondemand::object object;
    error = document.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) reason = "a record must be a JSON object";
    if (error != simdjson::SUCCESS) return Outcome::Refused;
    fields_.begin_record();
    for (auto next : object) {
      ondemand::field field;
      error = std::move(next).get(field);
      if (error != simdjson::SUCCESS) return Outcome::Refused;
      FieldTarget* target = fields_.find(field.key(), parsed.texts);
      if (target == nullptr) {
        reason = bad_escape;
        return Outcome::Refused;
      }
      error = parse_value(field.value(), *target, sink, parsed, reason);
      if (error != simdjson::SUCCESS || !reason.empty()) return Outcome::Refused;
    }
    const char* next = nullptr;
    const bool more = document.current_location().get(next) == simdjson::SUCCESS &&
                      next < text.data() + text.size();
    return more ? Outcome::Trailing : Outcome::Accepted;
  }

  simdjson::error_code parse_value(ondemand::value& value, FieldTarget& field, RecordSink& sink,
                                   ParsedChunk& parsed, std::string& reason) {
    const std::string_view raw = value.raw_json_token();
    const std::string_view token = without_trailing_spaces(raw);
    const char first = token.empty() ? '\0' : token.front();
    // The token reaches to the next one, which simdjson would take for granted.
    const char next = raw.data()[raw.size()];
    if (first != '{' && first != '[' && next != ',' && next != '}') return simdjson::TAPE_ERROR;
    switch (first) {
      case '"': {
        if (token.size() < 2 || token.back() != '"') return simdjson::TAPE_ERROR;
        const auto text =
            unescape_json(token.substr(1, token.size() - 2), parsed.texts, parsed.repaired_records);
        if (!text) {
          reason = bad_escape;
        } else {
          sink.text(field, *text);
        }
        return simdjson::SUCCESS;
      }
      case '{': {
        ondemand::object object;
        if (auto error = value.get_object().get(object)) return error;
        return container(object.raw_json(), field, sink, reason);
      }
      case '[': {
        ondemand::array array;
        if (auto error = value.get_array().get(array)) return error;
        return container(array.raw_json(), field, sink, reason);
      }
      case 'n':
        sink.null(field);
        return token == "null" ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
      case 't':
      case 'f':
        if (token != "true" && token != "false") return simdjson::TAPE_ERROR;
        sink.boolean(field, token == "true");
        return simdjson::SUCCESS;
      default:
        if (!sink.number(field, token)) {
          reason = fmt::format("'{}' is not a JSON value", token.substr(0, 40));
        }
        return simdjson::SUCCESS;
    }
  }

  static simdjson::error_code container(simdjson::simdjson_result<std::string_view> raw,
                                        FieldTarget& field, RecordSink& sink, std::string& reason) {
    std::string_view json;
    if (auto error = std::move(raw).get(json)) return error;
    if (!sink.container(field, without_trailing_spaces(json))) {
      reason = "an array or object is not valid JSON or nests too deeply";
    }
    return simdjson::SUCCESS;
  }

  /// Makes every object a record of its own.
  static void separate_objects(Chunk& chunk) {
    std::vector<RecordPlace> records;
    for (const RecordPlace& place : chunk.records) {
      const std::string_view text = chunk.text_of(place);
      size_t start = 0;
      while (start < text.size()) {
        size_t end = text[start] == '{' ? end_of_json(text, start) : std::string_view::npos;
        if (end == std::string_view::npos) end = text.size();
        records.push_back({place.start + start, end - start, place.line});
        start = text.find_first_not_of(" \t\r,", end);
      }
    }
    chunk.records = std::move(records);
  }

  ondemand::parser parser_;
  std::shared_ptr<const Mapping> mapping_;
  FieldIndex fields_;
  bool crowded_lines_ = false;
};

}  // namespace

std::unique_ptr<RecordParser> make_json_parser() {
  return std::make_unique<JsonParser>();
}

}  // namespace vedette
