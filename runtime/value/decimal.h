// KQL decimals: 34 significant digits, as IEEE decimal128 has them, in 16 bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette {

/// A decimal number: sign, a coefficient of up to 34 digits, a power of ten. Zeros at the end are
/// kept (1.0 prints as 1.0); 1.0 and 1.00 are equal. There is no infinity and no NaN: an operation
/// without a decimal as its result answers nothing. All bits zero is the number 0.
struct Decimal {
  uint64_t low = 0;   // of the coefficient
  uint64_t high = 0;  // sign: 1 bit, exponent: 14 bits, high bits of the coefficient: 49 bits

  bool is_negative() const { return high >> 63 != 0; }
  int exponent() const { return static_cast<int>(static_cast<int64_t>(high << 1) >> 50); }
  bool is_zero() const { return low == 0 && (high & 0x1'ffff'ffff'ffffull) == 0; }

  friend bool operator==(const Decimal& a, const Decimal& b);
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
};

/// Reads `[+-]digits[.digits][e[+-]digits]`; rounds to 34 digits, half to even.
std::optional<Decimal> parse_decimal(std::string_view text);

/// All digits where fewer than 60 follow or precede the point, `1.5E+100` beyond.
std::string to_text(const Decimal& number);

std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
/// Nothing for a divisor of zero. 1 / 3 has 34 digits; an exact quotient is short.
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);
/// What is left of `a` after the division by `b`, never negative, as KQL's `%`.
std::optional<Decimal> modulo(const Decimal& a, const Decimal& b);
Decimal negate(const Decimal& number);
Decimal absolute(const Decimal& number);

/// Rounds to `digits` after the point, halves away from zero; negative `digits` round before it.
Decimal round(const Decimal& number, int digits = 0);
Decimal floor(const Decimal& number);
Decimal ceiling(const Decimal& number);

Decimal decimal_of(int64_t number);
/// The shortest decimal that reads back as `number`; nothing for NaN and the infinities.
std::optional<Decimal> decimal_of(double number);
double to_real(const Decimal& number);
/// Cuts off what follows the point; nothing outside of 64 bits.
std::optional<int64_t> to_long(const Decimal& number);

/// Equal for equal numbers, whatever their zeros at the end.
uint64_t hash_of(const Decimal& number);

}  // namespace vedette
