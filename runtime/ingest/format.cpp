#include "runtime/ingest/format.h"

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/evtx/event_log.h"
#include "runtime/ingest/framer.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

/// The name without the extension of a packed file.
std::string_view without_packing(std::string_view name) {
  for (std::string_view packing : {".gz", ".zst", ".GZ", ".ZST"}) {
    if (name.ends_with(packing)) name.remove_suffix(packing.size());
  }
  return name;
}

bool looks_like_json(std::string_view head) {
  const size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const size_t second = head.find_first_not_of(" \t\r\n", first + 1);
  const char next = second == std::string_view::npos ? '\0' : head[second];
  if (head[first] == '{') return next == '"' || next == '}';
  // A bracket also begins the lines of some logs: "[Sun Mar 7 ...] error".
  return head[first] == '[' && (next == '{' || next == ']');
}

/// One object a line, or something that needs its brackets counted.
InputFormat arrangement_of(std::string_view head, bool whole) {
  const size_t start = head.find_first_not_of(" \t\r\n");
  if (head[start] == '[') return InputFormat::Json;
  size_t inside = 0;
  if (look_for_envelope(head, start, whole, inside) == Envelope::Yes) return InputFormat::Json;
  const size_t end = end_of_json(head, start);
  const std::string_view object = head.substr(start, end == head.npos ? head.npos : end - start);
  if (object.find('\n') != std::string_view::npos) return InputFormat::Json;
  if (end == std::string_view::npos) return InputFormat::Lines;
  const size_t next = head.find_first_not_of(" \t\r", end);
  return next == std::string_view::npos || head[next] == '\n' ? InputFormat::Lines
                                                              : InputFormat::Json;
}

/// The text behind the first line end that is not inside of quotes.
std::string_view second_record(std::string_view head, char delimiter) {
  std::vector<RecordPlace> records;
  make_framer({InputFormat::Delimited, delimiter})->frame(head, false, records);
  return records.size() < 2 ? std::string_view() : head.substr(records[1].start, records[1].size);
}

/// Whether the first record reads like the names of columns, not like a line of a log: CEF has its
/// bars, and many a syslog line has its commas.
bool looks_like_header(std::string_view head, char delimiter) {
  std::vector<RecordPlace> records;
  make_framer({InputFormat::Delimited, delimiter})->frame(head, true, records);
  if (records.empty()) return false;
  Arena texts;
  std::vector<std::string_view> fields;
  if (!split_fields(head.substr(records[0].start, records[0].size), delimiter, texts, fields)) {
    return false;
  }
  return std::all_of(fields.begin(), fields.end(), [](std::string_view name) {
    const bool starts_well =
        !name.empty() && (is_ascii_letter(name[0]) || name[0] == '_' || name[0] == '@' ||
                          name[0] == '$' || static_cast<unsigned char>(name[0]) > 127);
    return starts_well && name.find('=') == std::string_view::npos && !name.starts_with("CEF:") &&
           !name.starts_with("LEEF:");
  });
}

}  // namespace

size_t count_fields(std::string_view text, char delimiter) {
  size_t fields = 1;
  bool quoted = false;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    fields += c == delimiter;
  }
  return fields;
}

std::optional<Dialect> dialect_of_name(std::string_view name) {
  if (name == "auto") return Dialect{};
  if (name == "ndjson" || name == "jsonl") return Dialect{InputFormat::Lines};
  if (name == "json") return Dialect{InputFormat::Json};
  if (name == "csv") return Dialect{InputFormat::Delimited, ','};
  if (name == "tsv") return Dialect{InputFormat::Delimited, '\t'};
  if (name == "evtx") return Dialect{InputFormat::EventLog};
  if (name == "parquet") return Dialect{InputFormat::Parquet};
  return {};
}

std::string_view name_of(const Dialect& dialect) {
  switch (dialect.format) {
    case InputFormat::Lines:
      return "ndjson";
    case InputFormat::Json:
      return "json";
    case InputFormat::Delimited:
      return dialect.delimiter == '\t' ? "tsv" : "csv";
    case InputFormat::EventLog:
      return "evtx";
    case InputFormat::Parquet:
      return "parquet";
    case InputFormat::Auto:
      break;
  }
  return "auto";
}

std::string_view counted_in(const Dialect& dialect) {
  if (dialect.format == InputFormat::Parquet) return "row";
  return dialect.format == InputFormat::EventLog ? "event" : "line";
}

Dialect detect_format(std::string_view head, bool whole, std::string_view name) {
  const std::string_view plain = without_packing(name);
  const bool has_magic = head.starts_with("PAR1") && head.find('\0') != head.npos;
  if (has_magic || plain.ends_with(".parquet")) return {InputFormat::Parquet};
  const bool says_csv = plain.ends_with(".csv") || plain.ends_with(".CSV");
  const bool says_tsv = plain.ends_with(".tsv") || plain.ends_with(".TSV");
  if (head.starts_with(event_log_signature)) return {InputFormat::EventLog};
  if (plain.ends_with(".evtx") || plain.ends_with(".EVTX")) {
    throw QueryError(ErrorKind::Runtime, "ING0003",
                     fmt::format("'{}' is no Windows event log (EVTX): it does not begin with "
                                 "'ElfFile'",
                                 name));
  }
  if (head.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    if (says_csv || says_tsv) return {InputFormat::Delimited, says_tsv ? '\t' : ','};
    return {InputFormat::Lines};
  }
  if (looks_like_json(head)) return {arrangement_of(head, whole)};
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    throw QueryError(ErrorKind::Runtime, "ING0003",
                     fmt::format("'{}' is UTF-16 text; convert it to UTF-8 first", name));
  }
  if (head.find('\0') == std::string_view::npos) {
    constexpr std::array<char, 4> delimiters = {',', '\t', ';', '|'};
    const char best = *std::max_element(delimiters.begin(), delimiters.end(), [&](char a, char b) {
      return count_fields(head, a) < count_fields(head, b);
    });
    const size_t fields = count_fields(head, best);
    if (says_csv || says_tsv) {
      return {InputFormat::Delimited, fields > 1 ? best : says_tsv ? '\t' : ','};
    }
    const std::string_view next = second_record(head, best);
    if (fields > 1 && looks_like_header(head, best) &&
        (next.empty() || count_fields(next, best) == fields)) {
      return {InputFormat::Delimited, best};
    }
  }
  throw QueryError(
      ErrorKind::Runtime, "ING0003",
      fmt::format("cannot tell the format of '{}': it begins neither as JSON or Parquet nor "
                  "with the header of a table; if it is one of these, say which with "
                  "--format (other formats are not read yet)",
                  name));
}

}  // namespace vedette
