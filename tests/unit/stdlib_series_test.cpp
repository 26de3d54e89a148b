// Functions over series.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/value/dynamic.h"
#include "stdlib/scalar/series_analysis.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

Value whole(int64_t value) {
  return Value::int64(value);
}

TEST(StdlibSeries, Arithmetic) {
  const Value three = dynamic_of(R"([1,null,"x",4.5])");
  EXPECT_EQ(answer("series_add", {three, whole(1)}), "[2,null,null,5.5]");
  EXPECT_EQ(answer("series_subtract", {whole(1), dynamic_of("[1,2]")}), "[0,-1]");
  EXPECT_EQ(answer("series_multiply", {dynamic_of("[9223372036854775807]"), whole(2)}),
            "[1.8446744073709552e+19]");
  EXPECT_EQ(answer("series_divide", {dynamic_of("[1,2]"), dynamic_of("[4]")}), "[0.25,null]");
  EXPECT_EQ(answer("series_less", {three, dynamic_of("[2,2,2,2]")}), "[true,null,null,false]");
  EXPECT_EQ(answer("series_abs", {dynamic_of("[-1,-2.5,null]")}), "[1,2.5,null]");
  EXPECT_EQ(answer("series_sum", {three}), "null");
  EXPECT_EQ(answer("series_dot_product", {dynamic_of("[1,2]"), dynamic_of("[1,2,3]")}), "null");
}

TEST(StdlibSeries, Gaps) {
  const Value gaps = dynamic_of("[null,111,null,36,41,null,null,16,null]");
  EXPECT_EQ(answer("series_fill_forward", {gaps}), "[null,111,111,36,41,41,41,16,16]");
  EXPECT_EQ(answer("series_fill_linear", {gaps}), "[111,111,73,36,41,32,24,16,16]");
  EXPECT_EQ(answer("series_fill_linear", {gaps, Value::null(Type::Real), Value::boolean(false)}),
            "[null,111,73,36,41,32,24,16,null]");
  EXPECT_EQ(answer("series_fill_linear", {dynamic_of("[null,null]")}), "[0.0,0.0]");
  EXPECT_EQ(answer("series_fill_const", {dynamic_of("[1,-1,null]"), whole(0), whole(-1)}),
            "[1,0,0]");
}

TEST(StdlibSeries, StatisticsAndLines) {
  EXPECT_EQ(answer("series_stats", {dynamic_of("[3,1,5,1,5]")}).substr(0, 17), "[1.0,1,5.0,2,3.0,");
  EXPECT_EQ(answer("series_stats", {dynamic_of("[]")}), "null");
  EXPECT_EQ(answer("series_stats", {dynamic_of("[1,null]")}), "null");
  EXPECT_EQ(answer("series_stats", {dynamic_of("[1,null]"), Value::boolean(true)}),
            "[1.0,0,1.0,0,1.0,0.0,0.0]");
  const std::vector<double> numbers = {2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30};
  const stdlib::LineFit fit = stdlib::fit_line(numbers);
  EXPECT_NEAR(fit.r_square, 0.982, 0.001);
  EXPECT_NEAR(fit.slope, 2.730, 0.001);
  EXPECT_NEAR(fit.interception(), -1.666, 0.001);
  EXPECT_NEAR(fit.at(11), 31.102, 0.001);
  EXPECT_NEAR(fit.variance, 98.628, 0.001);
  EXPECT_NEAR(fit.residual_variance, 1.686, 0.001);
}

TEST(StdlibSeries, Filters) {
  EXPECT_EQ(answer("series_fir", {dynamic_of("[0,0,9,0,0]"), dynamic_of("[1,1,1]"),
                                  Value::boolean(true), Value::boolean(true)}),
            "[0.0,3.0,3.0,3.0,0.0]");
  EXPECT_EQ(answer("series_fir", {dynamic_of("[1,2]"), dynamic_of("[1,-1]"), Value::boolean(true)}),
            "null");
  EXPECT_EQ(answer("series_iir", {dynamic_of("[1]"), dynamic_of("[1]"), dynamic_of("[0]")}),
            "null");
}

/// Ten weeks of days that look alike but for their weekdays, with a jump on one of them.
std::vector<double> weeks() {
  std::vector<double> numbers;
  for (int day = 0; day < 70; ++day) {
    const int weekday = day % 7;
    numbers.push_back((weekday < 5 ? 100 : 20) + weekday + std::sin(day * 1.7));
  }
  numbers[30] += 60;
  return numbers;
}

TEST(StdlibSeries, FindsThePeriod) {
  const auto found = stdlib::detect_periods(weeks(), 0, 100, 3);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].period, 7);
  EXPECT_GT(found[0].score, 0.6);
  for (size_t at = 1; at < found.size(); ++at) EXPECT_NE(std::fmod(found[at].period, 7), 0);
  EXPECT_EQ(stdlib::period_score(weeks(), 3), 0);
  EXPECT_EQ(stdlib::period_score(weeks(), 36), 0);
  EXPECT_TRUE(stdlib::detect_periods(std::vector<double>(40, 1.0), 0, 20, 3).empty());
  EXPECT_TRUE(stdlib::detect_periods({}, 0, 20, 3).empty());
}

TEST(StdlibSeries, FindsTheAnomaly) {
  std::string json = "[";
  for (double number : weeks()) json += (json.size() > 1 ? "," : "") + std::to_string(number);
  const Value parts = call_function("series_decompose_anomalies", {dynamic_of(json + "]")});
  const DynamicView flags = DynamicView(parts.as_text()).at(0);
  ASSERT_EQ(flags.size(), 70u);
  for (int64_t at = 0; at < 70; ++at) EXPECT_EQ(flags.at(at).as_long(), at == 30 ? 1 : 0) << at;
  EXPECT_EQ(answer("series_decompose_anomalies", {dynamic_of("[]")}), "[[],[],[]]");
}

TEST(StdlibSeries, DecomposesAndForecasts) {
  std::vector<double> numbers;
  for (int at = 0; at < 40; ++at) numbers.push_back(at % 4 * 10 + at);
  const auto parts =
      stdlib::decompose(numbers, {.period = 4, .trend = stdlib::Trend::Line, .test_points = 8});
  for (size_t at = 0; at < 40; ++at) {
    EXPECT_NEAR(parts.baseline[at] + parts.residual[at], numbers[at], 1e-9);
  }
  const auto all_test = stdlib::decompose(numbers, {.period = 4, .test_points = 100});
  EXPECT_EQ(all_test.baseline[0], 0);
}

}  // namespace
}  // namespace vedette
