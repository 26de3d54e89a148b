#include "runtime/ingest/scan_value.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/value/datetime.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

/// The value of `count` digits at `text`, or a negative number if they are not all digits.
int digits_at(const char* text, int count) {
  int value = 0;
  for (int at = 0; at < count; ++at) {
    const unsigned digit = static_cast<unsigned char>(text[at]) - '0';
    if (digit > 9) return -1'000'000'000;
    value = value * 10 + static_cast<int>(digit);
  }
  return value;
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = lower_ascii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The four hexadecimal digits behind `\u`; -1 if they are not there.
int code_unit(std::string_view raw, size_t at) {
  if (at + 4 > raw.size()) return -1;
  int value = 0;
  for (size_t digit = at; digit < at + 4; ++digit) {
    const int nibble = hex_digit(raw[digit]);
    if (nibble < 0) return -1;
    value = value * 16 + nibble;
  }
  return value;
}

char* write_utf8(char* out, uint32_t code) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xc0 | code >> 6);
    *out++ = static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *out++ = static_cast<char>(0xe0 | code >> 12);
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *out++ = static_cast<char>(0xf0 | code >> 18);
    *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (code & 0x3f));
  }
  return out;
}

/// The character of a one-letter escape, 0 if there is none.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

std::optional<int64_t> scan_long(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<int64_t> scan_integer(std::string_view text) {
  text = trimmed(text);
  if (const auto value = scan_long(text)) return value;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    if (text.size() < 3 || error != std::errc() || end != text.data() + text.size()) return {};
    return static_cast<int64_t>(value);
  }
  const auto real = scan_real(text);
  if (!real || std::trunc(*real) != *real || std::abs(*real) > 9.0e15) return {};
  return static_cast<int64_t>(*real);
}

std::optional<double> scan_real(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<bool> scan_bool(std::string_view text) {
  text = trimmed(text);
  if (text == "1" || equal_ignoring_ascii_case(text, "true")) return true;
  if (text == "0" || equal_ignoring_ascii_case(text, "false")) return false;
  return {};
}

std::optional<Datetime> scan_datetime(std::string_view text) {
  const char* at = text.data();
  if (text.size() < 20 || at[4] != '-' || at[7] != '-' || at[10] != 'T' || at[13] != ':' ||
      at[16] != ':' || text.back() != 'Z') {
    return parse_datetime(text);
  }
  DatetimeParts parts = {digits_at(at, 4),      digits_at(at + 5, 2),  digits_at(at + 8, 2),
                         digits_at(at + 11, 2), digits_at(at + 14, 2), digits_at(at + 17, 2)};
  if (text.size() > 20) {
    const std::string_view fraction = text.substr(20, text.size() - 21);
    if (at[19] != '.' || fraction.empty()) return parse_datetime(text);
    for (char c : fraction) {
      if (!is_digit(c)) return parse_datetime(text);
    }
    parts.fraction = fraction_ticks(fraction);
  }
  if (const auto time = datetime_of(parts)) return time;
  return parse_datetime(text);
}

std::optional<Datetime> scan_epoch(double number) {
  constexpr int64_t epoch = days_of_date(1970, 1, 1) * ticks_per_day;
  double ticks_per_unit = 0;
  if (number >= 1e9 && number < 1e10) ticks_per_unit = ticks_per_second;
  if (number >= 1e12 && number < 1e13) ticks_per_unit = ticks_per_millisecond;
  if (number >= 1e15 && number < 1e16) ticks_per_unit = ticks_per_microsecond;
  if (number >= 1e18 && number < 1e19) ticks_per_unit = 0.01;
  if (ticks_per_unit == 0) return {};
  return Datetime{epoch + std::llround(number * ticks_per_unit)};
}

std::optional<std::string_view> unescape_json(std::string_view raw, Arena& arena,
                                              uint64_t& repaired) {
  const void* first = raw.empty() ? nullptr : std::memchr(raw.data(), '\\', raw.size());
  if (first == nullptr) return raw;
  char* const start = arena.allocate(raw.size(), 1);  // escapes are never shorter than characters
  char* out = start;
  size_t from = 0;
  size_t at = static_cast<const char*>(first) - raw.data();
  while (true) {
    std::memcpy(out, raw.data() + from, at - from);
    out += at - from;
    if (at == raw.size()) break;
    if (at + 1 == raw.size()) return {};
    if (raw[at + 1] == 'u') {
      const int unit = code_unit(raw, at + 2);
      if (unit < 0) return {};
      uint32_t code = static_cast<uint32_t>(unit);
      at += 6;
      if (unit >= 0xd800 && unit < 0xe000) {
        const bool paired =
            unit < 0xdc00 && at + 1 < raw.size() && raw[at] == '\\' && raw[at + 1] == 'u';
        const int low = paired ? code_unit(raw, at + 2) : -1;
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (static_cast<uint32_t>(low) - 0xdc00);
          at += 6;
        } else {
          code = 0xfffd;
          ++repaired;
        }
      }
      out = write_utf8(out, code);
    } else {
      const char c = simple_escape(raw[at + 1]);
      if (c == 0) return {};
      *out++ = c;
      at += 2;
    }
    from = at;
    const void* next =
        at < raw.size() ? std::memchr(raw.data() + at, '\\', raw.size() - at) : nullptr;
    at = next == nullptr ? raw.size() : static_cast<const char*>(next) - raw.data();
  }
  return std::string_view(start, static_cast<size_t>(out - start));
}

}  // namespace vedette
