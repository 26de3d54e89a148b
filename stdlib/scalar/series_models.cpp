// Series taken apart: statistics, lines, filters, periods, seasons, outliers, anomalies. Functions
// with several results answer an array of them, which the binder spreads over columns.
#include <algorithm>
#include <cmath>

#include "runtime/base/utf8.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/series_analysis.h"
#include "stdlib/scalar/series_values.h"

namespace vedette::stdlib {
namespace {

// Arguments that may be left out or null.
double real_at(RowValues values, size_t at, double usual) {
  if (at >= values.size() || !values[at].is_number()) return usual;
  const double number = values[at].as_real();
  return std::isfinite(number) ? number : usual;
}
int64_t long_at(RowValues values, size_t at, int64_t usual) {
  return at < values.size() && values[at].kind == DynamicKind::Long ? values[at].word : usual;
}
std::string_view text_at(RowValues values, size_t at, std::string_view usual) {
  return at < values.size() && !values[at].text.empty() ? values[at].text : usual;
}

/// One overload for each number of arguments from `least` up.
template <typename Build>
std::vector<Overload> with_optional(std::vector<Type> takes, size_t least, Build build) {
  std::vector<Overload> overloads;
  for (size_t count = least; count <= takes.size(); ++count) {
    overloads.push_back(
        builds_dynamic({takes.begin(), takes.begin() + static_cast<int>(count)}, build));
  }
  return overloads;
}

// ---- statistics and lines ----

constexpr auto series_statistics = [](DynamicBuilder& out, RowValues values) {
  const bool skip_others = values.size() > 1 && values[1].word != 0;
  const auto numbers = numbers_of(values[0], skip_others);
  if (!numbers || numbers->empty()) return false;
  const SeriesStatistics statistics = statistics_of(*numbers);
  out.begin_array();
  out.add_real(statistics.least);
  out.add_long(static_cast<int64_t>(statistics.least_at));
  out.add_real(statistics.greatest);
  out.add_long(static_cast<int64_t>(statistics.greatest_at));
  out.add_real(statistics.mean);
  out.add_real(std::sqrt(statistics.variance));
  out.add_real(statistics.variance);
  out.end_array();
  return true;
};

constexpr auto line_through = [](DynamicBuilder& out, RowValues values) {
  const auto numbers = numbers_of(values[0]);
  if (!numbers || numbers->empty()) return false;
  const LineFit fit = fit_line(*numbers);
  std::vector<double> line;
  for (size_t at = 0; at < numbers->size(); ++at) line.push_back(fit.at(at));
  out.begin_array();
  for (double number :
       {fit.r_square, fit.slope, fit.variance, fit.residual_variance, fit.interception()}) {
    out.add_real(number);
  }
  add_array(out, line);
  out.end_array();
  return true;
};

// ---- filters ----

constexpr auto filter_recursively = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  const auto numerators = numbers_of(values[1]);
  const auto denominators = numbers_of(values[2]);
  if (!series || !numerators || !denominators) return false;
  if (denominators->empty() || (*denominators)[0] == 0) return false;
  std::vector<double> filtered;
  for (size_t at = 0; at < series->size(); ++at) {
    double sum = 0;
    for (size_t i = 0; i < numerators->size() && i <= at; ++i) {
      sum += (*numerators)[i] * (*series)[at - i];
    }
    for (size_t i = 1; i < denominators->size() && i <= at; ++i) {
      sum -= (*denominators)[i] * filtered[at - i];
    }
    filtered.push_back(sum / (*denominators)[0]);
  }
  add_array(out, filtered);
  return true;
};

/// The series, the filter, whether to divide by its sum, whether to look both ways.
constexpr auto filter_weighted = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  const auto filter = numbers_of(values[1]);
  if (!series || !filter) return false;
  const bool negative =
      std::any_of(filter->begin(), filter->end(), [](double weight) { return weight < 0; });
  const auto flag = [&](size_t at, bool usual) {
    return at < values.size() && !values[at].is_null() ? values[at].word != 0 : usual;
  };
  const bool normalize = flag(2, !negative);
  if (normalize && negative) return false;
  const auto shift = static_cast<int64_t>(flag(3, false) ? filter->size() / 2 : 0);
  std::vector<double> filtered;
  const auto size = static_cast<int64_t>(series->size());
  for (int64_t at = 0; at < size; ++at) {
    double sum = 0;
    double weights = 0;
    for (size_t i = 0; i < filter->size(); ++i) {
      const int64_t from = at + shift - static_cast<int64_t>(i);
      weights += (*filter)[i];
      if (from >= 0 && from < size) sum += (*filter)[i] * (*series)[static_cast<size_t>(from)];
    }
    filtered.push_back(normalize && weights != 0 ? sum / weights : sum);
  }
  add_array(out, filtered);
  return true;
};

// ---- periods and seasons ----

constexpr auto find_periods = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  const int64_t count = long_at(values, 3, -1);
  if (!series || count < 0 || count > 1'000) return false;
  const auto found = detect_periods(*series, real_at(values, 1, 0), real_at(values, 2, 0),
                                    static_cast<size_t>(count));
  std::vector<double> periods(static_cast<size_t>(count), 0);
  std::vector<double> scores(static_cast<size_t>(count), 0);
  for (size_t at = 0; at < found.size(); ++at) {
    periods[at] = found[at].period;
    scores[at] = found[at].score;
  }
  out.begin_array();
  add_array(out, periods);
  add_array(out, scores);
  out.end_array();
  return true;
};

constexpr auto score_periods = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  if (!series) return false;
  std::vector<double> periods;
  std::vector<double> scores;
  for (size_t at = 1; at < values.size(); ++at) {
    periods.push_back(real_at(values, at, 0));
    scores.push_back(period_score(*series, periods.back()));
  }
  out.begin_array();
  add_array(out, periods);
  add_array(out, scores);
  out.end_array();
  return true;
};

constexpr auto season_of = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  if (!series) return false;
  constexpr double least_score = 0.7;
  const auto test_points = static_cast<size_t>(std::max<int64_t>(long_at(values, 2, 0), 0));
  add_array(out, decompose(*series, {.period = long_at(values, 1, -1),
                                     .test_points = test_points,
                                     .least_score = least_score})
                     .seasonal);
  return true;
};

// ---- decomposition ----

DecomposeOptions options_of(RowValues values, size_t period, size_t trend, size_t test_points,
                            size_t least_score) {
  DecomposeOptions options;
  options.period = long_at(values, period, -1);
  const std::string_view name = text_at(values, trend, "avg");
  if (equal_ignoring_case(name, "linefit")) options.trend = Trend::Line;
  if (equal_ignoring_case(name, "none")) options.trend = Trend::None;
  options.test_points = static_cast<size_t>(std::max<int64_t>(long_at(values, test_points, 0), 0));
  options.least_score = real_at(values, least_score, options.least_score);
  return options;
}

constexpr auto take_apart = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  if (!series) return false;
  const Decomposition parts = decompose(*series, options_of(values, 1, 2, 3, 4));
  out.begin_array();
  for (const auto* part : {&parts.baseline, &parts.seasonal, &parts.trend, &parts.residual}) {
    add_array(out, *part);
  }
  out.end_array();
  return true;
};

constexpr auto forecast_series = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  if (!series) return false;
  const Decomposition parts = decompose(*series, options_of(values, 2, 3, 1, 4));
  std::vector<double> forecast = parts.baseline;
  // What is forecast for a series that is never below zero is not below zero either.
  const bool never_negative =
      std::all_of(series->begin(), series->end(), [](double number) { return number >= 0; });
  for (double& number : forecast) number = never_negative ? std::max(number, 0.0) : number;
  out.begin_array();
  add_array(out, forecast);
  for (const auto* part : {&parts.baseline, &parts.seasonal, &parts.trend, &parts.residual}) {
    add_array(out, *part);
  }
  out.end_array();
  return true;
};

std::vector<double> scores_by(std::string_view method, Numbers series) {
  return equal_ignoring_case(method, "tukey") ? outlier_scores(series, 25, 75)
                                              : outlier_scores(series, 10, 90);
}

/// The series, the threshold, the period, the trend, the test points, the method, the least score.
constexpr auto find_anomalies = [](DynamicBuilder& out, RowValues values) {
  const auto series = numbers_of(values[0]);
  if (!series) return false;
  const double threshold = real_at(values, 1, 1.5);
  const Decomposition parts = decompose(*series, options_of(values, 2, 3, 4, 6));
  const auto scores = scores_by(text_at(values, 5, "ctukey"), parts.residual);
  std::vector<int64_t> flags;
  for (double score : scores) flags.push_back((score > threshold) - (score < -threshold));
  out.begin_array();
  add_array(out, flags);
  add_array(out, scores);
  add_array(out, parts.baseline);
  out.end_array();
  return true;
};

/// The series, the method, the value of gaps, the percentiles.
constexpr auto find_outliers = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  const double gap = real_at(values, 2, NAN);
  std::vector<double> numbers;
  std::vector<size_t> places;
  size_t size = 0;
  for (DynamicView item : values[0].view.items()) {
    const AnyScalar value = scalar_of(item);
    if (value.is_number() && std::isfinite(value.as_real()) && value.as_real() != gap) {
      numbers.push_back(value.as_real());
      places.push_back(size);
    }
    ++size;
  }
  const std::string_view method = text_at(values, 1, "ctukey");
  const bool custom = !equal_ignoring_case(method, "tukey");
  const double low = custom ? std::clamp(real_at(values, 3, 10), 2.0, 98.0) : 25;
  const double high = custom ? std::clamp(real_at(values, 4, 90), low, 98.0) : 75;
  const auto scores = outlier_scores(numbers, low, high);
  std::vector<double> all(size, 0);
  for (size_t at = 0; at < scores.size(); ++at) all[places[at]] = scores[at];
  out.begin_array();
  add_array(out, all);
  out.end_array();
  return true;
};

// ---- records ----

const Parameter series_parameter = {"series", "An array of numbers.", Accepts::DynamicArray};

Parameter option(std::string_view name, std::string_view meaning, Accepts accepts) {
  return {.name = name, .meaning = meaning, .accepts = accepts, .optional = true};
}
const Parameter period_option =
    option("seasonality", "The period in items; -1 to detect it, 0 for none.", Accepts::Integer);
const Parameter trend_option = option("trend", "avg, linefit or none.", Accepts::String);
const Parameter test_points_option =
    option("test_points", "How many items at the end not to learn from.", Accepts::Integer);
const Parameter least_score_option = option(
    "seasonality_threshold", "The least score of a period that is detected.", Accepts::Number);

ScalarFunction model(std::string_view name, std::string_view summary,
                     std::vector<Parameter> parameters, std::vector<Overload> overloads,
                     std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = std::move(parameters),
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .null_rule = "Null where an item is no number."};
}

/// The answer stands in the place of the series.
ScalarFunction in_place(ScalarFunction function) {
  function.column_name = ColumnName::FirstArgument;
  return function;
}

ScalarFunction with_difference(ScalarFunction function, std::string_view difference) {
  function.difference = difference;
  return function;
}

}  // namespace

std::vector<ScalarFunction> series_model_functions() {
  const Type dynamic = Type::Dynamic, real = Type::Real, whole = Type::Long, text = Type::String;
  const std::string_view own_periods = "Periods are found by autocorrelation; scores differ.";
  const std::string_view own_scores =
      "Scores are widths of the range between percentiles; periods are found by autocorrelation.";
  return {
      model("series_stats",
            "Least, its place, greatest, its place, mean, deviation and variance of a series.",
            {series_parameter,
             {.name = "ignore_nonfinite",
              .meaning = "Whether to pass over items that are no numbers.",
              .optional = true}},
            with_optional({dynamic, Type::Bool}, 1, series_statistics),
            {{"series_stats(dynamic([3, 1, 5]))[1]", "1"},
             {"series_stats(dynamic([3, 1, 5]))[4]", "3.0"}}),
      model("series_fit_line",
            "A straight line through a series: r-square, slope, variance, residual variance, "
            "interception, the line.",
            {series_parameter}, {builds_dynamic({dynamic}, line_through)},
            {{"series_fit_line(dynamic([1, 3, 5]))[1]", "2.0"},
             {"series_fit_line(dynamic([1, 3, 5]))[5]", "[1.0,3.0,5.0]"}}),
      in_place(model(
          "series_iir", "A series through a recursive filter.",
          {series_parameter,
           {"numerators", "Weights of the items.", Accepts::DynamicArray},
           {"denominators", "Weights of the answers before.", Accepts::DynamicArray}},
          {builds_dynamic({dynamic, dynamic, dynamic}, filter_recursively)},
          {{"series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))", "[1.0,3.0,6.0]"}})),
      in_place(model(
          "series_fir", "A series in which each item is a weighted sum of it and those before.",
          {series_parameter,
           {"filter", "The weights.", Accepts::DynamicArray},
           option("normalize", "Whether to divide by the sum of the weights.", Accepts::Bool),
           option("center", "Whether to look as far ahead as back.", Accepts::Bool)},
          with_optional({dynamic, dynamic, Type::Bool, Type::Bool}, 2, filter_weighted),
          {{"series_fir(dynamic([2, 4, 8]), dynamic([1, 1]))", "[1.0,3.0,6.0]"},
           {"series_fir(dynamic([2, 4, 8]), dynamic([1, -1]), false)", "[2.0,2.0,4.0]"}})),
      with_difference(
          model("series_periods_detect", "The periods of a series, best first, and their scores.",
                {series_parameter,
                 {"min_period", "The least period.", Accepts::Number},
                 {"max_period", "The greatest period.", Accepts::Number},
                 {"num_periods", "How many to answer."}},
                {builds_dynamic({dynamic, real, real, whole}, find_periods)},
                {{"series_periods_detect(dynamic([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]), 0.0, 9.0, "
                  "2)[0]",
                  "[4.0,0.0]"}}),
          own_periods),
      with_difference(
          [&] {
            ScalarFunction function = model(
                "series_periods_validate", "How strongly a series repeats after some periods.",
                {series_parameter, {"period", "A period.", Accepts::Number}},
                {builds_dynamic({dynamic, real}, score_periods, true)},
                {{"series_periods_validate(dynamic([1, 2, 3, 4, 1, 2, 3, 4, 1]), 2.0)[1]",
                  "[0.0]"}});
            function.variadic = true;
            function.max_arguments = 17;
            return function;
          }(),
          own_periods),
      with_difference(
          model("series_seasonal", "The part of a series that repeats: the median of each phase.",
                {series_parameter,
                 option("period", "The period in items; -1 to detect it.", Accepts::Integer),
                 test_points_option},
                with_optional({dynamic, whole, whole}, 1, season_of),
                {{"series_seasonal(dynamic([1, 3, 5, 3, 3, 5]), 3)", "[2.0,3.0,5.0,2.0,3.0,5.0]"}}),
          own_periods),
      with_difference(
          model("series_decompose",
                "A series taken apart: baseline, seasonal part, trend and what is left.",
                {series_parameter, period_option, trend_option, test_points_option,
                 least_score_option},
                with_optional({dynamic, whole, text, whole, real}, 1, take_apart),
                {{"series_decompose(dynamic([1, 2, 3]), 0, 'linefit')[0]", "[1.0,2.0,3.0]"}}),
          own_periods),
      with_difference(
          model("series_decompose_forecast",
                "The baseline of a series beyond what it learned from.",
                {series_parameter,
                 {"test_points", "How many items at the end to forecast.", Accepts::Integer},
                 period_option,
                 trend_option,
                 least_score_option},
                with_optional({dynamic, whole, whole, text, real}, 2, forecast_series),
                {{"series_decompose_forecast(dynamic([1, 2, 0]), 1, 0, 'linefit')[0]",
                  "[1.0,2.0,3.0]"}}),
          own_periods),
      with_difference(
          model("series_decompose_anomalies",
                "Items of a series that lie far from its baseline: flags, scores, the baseline.",
                {series_parameter,
                 option("threshold", "How far is far; 1.5 when left out.", Accepts::Number),
                 period_option, trend_option, test_points_option,
                 option("AD_method", "ctukey or tukey.", Accepts::String), least_score_option},
                with_optional({dynamic, real, whole, text, whole, text, real}, 1, find_anomalies),
                {{"series_decompose_anomalies(dynamic([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9]))[0]",
                  "[0,0,0,0,0,0,0,0,0,0,0,1]"}}),
          own_scores),
      with_difference(
          in_place(model(
              "series_outliers", "How far each item of a series lies outside the usual range.",
              {series_parameter, option("kind", "ctukey or tukey.", Accepts::String),
               option("ignore_val", "What stands for a gap.", Accepts::Number),
               option("min_percentile", "Where the usual range begins; 10 when left out.",
                      Accepts::Number),
               option("max_percentile", "Where it ends; 90 when left out.", Accepts::Number)},
              with_optional({dynamic, text, real, real, real}, 1, find_outliers),
              {{"series_outliers(dynamic([1, 2, 3, 4, 50]), 'tukey')[0]",
                "[-0.5,0.0,0.0,0.0,23.0]"}})),
          own_scores),
  };
}

}  // namespace vedette::stdlib
