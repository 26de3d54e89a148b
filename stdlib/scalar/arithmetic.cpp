#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_arithmetic.h"

namespace vedette::stdlib {
namespace {

constexpr auto sum = [](auto, auto a, auto b) { return a + b; };
constexpr auto difference = [](auto, auto a, auto b) { return a - b; };
constexpr auto product = [](auto, auto a, auto b) { return a * b; };
constexpr auto quotient = [](auto, auto a, auto b) { return a / b; };
constexpr auto negated = [](auto, auto a) { return -a; };

// Sums of ticks wrap below zero when they leave the range upwards, so one test covers both ends.
constexpr auto moment = [](auto on, auto ticks) {
  return on.null_if((ticks < 0) | (ticks > max_datetime_ticks), ticks);
};
constexpr auto before_time = [](auto on, auto a) { return moment(on, -a); };
constexpr auto later = [](auto on, auto a, auto b) { return moment(on, a + b); };
constexpr auto earlier = [](auto on, auto a, auto b) { return moment(on, a - b); };

constexpr auto whole_quotient = [](auto on, auto a, auto b) { return on.null_if(b == 0, a / b); };
constexpr auto ratio_of_ticks = [](auto on, auto a, auto b) {
  return on.null_if(b == 0, on.to_real(a) / on.to_real(b));
};

// The remainder of KQL is never negative.
constexpr auto remainder = [](auto on, auto a, auto b) {
  const auto left = a % b;
  const auto size = on.select(b < 0, -b, b);
  return on.null_if(b == 0, on.select(left < 0, left + size, left));
};
constexpr auto real_remainder = [](auto on, auto a, auto b) {
  const auto size = on.abs(b);
  return on.null_if(b == 0, a - size * on.floor(a / size));
};

// Ticks times or by a real number are rounded to the nearest tick.
constexpr auto scaled = [](auto on, auto ticks, auto factor) {
  return on.to_long(on.floor(on.to_real(ticks) * factor + 0.5));
};
constexpr auto scaled_from_left = [](auto on, auto factor, auto ticks) {
  return scaled(on, ticks, factor);
};
constexpr auto divided = [](auto on, auto ticks, auto divisor) {
  return on.null_if(divisor == 0, on.to_long(on.floor(on.to_real(ticks) / divisor + 0.5)));
};

const std::vector<Parameter> two_operands = {{"left", "The left operand."},
                                             {"right", "The right operand."}};

}  // namespace

std::vector<ScalarFunction> arithmetic_functions() {
  return {
      {
          .name = "+",
          .summary = "Adds numbers and timespans; moves a datetime by a timespan.",
          .parameters = two_operands,
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(sum),
                        symbolic<double(double, double)>(sum),
                        rowwise([](Decimal a, Decimal b) { return add(a, b); }),
                        symbolic<std::optional<Datetime>(Datetime, Timespan)>(later),
                        symbolic<std::optional<Datetime>(Timespan, Datetime)>(later),
                        symbolic<Timespan(Timespan, Timespan)>(sum),
                        symbolic<std::optional<Datetime>(Datetime, Datetime)>(later),
                        dynamic_sum()},
          .hidden = true,
      },
      {
          .name = "-",
          .summary = "Subtracts; two datetimes are a timespan apart.",
          .parameters = two_operands,
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(difference),
                        symbolic<double(double, double)>(difference),
                        rowwise([](Decimal a, Decimal b) { return subtract(a, b); }),
                        symbolic<Timespan(Datetime, Datetime)>(difference),
                        symbolic<std::optional<Datetime>(Datetime, Timespan)>(earlier),
                        symbolic<std::optional<Datetime>(Timespan, Datetime)>(earlier),
                        symbolic<Timespan(Timespan, Timespan)>(difference), dynamic_difference()},
          .hidden = true,
      },
      {
          .name = "*",
          .summary = "Multiplies numbers; a timespan times a number is a timespan.",
          .parameters = two_operands,
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(product),
                        symbolic<double(double, double)>(product),
                        rowwise([](Decimal a, Decimal b) { return multiply(a, b); }),
                        symbolic<Timespan(Timespan, int64_t)>(product),
                        symbolic<Timespan(int64_t, Timespan)>(product),
                        symbolic<Timespan(Timespan, double)>(scaled),
                        symbolic<Timespan(double, Timespan)>(scaled_from_left),
                        symbolic<Timespan(Timespan, Timespan)>(product), dynamic_product()},
          .hidden = true,
      },
      {
          .name = "/",
          .summary = "Divides; whole numbers give a whole number, null by zero.",
          .parameters = two_operands,
          .overloads = {symbolic<std::optional<int64_t>(int64_t, int64_t)>(whole_quotient),
                        symbolic<double(double, double)>(quotient),
                        rowwise([](Decimal a, Decimal b) { return divide(a, b); }),
                        symbolic<std::optional<double>(Timespan, Timespan)>(ratio_of_ticks),
                        symbolic<std::optional<double>(Datetime, Timespan)>(ratio_of_ticks),
                        symbolic<std::optional<double>(Datetime, Datetime)>(ratio_of_ticks),
                        symbolic<std::optional<Timespan>(Timespan, int64_t)>(whole_quotient),
                        symbolic<std::optional<Timespan>(Timespan, double)>(divided),
                        dynamic_quotient()},
          .hidden = true,
      },
      {
          .name = "%",
          .summary = "The remainder of a division, never negative; null by zero.",
          .parameters = two_operands,
          .overloads = {symbolic<std::optional<int64_t>(int64_t, int64_t)>(remainder),
                        symbolic<std::optional<double>(double, double)>(real_remainder),
                        rowwise([](Decimal a, Decimal b) { return modulo(a, b); }),
                        symbolic<std::optional<Timespan>(Timespan, Timespan)>(remainder),
                        symbolic<std::optional<Timespan>(Datetime, Timespan)>(remainder),
                        symbolic<std::optional<Timespan>(Timespan, int64_t)>(remainder),
                        dynamic_remainder()},
          .hidden = true,
      },
      {
          .name = "negate",
          .summary = "The minus sign before an operand.",
          .parameters = {{"value", "The operand."}},
          .overloads = {symbolic<int64_t(int64_t)>(negated), symbolic<double(double)>(negated),
                        rowwise([](Decimal a) { return negate(a); }),
                        symbolic<Timespan(Timespan)>(negated),
                        // Kusto has it; no time but the first has a negative.
                        symbolic<std::optional<Datetime>(Datetime)>(before_time),
                        dynamic_negation()},
          .hidden = true,
      },
  };
}

}  // namespace vedette::stdlib
