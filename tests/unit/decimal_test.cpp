#include "runtime/value/decimal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vedette {
namespace {

Decimal number(std::string_view text) {
  return parse_decimal(text).value();
}

std::string shown(const std::optional<Decimal>& value) {
  return value ? to_text(*value) : "none";
}

TEST(Decimal, ReadsAndPrints) {
  for (auto text : {"0", "1", "-1", "1.0", "0.00", "123.45678", "-0.001", "100000",
                    "1234567890123456789012345678901234", "0.0000000000000000000000000000000001"}) {
    EXPECT_EQ(to_text(number(text)), text);
  }
  EXPECT_EQ(to_text(number("1e5")), "100000");
  EXPECT_EQ(to_text(number("1.5E-3")), "0.0015");
  EXPECT_EQ(to_text(number("+.5")), "0.5");
  EXPECT_EQ(to_text(number("1e100")), "1E+100");
  EXPECT_EQ(to_text(number("-1.5e-100")), "-1.5E-100");
  EXPECT_EQ(to_text(number("12345678901234567890123456789012345")),
            "12345678901234567890123456789012340");
  EXPECT_EQ(to_text(number("-0")), "0");
  EXPECT_EQ(to_text(number("0e-7000")).substr(0, 3), "0E-");
  for (auto text : {"", "-", ".", "1e", "x", "1.2.3", "1 2", "nan", "1e9999", "0x10"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

TEST(Decimal, RoundsHalfToEvenAt34Digits) {
  EXPECT_EQ(to_text(number("1.0000000000000000000000000000000005")),
            "1.000000000000000000000000000000000");
  EXPECT_EQ(to_text(number("1.00000000000000000000000000000000050000000000000001")),
            "1.000000000000000000000000000000001");
  EXPECT_EQ(to_text(number("1.0000000000000000000000000000000015")),
            "1.000000000000000000000000000000002");
  EXPECT_EQ(to_text(number("9.9999999999999999999999999999999999")),
            "10.00000000000000000000000000000000");
}

TEST(Decimal, Compares) {
  EXPECT_EQ(number("1.0"), number("1.00"));
  EXPECT_EQ(number("0"), number("0.000"));
  EXPECT_EQ(hash_of(number("1.0")), hash_of(number("1.00")));
  EXPECT_EQ(hash_of(number("100")), hash_of(number("1e2")));
  EXPECT_EQ(hash_of(number("0e5")), hash_of(number("0")));
  EXPECT_NE(hash_of(number("1")), hash_of(number("-1")));
  EXPECT_LT(number("-2"), number("-1.5"));
  EXPECT_LT(number("-1"), number("0"));
  EXPECT_LT(number("0.1"), number("0.11"));
  EXPECT_LT(number("9e6000"), number("1e6001"));
  EXPECT_GT(number("1e-6000"), number("0"));
  EXPECT_GT(number("1e-6000"), number("-1e6000"));
  EXPECT_EQ(Decimal{}, number("0"));
}

TEST(Decimal, AddsAndSubtracts) {
  EXPECT_EQ(shown(add(number("1.1"), number("2.2"))), "3.3");
  EXPECT_EQ(shown(add(number("1.10"), number("-1.1"))), "0.00");
  EXPECT_EQ(shown(subtract(number("1"), number("3"))), "-2");
  EXPECT_EQ(shown(subtract(number("-1"), number("-3"))), "2");
  EXPECT_EQ(shown(add(number("1e40"), number("1"))), "10000000000000000000000000000000000000000");
  EXPECT_EQ(shown(add(number("1e-6000"), number("5"))), "5.000000000000000000000000000000000");
  EXPECT_EQ(shown(subtract(number("1e34"), number("1e-100"))), "1" + std::string(34, '0'));
  EXPECT_EQ(shown(add(number("0"), number("5.00"))), "5.00");
  EXPECT_EQ(shown(add(number("9e6144"), number("9e6144"))), "none");
}

TEST(Decimal, MultipliesAndDivides) {
  EXPECT_EQ(shown(multiply(number("1.5"), number("-2.5"))), "-3.75");
  EXPECT_EQ(shown(multiply(number("9999999999999999999999999999999999"), number("9"))),
            "89999999999999999999999999999999990");
  EXPECT_EQ(shown(multiply(number("9999999999999999999999999999999999"),
                           number("9999999999999999999999999999999999"))),
            "9.999999999999999999999999999999998E+67");
  EXPECT_EQ(shown(divide(number("7.5"), number("2.5"))), "3");
  EXPECT_EQ(shown(divide(number("1"), number("3"))), "0.3333333333333333333333333333333333");
  EXPECT_EQ(shown(divide(number("2"), number("-3"))), "-0.6666666666666666666666666666666667");
  EXPECT_EQ(shown(divide(number("1"), number("8"))), "0.125");
  EXPECT_EQ(shown(divide(number("100"), number("10"))), "10");
  EXPECT_EQ(shown(divide(number("1"), number("0"))), "none");
  EXPECT_EQ(shown(divide(number("0"), number("7"))), "0");
  EXPECT_EQ(shown(divide(number("1e6000"), number("1e-6000"))), "none");
  EXPECT_EQ(shown(modulo(number("7.5"), number("2"))), "1.5");
  EXPECT_EQ(shown(modulo(number("-14"), number("12"))), "10");
  EXPECT_EQ(shown(modulo(number("5"), number("0"))), "none");
}

TEST(Decimal, Rounds) {
  EXPECT_EQ(to_text(round(number("3.14159"), 2)), "3.14");
  EXPECT_EQ(to_text(round(number("2.5"))), "3");
  EXPECT_EQ(to_text(round(number("-2.5"))), "-3");
  EXPECT_EQ(to_text(round(number("1.1"), 5)), "1.1");
  EXPECT_EQ(to_text(round(number("1250"), -2)), "1300");
  EXPECT_EQ(to_text(round(number("1e-6000"), 0)), "0");
  EXPECT_EQ(to_text(floor(number("-1.5"))), "-2");
  EXPECT_EQ(to_text(floor(number("1.5"))), "1");
  EXPECT_EQ(to_text(ceiling(number("1.5"))), "2");
  EXPECT_EQ(to_text(ceiling(number("-1.5"))), "-1");
  EXPECT_EQ(to_text(floor(number("-1e-6000"))), "-1");
}

TEST(Decimal, ConvertsToNumbersAndBack) {
  EXPECT_EQ(to_text(decimal_of(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(to_long(number("-9223372036854775808")), INT64_MIN);
  EXPECT_EQ(to_long(number("9223372036854775808")), std::nullopt);
  EXPECT_EQ(to_long(number("1e18")), 1'000'000'000'000'000'000);
  EXPECT_EQ(to_long(number("1e300")), std::nullopt);
  EXPECT_EQ(to_long(number("-1.99")), -1);
  EXPECT_EQ(to_long(number("1e-300")), 0);
  EXPECT_EQ(shown(decimal_of(0.1)), "0.1");
  EXPECT_EQ(shown(decimal_of(1e20)), "100000000000000000000");
  EXPECT_EQ(shown(decimal_of(NAN)), "none");
  EXPECT_EQ(to_real(number("0.1")), 0.1);
  EXPECT_EQ(to_real(number("-123.456")), -123.456);
  EXPECT_EQ(to_real(number("1e400")), HUGE_VAL);
  EXPECT_EQ(to_real(number("1e-400")), 0);
}

}  // namespace
}  // namespace vedette
