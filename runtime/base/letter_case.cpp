#include <utf8proc.h>

#include "runtime/base/utf8.h"

namespace vedette {

namespace {

constexpr bool is_upper_ascii(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower_ascii(char c) {
  return c >= 'a' && c <= 'z';
}

int32_t signed_of(uint32_t code_point) {
  return static_cast<int32_t>(code_point);
}

template <typename Changes, typename Map>
std::string_view mapped(std::string_view text, Arena& arena, Changes changes, Map map) {
  size_t first = 0;
  while (first < text.size() && !changes(text[first])) ++first;
  if (first == text.size()) return text;
  if (is_ascii(text.substr(first))) {
    char* out = arena.allocate(text.size(), 1);
    for (size_t at = 0; at < text.size(); ++at) {
      out[at] = changes(text[at]) ? static_cast<char>(text[at] ^ 0x20) : text[at];
    }
    return {out, text.size()};
  }
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) append_code_point(out, map(take_code_point(text)));
  return arena.copy(out);
}

}  // namespace

bool is_letter_or_digit(uint32_t code_point) {
  if (code_point < 0x80) {
    const char c = static_cast<char>(code_point);
    return is_lower_ascii(c) || is_upper_ascii(c) || (c >= '0' && c <= '9');
  }
  switch (utf8proc_category(signed_of(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

uint32_t folded(uint32_t code_point) {
  if (code_point < 0x80) {
    return is_upper_ascii(static_cast<char>(code_point)) ? code_point + 32 : code_point;
  }
  const auto fold =
      static_cast<uint32_t>(utf8proc_tolower(utf8proc_toupper(signed_of(code_point))));
  return fold < 0x80 ? code_point : fold;
}

std::string_view lower_case(std::string_view text, Arena& arena) {
  return mapped(
      text, arena, [](char c) { return is_upper_ascii(c) || static_cast<int8_t>(c) < 0; },
      [](uint32_t c) { return static_cast<uint32_t>(utf8proc_tolower(signed_of(c))); });
}

std::string_view upper_case(std::string_view text, Arena& arena) {
  return mapped(
      text, arena, [](char c) { return is_lower_ascii(c) || static_cast<int8_t>(c) < 0; },
      [](uint32_t c) {
        const uint32_t sharp_s = 0xdf;  // Unicode maps it to itself; the library to U+1E9E
        return c == sharp_s ? c : static_cast<uint32_t>(utf8proc_toupper(signed_of(c)));
      });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  size_t at = 0;
  const size_t shorter = a.size() < b.size() ? a.size() : b.size();
  for (; at < shorter; ++at) {
    const auto x = static_cast<uint8_t>(a[at]);
    const auto y = static_cast<uint8_t>(b[at]);
    if ((x | y) >= 0x80) break;
    if (x != y && folded(x) != folded(y)) return false;
  }
  a.remove_prefix(at);
  b.remove_prefix(at);
  while (!a.empty() && !b.empty()) {
    if (folded(take_code_point(a)) != folded(take_code_point(b))) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace vedette
