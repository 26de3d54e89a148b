#include "runtime/shell/diagnostic_view.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/shell/terminal.h"
#include "runtime/shell/text_place.h"
#include "runtime/value/render.h"

namespace vedette::shell {
namespace {

/// `text` with tabs as one space each, so that a caret can stand below it.
std::string one_column_tabs(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return made_visible(line);
}

}  // namespace

std::string to_human_text(std::string_view query, const Diagnostic& diagnostic) {
  const bool error = diagnostic.severity == Severity::Error;
  std::string text =
      fmt::format("{} {}: {}\n", error ? "error" : "warning", diagnostic.code, diagnostic.message);
  if (query.empty() || diagnostic.span == Span{}) {
    if (!diagnostic.suggestion.empty()) text += fmt::format("  {}\n", diagnostic.suggestion);
    return text;
  }

  const size_t start = std::min<size_t>(diagnostic.span.start, query.size());
  const size_t line_start = start == 0 ? 0 : query.rfind('\n', start - 1) + 1;
  const size_t line_end = std::min(query.find('\n', start), query.size());
  const size_t end = std::min<size_t>(diagnostic.span.end(), line_end);
  const std::string_view line = query.substr(line_start, line_end - line_start);
  const std::string before = one_column_tabs(line.substr(0, start - line_start));
  const std::string marked =
      end > start ? one_column_tabs(query.substr(start, end - start)) : std::string();

  text += fmt::format("  {}\n", one_column_tabs(line));
  text += fmt::format("  {}{}", std::string(display_width(before), ' '),
                      std::string(std::max(1, display_width(marked)), '^'));
  if (!diagnostic.suggestion.empty()) text += fmt::format(" {}", diagnostic.suggestion);
  return text + '\n';
}

std::string to_json(std::string_view query, const Diagnostic& diagnostic) {
  const TextPlace place = place_of(query, diagnostic.span);
  std::string json = fmt::format(R"({{"kind":"{}","code":"{}","message":)",
                                 name_of(diagnostic.kind), diagnostic.code);
  append_json_string(json, diagnostic.message);
  json += fmt::format(R"(,"start":{},"length":{},"line":{},"column":{})", place.start, place.length,
                      place.line, place.column);
  if (!diagnostic.suggestion.empty()) {
    json += R"(,"hint":)";
    append_json_string(json, diagnostic.suggestion);
  }
  return json + '}';
}

}  // namespace vedette::shell
