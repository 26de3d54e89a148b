#include <cmath>
#include <numbers>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "stdlib/families.h"
#include "stdlib/scalar/random.h"

namespace vedette::stdlib {
namespace {

/// Out of a function's domain is null.
std::optional<double> known(double value) {
  if (std::isnan(value)) return std::nullopt;
  return value;
}

/// A function of one real, under a name and the names of its parameter.
template <typename F>
ScalarFunction of_number(std::string_view name, std::string_view parameter,
                         std::string_view summary, F body, std::vector<Example> examples,
                         ColumnName column_name = ColumnName::FirstArgument) {
  return {.name = name,
          .summary = summary,
          .parameters = {{parameter, "The number.", Accepts::Number}},
          .overloads = {rowwise(body)},
          .examples = std::move(examples),
          .column_name = column_name};
}

double next_fraction(KernelContext& context) {
  return static_cast<double>(next_random(context) >> 11) * 0x1p-53;
}

void random_fraction(Call& call) {
  ResultWriter<double> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) { writer.set(row, next_fraction(call.context)); });
}

void random_below(Call& call) {
  const Reader limit(call.arguments[0]);
  ResultWriter<double> writer(call, !limit.all_valid());
  for_each_row(call.selection, [&](uint32_t row) {
    if (!limit.valid(row)) return writer.set_null(row);
    const auto count = static_cast<double>(limit.get<int64_t>(row));
    const double fraction = next_fraction(call.context);
    writer.set(row, count > 1 ? std::floor(fraction * count) : fraction);
  });
}

std::vector<ScalarFunction> exponential_functions() {
  return {
      of_number("exp", "number", "e to the power of a number.",
                [](double x) { return std::exp(x); },
                {{"exp(0)", "1.0"}, {"exp(real(null))", "null"}}),
      of_number("exp2", "number", "2 to the power of a number.",
                [](double x) { return std::exp2(x); },
                {{"exp2(10)", "1024.0"}, {"exp2(-1)", "0.5"}}),
      of_number("exp10", "number", "10 to the power of a number.",
                [](double x) { return std::pow(10.0, x); },
                {{"exp10(3)", "1000.0"}, {"exp10(0)", "1.0"}}),
      of_number("log", "number", "The natural logarithm; null below zero.",
                [](double x) { return known(std::log(x)); },
                {{"log(1)", "0.0"}, {"log(-1)", "null"}}),
      of_number("log2", "number", "The logarithm to base 2; null below zero.",
                [](double x) { return known(std::log2(x)); },
                {{"log2(8)", "3.0"}, {"log2(-1)", "null"}}),
      of_number("log10", "number", "The logarithm to base 10; null below zero.",
                [](double x) { return known(std::log10(x)); },
                {{"log10(1000)", "3.0"}, {"log10(-1)", "null"}}),
      of_number("gamma", "number", "The gamma function.",
                [](double x) { return known(std::tgamma(x)); },
                {{"gamma(5)", "24.0"}, {"gamma(1)", "1.0"}}),
      of_number("loggamma", "number", "The logarithm of the gamma function.",
                [](double x) {
                  int sign = 0;
                  return known(lgamma_r(x, &sign));
                },
                {{"loggamma(1)", "0.0"}, {"loggamma(2)", "0.0"}}),
      of_number("erf", "number", "The error function.", [](double x) { return std::erf(x); },
                {{"erf(0)", "0.0"}, {"erf(10)", "1.0"}}),
      of_number("erfc", "number", "The complement of the error function.",
                [](double x) { return std::erfc(x); }, {{"erfc(0)", "1.0"}, {"erfc(30)", "0.0"}}),
  };
}

std::vector<ScalarFunction> angle_functions() {
  return {
      of_number("sin", "number", "The sine of an angle in radians.",
                [](double x) { return known(std::sin(x)); },
                {{"sin(0)", "0.0"}, {"sin(pi() / 2)", "1.0"}}),
      of_number("cos", "number", "The cosine of an angle in radians.",
                [](double x) { return known(std::cos(x)); },
                {{"cos(0)", "1.0"}, {"cos(pi())", "-1.0"}}),
      of_number("tan", "number", "The tangent of an angle in radians.",
                [](double x) { return known(std::tan(x)); },
                {{"tan(0)", "0.0"}, {"round(tan(pi() / 4), 9)", "1.0"}}),
      of_number(
          "cot", "number", "The cotangent of an angle in radians.",
          [](double x) { return known(1 / std::tan(x)); },
          {{"round(cot(pi() / 4), 9)", "1.0"}, {"round(cot(1), 6)", "0.642093"}}, ColumnName::None),
      of_number("asin", "number", "The angle with a sine; null outside -1 to 1.",
                [](double x) { return known(std::asin(x)); },
                {{"asin(0)", "0.0"}, {"asin(2)", "null"}}),
      of_number("acos", "number", "The angle with a cosine; null outside -1 to 1.",
                [](double x) { return known(std::acos(x)); },
                {{"acos(1)", "0.0"}, {"acos(2)", "null"}}),
      of_number("atan", "number", "The angle with a tangent.",
                [](double x) { return std::atan(x); },
                {{"atan(0)", "0.0"}, {"round(atan(1), 6)", "0.785398"}}),
      of_number(
          "degrees", "radians", "An angle in radians as degrees.",
          [](double x) { return x * (180 / std::numbers::pi); },
          {{"degrees(pi())", "180.0"}, {"degrees(0)", "0.0"}}, ColumnName::None),
      of_number(
          "radians", "degrees", "An angle in degrees as radians.",
          [](double x) { return x * (std::numbers::pi / 180); },
          {{"round(radians(180), 6)", "3.141593"}, {"radians(0)", "0.0"}}, ColumnName::None),
      {
          .name = "atan2",
          .summary = "The angle of the point (x, y), from -pi to pi.",
          .parameters = {{"y", "The distance upwards.", Accepts::Number},
                         {"x", "The distance to the right.", Accepts::Number}},
          .overloads = {rowwise([](double y, double x) { return std::atan2(y, x); })},
          .examples = {{"atan2(0, 1)", "0.0"}, {"round(atan2(1, 1), 6)", "0.785398"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "pi",
          .summary = "The ratio of a circle's circumference to its diameter.",
          .overloads = {rowwise([]() { return std::numbers::pi; })},
          .examples = {{"round(pi(), 6)", "3.141593"}, {"pi() > 3", "true"}},
      },
  };
}

}  // namespace

std::vector<ScalarFunction> math_functions() {
  std::vector<ScalarFunction> family = {
      {
          .name = "abs",
          .summary = "A number or timespan without its sign.",
          .parameters = {{"number", "The number or timespan."}},
          .overloads = {symbolic<int64_t(int64_t)>(
                            [](auto on, auto x) { return on.select(x < 0, -x, x); }),
                        symbolic<double(double)>([](auto on, auto x) { return on.abs(x); }),
                        rowwise([](Decimal x) { return absolute(x); }),
                        symbolic<Timespan(Timespan)>(
                            [](auto on, auto x) { return on.select(x < 0, -x, x); })},
          .examples = {{"abs(-5)", "5"}, {"abs(-2.5)", "2.5"}, {"abs(-1h)", "01:00:00"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "sign",
          .summary = "-1, 0 or 1: the sign of a number.",
          .parameters = {{"number", "The number.", Accepts::Number}},
          .overloads = {rowwise([](double x) -> double { return (x > 0) - (x < 0); })},
          .examples = {{"sign(-42)", "-1.0"}, {"sign(0)", "0.0"}},
      },
      {
          .name = "sqrt",
          .summary = "The square root; null below zero.",
          .parameters = {{"number", "The number.", Accepts::Number}},
          .overloads = {symbolic<std::optional<double>(double)>(
              [](auto on, auto x) { return on.null_if(x < 0, on.sqrt(x)); })},
          .examples = {{"sqrt(16)", "4.0"}, {"sqrt(-1)", "null"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "pow",
          .summary = "A number to the power of another.",
          .parameters = {{"base", "The number.", Accepts::Number},
                         {"exponent", "The power.", Accepts::Number}},
          .overloads = {rowwise([](double x, double y) { return known(std::pow(x, y)); })},
          .examples = {{"pow(2, 10)", "1024.0"}, {"pow(10, -1)", "0.1"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "rand",
          .summary = "A random number from 0 up to 1, or a whole one from 0 up to a limit.",
          .parameters = {{.name = "number",
                          .meaning = "The limit, above 1.",
                          .accepts = Accepts::Integer,
                          .optional = true}},
          .overloads = {{.takes = {}, .returns = Type::Real, .evaluate = random_fraction},
                        {.takes = {Type::Long}, .returns = Type::Real, .evaluate = random_below}},
          .examples = {{"rand() < 1", "true"}, {"rand(1000) >= 0", "true"}},
          .column_name = ColumnName::FirstArgument,
          .purity = Purity::PerRow,
      },
      {
          .name = "isnan",
          .summary = "Whether a real number is not a number.",
          .parameters = {{"number", "The number."}},
          .overloads = {symbolic<bool(double)>([](auto, auto x) { return x != x; })},
          .examples = {{"isnan(real(nan))", "true"}, {"isnan(1.5)", "false"}},
      },
      {
          .name = "isinf",
          .summary = "Whether a real number is infinite.",
          .parameters = {{"number", "The number."}},
          .overloads = {rowwise([](double x) { return std::isinf(x); })},
          .examples = {{"isinf(1.0 / 0.0)", "true"}, {"isinf(1.5)", "false"}},
      },
      {
          .name = "isfinite",
          .summary = "Whether a real number is neither infinite nor not a number.",
          .parameters = {{"number", "The number."}},
          .overloads = {rowwise([](double x) { return std::isfinite(x); })},
          .examples = {{"isfinite(1.5)", "true"}, {"isfinite(1.0 / 0.0)", "false"}},
      },
  };
  for (auto group : {&exponential_functions, &angle_functions}) {
    for (auto& record : group()) family.push_back(std::move(record));
  }
  return family;
}

}  // namespace vedette::stdlib
