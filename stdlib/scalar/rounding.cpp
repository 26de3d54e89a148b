#include <algorithm>
#include <cmath>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

// Rounds down, also below zero. Only bins of a positive size have members.
constexpr auto floored = [](auto on, auto value, auto size) {
  const auto divisor = on.select(size <= 0, size - size + 1, size);
  const auto remainder = value % divisor;
  return value - on.select(remainder < 0, remainder + divisor, remainder);
};
constexpr auto round_down = [](auto on, auto value, auto size) {
  return on.null_if(size <= 0, floored(on, value, size));
};
constexpr auto round_real_down = [](auto on, auto value, auto size) {
  return on.null_if(size <= 0, on.floor(value / size) * size);
};
constexpr auto round_down_from = [](auto on, auto value, auto size, auto start) {
  return on.null_if(size <= 0, start + floored(on, value - start, size));
};
constexpr auto round_real_down_from = [](auto on, auto value, auto size, auto start) {
  return on.null_if(size <= 0, start + on.floor((value - start) / size) * size);
};
constexpr auto round_moment_down_from = [](auto on, auto value, auto size, auto start) {
  const auto ticks = start + floored(on, value - start, size);
  return on.null_if((size <= 0) | (ticks < 0), ticks);
};

std::optional<Decimal> round_decimal_down(const Decimal& value, const Decimal& size) {
  if (size.is_zero() || size.is_negative()) return std::nullopt;
  const auto bins = divide(value, size);
  if (!bins) return std::nullopt;
  return multiply(floor(*bins), size);
}

/// Rounds halves away from zero; a number just short of a half for want of binary digits counts as
/// one.
double round_to(double value, int64_t digits) {
  if (!std::isfinite(value) || digits > 300) return value;
  if (digits < -300) return 0;
  const double scale = std::pow(10.0, static_cast<double>(digits < 0 ? -digits : digits));
  const double scaled = digits < 0 ? value / scale : value * scale;
  if (!std::isfinite(scaled)) return value;
  const double rounded = std::round(scaled);
  return digits < 0 ? rounded * scale : rounded / scale;
}

int64_t round_to(int64_t value, int64_t digits) {
  if (digits >= 0) return value;
  if (digits < -18) return 0;
  int64_t scale = 1;
  for (int64_t at = digits; at < 0; ++at) scale *= 10;
  const int64_t left = value % scale;
  int64_t rounded = value - left;
  const bool away = left >= scale - scale / 2 || left <= scale / 2 - scale;
  // At the ends of the range there is nothing further away.
  if (away && __builtin_add_overflow(rounded, left < 0 ? -scale : scale, &rounded)) return value;
  return rounded;
}

std::vector<Overload> bin_overloads() {
  return {symbolic<std::optional<int64_t>(int64_t, int64_t)>(round_down),
          symbolic<std::optional<double>(double, double)>(round_real_down),
          rowwise([](Decimal value, Decimal size) { return round_decimal_down(value, size); }),
          symbolic<std::optional<Timespan>(Timespan, Timespan)>(round_down),
          symbolic<std::optional<Datetime>(Datetime, Timespan)>(round_down),
          symbolic<std::optional<Datetime>(Datetime, Datetime)>(round_down)};
}

/// A size of a bin of times that is a number: so many days.
Overload number_of_days(Type value, Type number) {
  return {.takes = {value, number, value},
          .returns = value,
          .rewrite = "bin_at(value, todouble(bin_size) * 1d, fixed_point)"};
}

}  // namespace

std::vector<ScalarFunction> rounding_functions() {
  return {
      {
          .name = "bin",
          .aliases = {"floor"},
          .summary = "Rounds a value down to a multiple of a bin size.",
          .parameters = {{"value", "The value to round."}, {"roundTo", "The size of each bin."}},
          .overloads = bin_overloads(),
          .examples = {{"bin(17, 5)", "15"},
                       {"bin(-3, 5)", "-5"},
                       {"bin(4, 0)", "null"},
                       {"bin(datetime(2024-05-01 10:45), 1h)", "2024-05-01T10:00:00.0000000Z"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null in, null out; null for a size that is not positive.",
      },
      {
          .name = "bin_at",
          .summary = "Rounds a value down to a bin, where one bin starts at a given point.",
          .parameters = {{"value", "The value to round."},
                         {"bin_size", "The size of each bin."},
                         {"fixed_point", "Where a bin starts."}},
          .overloads =
              {symbolic<std::optional<int64_t>(int64_t, int64_t, int64_t)>(round_down_from),
               symbolic<std::optional<double>(double, double, double)>(round_real_down_from),
               symbolic<std::optional<Timespan>(Timespan, Timespan, Timespan)>(round_down_from),
               symbolic<std::optional<Datetime>(Datetime, Timespan, Datetime)>(
                   round_moment_down_from),
               number_of_days(Type::Timespan, Type::Real),
               number_of_days(Type::Timespan, Type::Decimal),
               number_of_days(Type::Datetime, Type::Real),
               number_of_days(Type::Datetime, Type::Decimal),
               {.takes = {Type::Datetime, Type::Datetime, Type::Datetime},
                .returns = Type::Datetime,
                .rewrite = "bin_at(value, bin_size - datetime(0001-01-01), fixed_point)"},
               rowwise([](Decimal value, Decimal size, Decimal start) -> std::optional<Decimal> {
                 const auto distance = subtract(value, start);
                 if (!distance) return std::nullopt;
                 const auto bins = round_decimal_down(*distance, size);
                 return bins ? add(start, *bins) : std::nullopt;
               })},
          .examples = {{"bin_at(6.5, 2.5, 7)", "4.5"},
                       {"bin_at(1h, 1d, 12h)", "-12:00:00"},
                       {"bin_at(30h, 0.5, 1h)", "1.01:00:00"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null in, null out; null for a size that is not positive.",
      },
      {
          .name = "ceiling",
          .summary = "The least whole number that is not below a number.",
          .parameters = {{"number", "The number to round up.", Accepts::Number}},
          .overloads = {symbolic<Int(Int)>([](auto, auto value) { return value; }),
                        symbolic<int64_t(int64_t)>([](auto, auto value) { return value; }),
                        symbolic<double(double)>(
                            [](auto on, auto value) { return on.ceil(value); }),
                        rowwise([](Decimal value) { return ceiling(value); })},
          .examples = {{"ceiling(1.2)", "2.0"}, {"ceiling(-1.2)", "-1.0"}, {"ceiling(5)", "5"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "round",
          .summary = "Rounds a number to so many digits after the point; halves away from zero.",
          .parameters = {{"number", "The number to round.", Accepts::Number},
                         {.name = "precision",
                          .meaning = "Digits to keep; below zero, rounds before the point.",
                          .optional = true,
                          .constant = true}},
          .overloads =
              {symbolic<Int(Int)>([](auto, auto value) { return value; }),
               symbolic<int64_t(int64_t)>([](auto, auto value) { return value; }),
               rowwise([](double value) { return std::round(value); }),
               rowwise([](Decimal value) { return round(value); }),
               rowwise(
                   [](Int value, int64_t digits) { return Int{round_to(value.value, digits)}; }),
               rowwise([](int64_t value, int64_t digits) { return round_to(value, digits); }),
               rowwise([](double value, int64_t digits) { return round_to(value, digits); }),
               rowwise([](Decimal value, int64_t digits) {
                 return round(value, static_cast<int>(std::clamp<int64_t>(digits, -7000, 7000)));
               })},
          .examples = {{"round(2.15, 1)", "2.2"},
                       {"round(-50.55, -2)", "-100.0"},
                       {"round(2.5)", "3.0"}},
          .column_name = ColumnName::FirstArgument,
      },
  };
}

}  // namespace vedette::stdlib
