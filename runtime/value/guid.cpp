#include "runtime/value/guid.h"

#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

constexpr bool hyphen_before(size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = lower_ascii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

char* write_guid(char* out, const Guid& guid) {
  constexpr char digits[] = "0123456789abcdef";
  for (size_t at = 0; at < 16; ++at) {
    if (hyphen_before(at)) *out++ = '-';
    *out++ = digits[guid.bytes[at] >> 4];
    *out++ = digits[guid.bytes[at] & 15];
  }
  return out;
}

std::string to_text(const Guid& guid) {
  char text[guid_text_bytes];
  return {text, write_guid(text, guid)};
}

std::optional<Guid> parse_guid(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && (text[0] == '{' || text[0] == '(')) text.remove_prefix(1);
  const bool hyphens = text.size() > 8 && text[8] == '-';
  Guid guid;
  size_t at = 0;
  for (size_t byte = 0; byte < 16; ++byte) {
    if (hyphens && hyphen_before(byte) && (at >= text.size() || text[at++] != '-')) return {};
    if (text.size() - at < 2) return {};
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return {};
    guid.bytes[byte] = static_cast<uint8_t>(high * 16 + low);
    at += 2;
  }
  return guid;
}

}  // namespace vedette
