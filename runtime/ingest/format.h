// Tells what an input is made of by looking at its first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette {

enum class InputFormat : uint8_t {
  Auto,       // decided by the content
  Lines,      // NDJSON: a JSON object a line
  Json,       // JSON in any other arrangement: arrays, envelopes, objects over many lines
  Delimited,  // CSV, TSV and their like, with a header
  EventLog,   // EVTX: a Windows event log
  Parquet,
};

/// A format and its details.
struct Dialect {
  InputFormat format = InputFormat::Auto;
  char delimiter = ',';  // of Delimited
};

/// The dialect of a name a user may give: `ndjson` (`jsonl`), `json`, `csv`, `tsv`, `evtx`,
/// `parquet`, `auto`.
std::optional<Dialect> dialect_of_name(std::string_view name);

/// `ndjson`, `json`, `csv`, `tsv`, `evtx` or `parquet`.
std::string_view name_of(const Dialect& dialect);

/// What the numbers of records in messages count: `line`, `event` or `row`.
std::string_view counted_in(const Dialect& dialect);

/// Decides by `head`, the first bytes of an input (without a byte order mark); the extension of
/// `name` only settles what the content leaves open. `whole` says that `head` is all there is.
/// Throws QueryError `ING0003` when the text is neither an event log nor JSON nor has a header.
Dialect detect_format(std::string_view head, bool whole, std::string_view name);

/// Counts the fields of the record that `text` begins with.
size_t count_fields(std::string_view text, char delimiter);

}  // namespace vedette
