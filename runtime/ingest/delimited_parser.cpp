#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/record_sink.h"

namespace vedette {

namespace {

class DelimitedParser : public RecordParser {
 public:
  DelimitedParser(char delimiter, std::vector<std::string> header) : delimiter_(delimiter) {
    for (std::string& name : header) targets_.push_back({.name = std::move(name)});
  }

  void parse(Chunk& chunk, std::shared_ptr<const Mapping> mapping, ParsedChunk& parsed) override {
    for (FieldTarget& target : targets_) target.column = mapping->find(target.name);
    parsed.reset(mapping, static_cast<uint32_t>(chunk.records.size()));
    const bool valid = is_valid_utf8(chunk.text());
    RecordSink sink(parsed);
    for (const RecordPlace& place : chunk.records) {
      std::string_view record = chunk.text_of(place);
      if (!valid && !is_valid_utf8(record)) {
        record = parsed.texts.copy(sanitized_utf8(record));
        ++parsed.repaired_records;
      }
      const bool closed = split_fields(record, delimiter_, parsed.texts, fields_);
      if (!closed) {
        sink.refuse(place, "a quoted field has no closing quote");
      } else if (fields_.size() != targets_.size()) {
        sink.refuse(place, fmt::format("the record has {} fields, the header has {}",
                                       fields_.size(), targets_.size()));
      } else {
        for (size_t at = 0; at < fields_.size(); ++at) sink.delimited(targets_[at], fields_[at]);
        sink.accept(place);
      }
    }
    sink.finish();
  }

 private:
  char delimiter_;
  std::vector<FieldTarget> targets_;
  std::vector<std::string_view> fields_;
};

/// A quoted field without its quotes; `at` moves behind it. Text behind the closing quote belongs
/// to the field, as in `"a"b`.
bool take_quoted(std::string_view record, size_t& at, char delimiter, Arena& texts,
                 std::string_view& field) {
  const size_t start = ++at;
  bool plain = true;
  size_t close = record.find('"', at);
  while (close != std::string_view::npos && close + 1 < record.size() && record[close + 1] == '"') {
    plain = false;
    close = record.find('"', close + 2);
  }
  if (close == std::string_view::npos) return false;
  size_t end = record.find(delimiter, close + 1);
  if (end == std::string_view::npos) end = record.size();
  at = end;
  field = record.substr(start, close - start);
  const std::string_view behind = record.substr(close + 1, end - close - 1);
  if (plain && behind.empty()) return true;
  char* const copy = texts.allocate(field.size() + behind.size(), 1);
  char* out = copy;
  for (size_t from = 0; from < field.size(); ++from) {
    *out++ = field[from];
    if (field[from] == '"') ++from;
  }
  for (char c : behind) *out++ = c;
  field = {copy, static_cast<size_t>(out - copy)};
  return true;
}

}  // namespace

bool split_fields(std::string_view record, char delimiter, Arena& texts,
                  std::vector<std::string_view>& fields) {
  fields.clear();
  size_t at = 0;
  while (true) {
    std::string_view field;
    if (at < record.size() && record[at] == '"') {
      if (!take_quoted(record, at, delimiter, texts, field)) return false;
    } else {
      const size_t start = at;
      at = record.find(delimiter, start);
      if (at == std::string_view::npos) at = record.size();
      field = record.substr(start, at - start);
    }
    fields.push_back(field);
    if (at == record.size()) return true;
    ++at;
  }
}

std::vector<std::string> header_names(const std::vector<std::string_view>& fields) {
  std::vector<std::string> names;
  for (std::string_view field : fields) {
    constexpr std::string_view zone = " [UTC]";
    while (field.starts_with(' ')) field.remove_prefix(1);
    while (field.ends_with(' ')) field.remove_suffix(1);
    if (field.ends_with(zone)) field.remove_suffix(zone.size());
    const std::string name = column_name(field);
    std::string unique = name;
    for (int number = 1; std::count(names.begin(), names.end(), unique) > 0; ++number) {
      unique = fmt::format("{}{}", name, number);
    }
    names.push_back(std::move(unique));
  }
  return names;
}

std::unique_ptr<RecordParser> make_delimited_parser(char delimiter,
                                                    std::vector<std::string> header) {
  return std::make_unique<DelimitedParser>(delimiter, std::move(header));
}

}  // namespace vedette
