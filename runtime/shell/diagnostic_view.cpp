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

// Of a long line, so many columns around the place are shown, and so many of them from its start
// on.
constexpr int window = 100;
constexpr int most_behind = 60;
// A character takes at most four bytes; some take no column.
constexpr size_t enough_bytes = size_t{8} * window;

/// The start of `text`, at least as much of it as the window can show.
std::string_view start_of(std::string_view text) {
  size_t size = std::min(text.size(), enough_bytes);
  while (size < text.size() && (text[size] & 0xC0) == 0x80) ++size;
  return text.substr(0, size);
}

/// The end of `text`, as much of it as fits into `width` columns, with `…` in place of what was
/// cut.
std::string end_of(std::string_view text, int width) {
  size_t from = text.size() - std::min(text.size(), enough_bytes);
  while (from > 0 && from < text.size() && (text[from] & 0xC0) == 0x80) ++from;
  const std::string visible = one_column_tabs(text.substr(from));
  std::string_view rest = visible;
  if (from == 0 && display_width(rest) <= width) return visible;
  while (!rest.empty() && display_width(rest) > width - 1) {
    rest.remove_prefix(first_character(rest).bytes);
  }
  return "\u2026" + std::string(rest);
}

/// A line, or a part of it, in three parts: before the place, the place, behind it.
struct ShownLine {
  std::string before, marked, after;
};

ShownLine shown_line(std::string_view line, size_t start, size_t end) {
  const std::string_view before = line.substr(0, start), after = line.substr(end);
  ShownLine shown;
  if (line.size() <= enough_bytes) {
    shown = {one_column_tabs(before), one_column_tabs(line.substr(start, end - start)),
             one_column_tabs(after)};
    const int width =
        display_width(shown.before) + display_width(shown.marked) + display_width(shown.after);
    if (width <= window) return shown;
  }
  shown.marked = truncated(one_column_tabs(start_of(line.substr(start, end - start))), most_behind);
  const int behind = most_behind - display_width(shown.marked);
  shown.after = behind > 0 ? truncated(one_column_tabs(start_of(after)), behind) : std::string();
  const int used = display_width(shown.marked) + display_width(shown.after);
  shown.before = end_of(before, window - used);
  return shown;
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
  const ShownLine shown = shown_line(line, start - line_start, std::max(end, start) - line_start);

  text += fmt::format("  {}{}{}\n", shown.before, shown.marked, shown.after);
  text += fmt::format("  {}{}", std::string(display_width(shown.before), ' '),
                      std::string(std::max(1, display_width(shown.marked)), '^'));
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
