#include "compiler/syntax/source.h"

#include <algorithm>

namespace vedette {

namespace {

constexpr size_t widest_line = 120;  // code points shown of a long line

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

uint32_t count_utf16(std::string_view text) {
  uint32_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!continues_character(c)) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

/// The byte where character number `count` begins.
size_t byte_of_character(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size() && count > 0) {
    ++at;
    while (at < text.size() && continues_character(text[at])) ++at;
    --count;
  }
  return at;
}

/// Blanks as wide as `text`; tabs stay tabs so that the caret lines up.
std::string blanks_like(std::string_view text) {
  std::string blanks;
  for (const char c : text) {
    if (!continues_character(c)) blanks += c == '\t' ? '\t' : ' ';
  }
  return blanks;
}

}  // namespace

Source::Source(std::string_view text) : text_(text) {
  line_starts_.push_back(0);
  for (uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

size_t Source::line_index(uint32_t byte) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), byte);
  return static_cast<size_t>(after - line_starts_.begin()) - 1;
}

LineColumn Source::line_column(uint32_t byte) const {
  byte = std::min(byte, static_cast<uint32_t>(text_.size()));
  const size_t index = line_index(byte);
  const uint32_t start = line_starts_[index];
  return {static_cast<uint32_t>(index + 1), count_utf16(text_.substr(start, byte - start)) + 1};
}

uint32_t Source::utf16_offset(uint32_t byte) const {
  return count_utf16(text_.substr(0, byte));
}

Span Source::utf16_span(Span span) const {
  const auto size = static_cast<uint32_t>(text_.size());
  const uint32_t start = std::min(span.start, size);
  const uint32_t end = std::min(span.end(), size);
  return {utf16_offset(start), count_utf16(text_.substr(start, end - start))};
}

std::string_view Source::line(uint32_t line) const {
  if (line == 0 || line > line_starts_.size()) return {};
  const uint32_t start = line_starts_[line - 1];
  const size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
  std::string_view content = text_.substr(start, end - start);
  if (content.ends_with('\r')) content.remove_suffix(1);
  return content;
}

std::string render(const Diagnostic& diagnostic, const Source& source) {
  std::string out = diagnostic.severity == Severity::Error ? "error " : "warning ";
  out += std::string(diagnostic.code) + ": " + diagnostic.message + '\n';
  const auto size = static_cast<uint32_t>(source.text().size());
  const uint32_t start = std::min(diagnostic.span.start, size);
  const LineColumn place = source.line_column(start);
  std::string_view line = source.line(place.line);
  const auto line_start = static_cast<uint32_t>(line.data() - source.text().data());
  size_t at = line.empty() ? 0 : std::min<size_t>(start - line_start, line.size());
  size_t end = line.empty() ? 0 : std::min<size_t>(at + diagnostic.span.length, line.size());

  std::string_view before, after;
  if (count_characters(line) > widest_line) {
    const size_t column = count_characters(line.substr(0, at));
    const size_t first = column > widest_line / 2 ? column - widest_line / 2 : 0;
    const size_t cut = byte_of_character(line, first);
    const size_t last = cut + byte_of_character(line.substr(cut), widest_line);
    if (cut > 0) before = "...";
    if (last < line.size()) after = "...";
    line = line.substr(cut, last - cut);
    at -= cut;
    end = std::min(end - cut, line.size());
  }
  out += "  " + std::string(before) + std::string(line) + std::string(after) + '\n';
  out += "  " + std::string(before.size(), ' ') + blanks_like(line.substr(0, at));
  out += std::string(std::max<size_t>(1, count_characters(line.substr(at, end - at))), '^');
  if (!diagnostic.suggestion.empty()) out += ' ' + diagnostic.suggestion;
  return out + '\n';
}

std::string render(const Diagnostics& diagnostics, const Source& source) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += render(diagnostic, source);
  return out;
}

}  // namespace vedette
