#include "runtime/ingest/parquet/leaf_value.h"

#include <bit>
#include <cmath>

#include "runtime/base/base64.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/datetime.h"
#include "runtime/value/guid.h"
#include "runtime/value/render.h"

namespace vedette::parquet {

namespace {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

constexpr int64_t ticks_before_1970 = days_of_date(1970, 1, 1) * ticks_per_day;
constexpr int64_t julian_day_of_1970 = 2'440'588;
constexpr size_t most_decimal_bytes = 64;

template <typename T> T fixed_at(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::optional<int64_t> in_64_bits(Wide value) {
  if (value < INT64_MIN || value > INT64_MAX) return {};
  return static_cast<int64_t>(value);
}

Wide divided_down(Wide value, Wide by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

Wide ticks_of(int64_t value, TimeUnit unit) {
  switch (unit) {
    case TimeUnit::Milliseconds:
      return Wide{value} * ticks_per_millisecond;
    case TimeUnit::Microseconds:
      return Wide{value} * ticks_per_microsecond;
    case TimeUnit::Nanoseconds:
      break;
  }
  return divided_down(value, 100);
}

/// The number that a decimal of few enough bytes counts its last digits in.
std::optional<Wide> unscaled_at(const Leaf& leaf, const Values& values, size_t at) {
  if (leaf.physical == Physical::Int32 || leaf.physical == Physical::Int64) {
    return values.integers[at];
  }
  const std::string_view bytes = values.texts[at];
  if (bytes.size() > sizeof(Wide)) return {};
  auto value = static_cast<UnsignedWide>(!bytes.empty() && bytes[0] < 0 ? Wide{-1} : Wide{0});
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return static_cast<Wide>(value);
}

/// All digits of a two's complement number, the high byte first; empty if there are too many.
std::string digits_of(std::string_view bytes) {
  if (bytes.size() > most_decimal_bytes) return {};
  std::string number(bytes);
  const bool negative = !number.empty() && number[0] < 0;
  if (negative) {
    int carry = 1;
    for (size_t at = number.size(); at-- > 0;) {
      const int byte = (~static_cast<uint8_t>(number[at]) & 0xff) + carry;
      number[at] = static_cast<char>(byte);
      carry = byte >> 8;
    }
  }
  std::string digits;
  while (number.find_first_not_of('\0') != std::string::npos) {
    int rest = 0;
    for (char& byte : number) {
      const int part = rest << 8 | static_cast<uint8_t>(byte);
      byte = static_cast<char>(part / 10);
      rest = part % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  if (digits.empty()) return "0";
  return negative ? "-" + digits : digits;
}

std::string decimal_text(const Leaf& leaf, const Values& values, size_t at) {
  const auto small = unscaled_at(leaf, values, at);
  std::string text = small ? fmt::format("{}", *small) : digits_of(values.texts[at]);
  if (leaf.scale == 0 || text.empty()) return text;
  const size_t sign = text[0] == '-' ? 1 : 0;
  const auto scale = static_cast<size_t>(leaf.scale);
  if (text.size() - sign <= scale) text.insert(sign, scale + 1 - (text.size() - sign), '0');
  text.insert(text.size() - scale, 1, '.');
  return text;
}

void write_real_number(double value, std::string& out, Written& written) {
  char buffer[max_real_text_bytes];
  out.assign(buffer, static_cast<size_t>(write_real(buffer, value) - buffer));
  written = std::isfinite(value) ? Written::Number : Written::Text;
}

void write_interval(std::string_view bytes, std::string& out) {
  const auto milliseconds = fixed_at<uint32_t>(bytes, 8);
  out = fmt::format("P{}M{}DT{}.{:03}S", fixed_at<uint32_t>(bytes, 0), fixed_at<uint32_t>(bytes, 4),
                    milliseconds / 1000, milliseconds % 1000);
}

}  // namespace

int64_t integer_at(const Leaf& leaf, const Values& values, size_t at) {
  const int64_t value = values.integers[at];
  if (leaf.unsigned_bits == 0) return value;
  return value & ((int64_t{1} << leaf.unsigned_bits) - 1);
}

double real_at(const Leaf& leaf, const Values& values, size_t at) {
  if (leaf.kind == LeafKind::Real) return values.reals[at];
  const auto bits = fixed_at<uint16_t>(values.texts[at], 0);
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  double value = 0;
  if (exponent == 0x1f) {
    value = fraction == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 0x400, exponent - 25);
  }
  return bits >> 15 ? -value : value;
}

std::optional<Datetime> datetime_at(const Leaf& leaf, const Values& values, size_t at) {
  Wide ticks = 0;
  if (leaf.kind == LeafKind::Date) {
    ticks = Wide{values.integers[at]} * ticks_per_day;
  } else if (leaf.kind == LeafKind::Timestamp) {
    ticks = ticks_of(values.integers[at], leaf.unit);
  } else {
    const std::string_view bytes = values.texts[at];
    const Wide day = Wide{fixed_at<int32_t>(bytes, 8)} - julian_day_of_1970;
    ticks = day * ticks_per_day + ticks_of(fixed_at<int64_t>(bytes, 0), TimeUnit::Nanoseconds);
  }
  ticks += ticks_before_1970;
  if (ticks < 0 || ticks > max_datetime_ticks) return {};
  return Datetime{static_cast<int64_t>(ticks)};
}

std::optional<Timespan> timespan_at(const Leaf& leaf, const Values& values, size_t at) {
  std::optional<int64_t> ticks;
  if (leaf.kind == LeafKind::Time) {
    ticks = in_64_bits(ticks_of(values.integers[at], leaf.unit));
  } else {
    const std::string_view bytes = values.texts[at];
    if (fixed_at<uint32_t>(bytes, 0) > 0) return {};
    ticks = in_64_bits(Wide{fixed_at<uint32_t>(bytes, 4)} * ticks_per_day +
                       Wide{fixed_at<uint32_t>(bytes, 8)} * ticks_per_millisecond);
  }
  if (!ticks) return {};
  return Timespan{*ticks};
}

std::optional<Decimal> decimal_at(const Leaf& leaf, const Values& values, size_t at) {
  const auto unscaled = unscaled_at(leaf, values, at);
  if (unscaled && *unscaled > INT64_MIN && *unscaled <= INT64_MAX && leaf.scale <= 34) {
    const auto number = static_cast<int64_t>(*unscaled);
    Decimal decimal = decimal_of(number);
    if (leaf.scale == 0) return decimal;
    // Decimals keep their exponent in 14 bits behind the sign.
    constexpr uint64_t exponent_bits = 0x3fffull << 49;
    decimal.high = (decimal.high & ~exponent_bits) |
                   ((static_cast<uint64_t>(-leaf.scale) << 49) & exponent_bits);
    return decimal;
  }
  return parse_decimal(decimal_text(leaf, values, at));
}

Guid guid_at(const Values& values, size_t at) {
  Guid guid;
  std::memcpy(guid.bytes.data(), values.texts[at].data(), guid.bytes.size());
  return guid;
}

Written write_value(const Leaf& leaf, const Values& values, size_t at, std::string& out) {
  Written written = Written::Text;
  switch (leaf.kind) {
    case LeafKind::Bool:
      out = values.integers[at] != 0 ? "true" : "false";
      return Written::Bool;
    case LeafKind::Int:
    case LeafKind::Long:
      out = fmt::format_int(integer_at(leaf, values, at)).c_str();
      return Written::Number;
    case LeafKind::UnsignedLong:
      out = fmt::format_int(static_cast<uint64_t>(values.integers[at])).c_str();
      return Written::Number;
    case LeafKind::Real:
    case LeafKind::Float16:
      write_real_number(real_at(leaf, values, at), out, written);
      return written;
    case LeafKind::Text:
    case LeafKind::Json:
      out = sanitized_utf8(values.texts[at]);
      return written;
    case LeafKind::Binary: {
      const std::string_view bytes = values.texts[at];
      const bool text = leaf.physical == Physical::ByteArray && is_valid_utf8(bytes);
      out = text ? std::string(bytes) : base64_of(bytes);
      return written;
    }
    case LeafKind::Date:
    case LeafKind::Timestamp:
    case LeafKind::Int96:
      if (const auto time = datetime_at(leaf, values, at)) {
        out = to_text(*time);
      } else if (leaf.kind == LeafKind::Int96) {
        out = base64_of(values.texts[at]);
      } else {
        out = fmt::format_int(values.integers[at]).c_str();
      }
      return written;
    case LeafKind::Time:
    case LeafKind::Interval:
      if (const auto span = timespan_at(leaf, values, at)) {
        out = to_text(*span);
      } else if (leaf.kind == LeafKind::Interval) {
        write_interval(values.texts[at], out);
      } else {
        out = fmt::format_int(values.integers[at]).c_str();
      }
      return written;
    case LeafKind::Decimal:
      out = decimal_text(leaf, values, at);
      if (!out.empty()) return Written::Number;
      out = base64_of(values.texts[at]);
      return written;
    case LeafKind::Uuid:
      out = to_text(guid_at(values, at));
      return written;
  }
  return written;
}

}  // namespace vedette::parquet
