#include "runtime/value/decimal.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>

#include "runtime/base/hash.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

__extension__ using Coefficient = unsigned __int128;
using Wide = boost::multiprecision::uint256_t;

constexpr int max_digits = 34;
constexpr int min_exponent = -6176;
constexpr int max_exponent = 6111;
constexpr uint64_t coefficient_mask = 0x1'ffff'ffff'ffffull;

/// A decimal taken apart.
struct Parts {
  bool negative = false;
  Coefficient coefficient = 0;
  int exponent = 0;
};

Parts parts_of(const Decimal& number) {
  return {number.is_negative(),
          static_cast<Coefficient>(number.high & coefficient_mask) << 64 | number.low,
          number.exponent()};
}

/// Ten to the power 0 to 38.
Coefficient power_of_ten(int exponent) {
  static const auto powers = [] {
    std::array<Coefficient, 39> list = {};
    list[0] = 1;
    for (size_t at = 1; at < list.size(); ++at) list[at] = list[at - 1] * 10;
    return list;
  }();
  return powers[static_cast<size_t>(exponent)];
}

/// Ten to the power 0 to 76.
Wide wide_power_of_ten(int exponent) {
  if (exponent <= 38) return Wide(power_of_ten(exponent));
  return Wide(power_of_ten(38)) * Wide(power_of_ten(exponent - 38));
}

int digits_of(Coefficient value) {
  int digits = 0;
  while (digits < 39 && value >= power_of_ten(digits)) ++digits;
  return digits;
}

int digits_of(const Wide& value) {
  if (value == 0) return 0;
  int digits = static_cast<int>(boost::multiprecision::msb(value)) * 1233 / 4096;
  while (digits < 77 && value >= wide_power_of_ten(digits)) ++digits;
  return digits;
}

Decimal pack(const Parts& parts) {
  const uint64_t exponent = static_cast<uint64_t>(parts.exponent) & 0x3fff;
  return {static_cast<uint64_t>(parts.coefficient),
          static_cast<uint64_t>(parts.negative && parts.coefficient != 0) << 63 | exponent << 49 |
              static_cast<uint64_t>(parts.coefficient >> 64)};
}

/// Packs numbers of at most 34 digits, with the exponent brought into its range.
std::optional<Decimal> checked_pack(Parts parts) {
  if (parts.coefficient == 0) {
    parts.exponent = std::clamp(parts.exponent, min_exponent, max_exponent);
  }
  while (parts.exponent > max_exponent) {
    if (parts.coefficient >= power_of_ten(max_digits - 1)) return {};
    parts.coefficient *= 10;
    --parts.exponent;
  }
  if (parts.exponent < min_exponent) {
    const int drop = min_exponent - parts.exponent;
    parts.coefficient = drop > max_digits ? 0 : parts.coefficient / power_of_ten(drop);
    parts.exponent = min_exponent;
  }
  return pack(parts);
}

/// Rounds a wide coefficient to 34 digits, half to even. `inexact` says that digits below the last
/// were not all zero.
std::optional<Decimal> rounded(bool negative, Wide value, int exponent, bool inexact = false) {
  while (true) {
    const int drop = digits_of(value) - max_digits;
    if (drop <= 0) break;
    const Wide unit = wide_power_of_ten(drop);
    const Wide rest = value % unit;
    const Wide half = unit / 2;
    value /= unit;
    exponent += drop;
    const bool odd = (value & 1) != 0;
    if (rest > half || (rest == half && (inexact || odd))) ++value;
    inexact = false;  // a carry to 35 digits ends in zeros: the next round is exact
  }
  return checked_pack({negative, static_cast<Coefficient>(value), exponent});
}

/// Takes up to `count` zeros off the end.
void strip_zeros(Parts& parts, int count) {
  while (count > 0 && parts.coefficient != 0 && parts.coefficient % 10 == 0) {
    parts.coefficient /= 10;
    ++parts.exponent;
    --count;
  }
}

std::optional<Decimal> add_parts(Parts a, Parts b) {
  if (a.exponent < b.exponent) std::swap(a, b);
  if (a.coefficient == 0) return checked_pack(b.coefficient == 0 && a.negative ? a : b);
  // `a` has the higher exponent; it takes up to 36 zeros, and a `b` far below is a mere trace.
  const int shift = std::min(a.exponent - b.exponent, 36);
  const Wide wide_a = Wide(a.coefficient) * wide_power_of_ten(shift);
  const int exponent = a.exponent - shift;
  const int drop = exponent - b.exponent;
  const Coefficient unit = drop > 38 ? 0 : power_of_ten(drop);
  Wide wide_b = unit == 0 ? Wide(0) : Wide(b.coefficient / unit);
  const bool trace = b.coefficient != 0 && (unit == 0 || b.coefficient % unit != 0);
  if (a.negative == b.negative) return rounded(a.negative, wide_a + wide_b, exponent, trace);
  if (trace) ++wide_b;  // a - b is a little above a - (b + 1): a trace again
  if (wide_a >= wide_b) return rounded(a.negative, wide_a - wide_b, exponent, trace);
  return rounded(b.negative, wide_b - wide_a, exponent, false);
}

/// The magnitude at exponent 0, cut off; nothing from 10^38 on.
std::optional<Coefficient> whole_part(const Parts& parts) {
  if (parts.exponent <= 0) {
    return -parts.exponent > 38 ? 0 : parts.coefficient / power_of_ten(-parts.exponent);
  }
  if (parts.coefficient == 0) return Coefficient{0};
  if (digits_of(parts.coefficient) + parts.exponent > 38) return {};
  return parts.coefficient * power_of_ten(parts.exponent);
}

enum class Rounding { HalfAway, Down, Up };

Decimal round_at(const Decimal& number, int digits, Rounding rounding) {
  Parts parts = parts_of(number);
  const int drop = -digits - parts.exponent;
  if (drop <= 0) return number;
  const bool too_small = drop > 38;
  const Coefficient unit = too_small ? 0 : power_of_ten(drop);
  const Coefficient rest = too_small ? parts.coefficient : parts.coefficient % unit;
  parts.coefficient = too_small ? 0 : parts.coefficient / unit;
  bool up = false;
  switch (rounding) {
    case Rounding::HalfAway:
      up = !too_small && rest >= unit - rest;
      break;
    case Rounding::Down:
      up = parts.negative && rest != 0;
      break;
    case Rounding::Up:
      up = !parts.negative && rest != 0;
      break;
  }
  if (up) ++parts.coefficient;
  parts.exponent = std::clamp(-digits, min_exponent, max_exponent);
  return pack(parts);
}

std::string digits_text(Coefficient value) {
  char text[40];
  char* at = text + sizeof text;
  do {
    *--at = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  return {at, text + sizeof text};
}

}  // namespace

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  if (x.coefficient == 0 || y.coefficient == 0 || x.negative != y.negative) {
    const int sign_x = x.coefficient == 0 ? 0 : x.negative ? -1 : 1;
    const int sign_y = y.coefficient == 0 ? 0 : y.negative ? -1 : 1;
    return sign_x <=> sign_y;
  }
  std::strong_ordering order =
      digits_of(x.coefficient) + x.exponent <=> digits_of(y.coefficient) + y.exponent;
  if (order == 0) {
    const int low = std::min(x.exponent, y.exponent);
    order = Wide(x.coefficient) * wide_power_of_ten(x.exponent - low) <
                    Wide(y.coefficient) * wide_power_of_ten(y.exponent - low)
                ? std::strong_ordering::less
            : Wide(x.coefficient) * wide_power_of_ten(x.exponent - low) >
                    Wide(y.coefficient) * wide_power_of_ten(y.exponent - low)
                ? std::strong_ordering::greater
                : std::strong_ordering::equal;
  }
  return x.negative ? 0 <=> order : order;
}

bool operator==(const Decimal& a, const Decimal& b) {
  if (a.low == b.low && a.high == b.high) return true;
  return (a <=> b) == 0;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  TextScanner scan(trimmed(text));
  const bool negative = scan.take('-');
  if (!negative) scan.take('+');
  const std::string_view whole = scan.take_digits();
  std::string_view fraction;
  if (scan.take('.')) fraction = scan.take_digits();
  if (whole.empty() && fraction.empty()) return {};
  int64_t exponent = 0;
  if (lower_ascii(scan.peek()) == 'e') {
    scan.take(scan.peek());
    const bool down = scan.take('-');
    if (!down) scan.take('+');
    const std::string_view digits = scan.take_digits();
    if (digits.empty()) return {};
    for (char c : digits) exponent = std::min<int64_t>(exponent * 10 + (c - '0'), 1'000'000'000);
    if (down) exponent = -exponent;
  }
  if (!scan.done()) return {};
  // Up to 40 digits count exactly; of those below, only whether one is not zero.
  Wide value = 0;
  int kept = 0;
  bool trace = false;
  for (std::string_view part : {whole, fraction}) {
    for (char c : part) {
      if (kept < 40) {
        value = value * 10 + static_cast<unsigned>(c - '0');
        if (kept > 0 || c != '0') ++kept;
        if (part.data() == fraction.data() && !fraction.empty()) --exponent;
      } else {
        trace |= c != '0';
        if (part.data() == whole.data()) ++exponent;
      }
    }
  }
  if (exponent > 1'000'000 || exponent < -1'000'000) {
    if (value != 0 && exponent > 0) return {};
    return Decimal{};
  }
  return rounded(negative, value, static_cast<int>(exponent), trace);
}

std::string to_text(const Decimal& number) {
  const Parts parts = parts_of(number);
  std::string digits = digits_text(parts.coefficient);
  const int count = static_cast<int>(digits.size());
  std::string text = parts.negative ? "-" : "";
  if (parts.coefficient == 0 && parts.exponent > 0) return "0";
  if (parts.exponent > 0 && count + parts.exponent < 60) {
    return text + digits + std::string(static_cast<size_t>(parts.exponent), '0');
  }
  if (parts.exponent > 0 || parts.exponent < -60) {
    const int shown = parts.exponent + count - 1;
    text += digits[0];
    if (count > 1) text += "." + digits.substr(1);
    return text + (shown < 0 ? "E-" : "E+") + std::to_string(std::abs(shown));
  }
  const int after_point = -parts.exponent;
  if (after_point == 0) return text + digits;
  if (count <= after_point) digits.insert(0, static_cast<size_t>(after_point - count + 1), '0');
  return text + digits.insert(digits.size() - static_cast<size_t>(after_point), 1, '.');
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  return add_parts(parts_of(a), parts_of(b));
}

std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  return add(a, negate(b));
}

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  return rounded(x.negative != y.negative, Wide(x.coefficient) * Wide(y.coefficient),
                 x.exponent + y.exponent);
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  if (y.coefficient == 0) return {};
  const bool negative = x.negative != y.negative;
  const int exponent = x.exponent - y.exponent;
  if (x.coefficient == 0) return checked_pack({false, 0, exponent});
  const int shift =
      std::max(0, max_digits + 2 + digits_of(y.coefficient) - digits_of(x.coefficient));
  const Wide scaled = Wide(x.coefficient) * wide_power_of_ten(shift);
  const Wide divisor = y.coefficient;
  const Wide rest = scaled % divisor;
  const auto quotient = rounded(negative, scaled / divisor, exponent - shift, rest != 0);
  if (!quotient || rest != 0) return quotient;
  Parts parts = parts_of(*quotient);
  strip_zeros(parts, exponent - parts.exponent);
  return pack(parts);
}

std::optional<Decimal> modulo(const Decimal& a, const Decimal& b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  if (y.coefficient == 0) return {};
  const int low = std::min(x.exponent, y.exponent);
  const Decimal divisor = absolute(b);
  if (x.exponent - low > 38 || y.exponent - low > 38) {
    if (x.exponent > y.exponent) return {};
    if (!a.is_negative() || a.is_zero()) return a;
    return add(a, divisor);
  }
  const Wide unit = Wide(y.coefficient) * wide_power_of_ten(y.exponent - low);
  const Wide rest = Wide(x.coefficient) * wide_power_of_ten(x.exponent - low) % unit;
  return rounded(false, x.negative && rest != 0 ? Wide(unit - rest) : rest, low);
}

Decimal negate(const Decimal& number) {
  return number.is_zero() ? number : Decimal{number.low, number.high ^ uint64_t{1} << 63};
}

Decimal absolute(const Decimal& number) {
  return {number.low, number.high & ~(uint64_t{1} << 63)};
}

Decimal round(const Decimal& number, int digits) {
  return round_at(number, digits, Rounding::HalfAway);
}
Decimal floor(const Decimal& number) {
  return round_at(number, 0, Rounding::Down);
}
Decimal ceiling(const Decimal& number) {
  return round_at(number, 0, Rounding::Up);
}

Decimal decimal_of(int64_t number) {
  const uint64_t bits = static_cast<uint64_t>(number);
  return pack({number < 0, number < 0 ? 0 - bits : bits, 0});
}

std::optional<Decimal> decimal_of(double number) {
  if (!std::isfinite(number)) return {};
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  const auto parsed = parse_decimal({text, static_cast<size_t>(end - text)});
  if (!parsed || parsed->exponent() <= 0) return parsed;
  // 1e+20 is a whole number with all its digits.
  Parts parts = parts_of(*parsed);
  while (parts.exponent > 0 && parts.coefficient < power_of_ten(max_digits - 1)) {
    parts.coefficient *= 10;
    --parts.exponent;
  }
  return pack(parts);
}

double to_real(const Decimal& number) {
  const Parts parts = parts_of(number);
  const std::string text = digits_text(parts.coefficient) + "e" + std::to_string(parts.exponent);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) value = parts.exponent > 0 ? HUGE_VAL : 0;
  return parts.negative ? -value : value;
}

std::optional<int64_t> to_long(const Decimal& number) {
  const Parts parts = parts_of(number);
  const auto whole = whole_part(parts);
  const Coefficient limit = Coefficient{1} << 63;
  if (!whole || *whole > limit || (*whole == limit && !parts.negative)) return {};
  const uint64_t bits = static_cast<uint64_t>(*whole);
  return static_cast<int64_t>(parts.negative ? 0 - bits : bits);
}

uint64_t hash_of(const Decimal& number) {
  Parts parts = parts_of(number);
  if (parts.coefficient == 0) return hash_word(0);
  strip_zeros(parts, max_digits);
  const Decimal plain = pack(parts);
  return combine_hashes(hash_word(plain.low), plain.high);
}

}  // namespace vedette
