#include "runtime/table/ingestion_failures.h"

#include <charconv>

#include "runtime/base/format.h"
#include "runtime/table/text_lines.h"

namespace vedette::storage {
namespace {

constexpr char between_fields = '\t';

/// A field of a line: no tabulators, no line breaks.
std::string field(std::string_view text) {
  std::string clean;
  for (const char c : text) clean += c == between_fields ? ' ' : c;
  return escaped(clean);
}

}  // namespace

std::string to_text(const std::vector<IngestionFailure>& failures) {
  std::string text;
  for (const IngestionFailure& failure : failures) {
    text += fmt::format("{}\t{}\t{}\t{}\t{}\n", failure.at.ticks, field(failure.error_code),
                        field(failure.table), field(failure.source), field(failure.details));
  }
  return text;
}

std::vector<IngestionFailure> failures_from_text(std::string_view text) {
  std::vector<IngestionFailure> failures;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::vector<std::string_view> fields;
    for (;;) {
      const size_t end = line.find(between_fields);
      fields.push_back(line.substr(0, end));
      if (end == std::string_view::npos) break;
      line.remove_prefix(end + 1);
    }
    int64_t ticks = 0;
    const char* end = fields[0].data() + fields[0].size();
    if (fields.size() != 5 || std::from_chars(fields[0].data(), end, ticks).ptr != end) continue;
    failures.push_back({.at = {ticks},
                        .table = unescaped(fields[2]),
                        .source = unescaped(fields[3]),
                        .details = unescaped(fields[4]),
                        .error_code = unescaped(fields[1])});
  }
  return failures;
}

}  // namespace vedette::storage
