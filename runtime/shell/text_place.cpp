#include "runtime/shell/text_place.h"

#include <algorithm>

namespace vedette::shell {
namespace {

/// UTF-16 units of UTF-8 text: characters, and one more for each beyond the basic plane.
uint32_t utf16_units(std::string_view text) {
  uint32_t units = 0;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    units += ((code & 0xC0) != 0x80) + (code >= 0xF0);
  }
  return units;
}

}  // namespace

TextPlace place_of(std::string_view text, Span span) {
  const std::string_view before = text.substr(0, std::min<size_t>(span.start, text.size()));
  const size_t line_start = before.rfind('\n') + 1;
  return {
      .start = utf16_units(before),
      .length = utf16_units(text.substr(before.size(), span.length)),
      .line = 1 + static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n')),
      .column = 1 + utf16_units(before.substr(line_start)),
  };
}

}  // namespace vedette::shell
