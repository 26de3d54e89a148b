// Statistics and fitted lines of series as bags; broken lines; polynomials.
#include <cmath>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/polynomial_fit.h"
#include "stdlib/scalar/series_analysis.h"
#include "stdlib/scalar/series_values.h"

namespace vedette::stdlib {
namespace {

void add_entry(DynamicBuilder& out, std::string_view key, double number) {
  out.key(key);
  out.add_real(number);
}
void add_entry(DynamicBuilder& out, std::string_view key, const std::vector<double>& numbers) {
  out.key(key);
  add_array(out, numbers);
}

constexpr auto statistics_bag = [](DynamicBuilder& out, RowValues values) {
  const bool skip_others = values.size() > 1 && values[1].word != 0;
  const auto numbers = numbers_of(values[0], skip_others);
  if (!numbers || numbers->empty()) return false;
  const SeriesStatistics statistics = statistics_of(*numbers);
  out.begin_object();
  add_entry(out, "min", statistics.least);
  out.key("min_idx");
  out.add_long(static_cast<int64_t>(statistics.least_at));
  add_entry(out, "max", statistics.greatest);
  out.key("max_idx");
  out.add_long(static_cast<int64_t>(statistics.greatest_at));
  add_entry(out, "avg", statistics.mean);
  add_entry(out, "stdev", std::sqrt(statistics.variance));
  add_entry(out, "variance", statistics.variance);
  double sum = 0;
  for (double number : *numbers) sum += number;
  add_entry(out, "sum", sum);
  out.key("len");
  out.add_long(static_cast<int64_t>(numbers->size()));
  out.end_object();
  return true;
};

std::vector<double> points_of(const LineFit& fit, size_t count) {
  std::vector<double> points;
  for (size_t at = 0; at < count; ++at) points.push_back(fit.at(at));
  return points;
}

constexpr auto line_bag = [](DynamicBuilder& out, RowValues values) {
  const auto numbers = numbers_of(values[0]);
  if (!numbers || numbers->empty()) return false;
  const LineFit fit = fit_line(*numbers);
  out.begin_object();
  add_entry(out, "rsquare", fit.r_square);
  add_entry(out, "slope", fit.slope);
  add_entry(out, "variance", fit.variance);
  add_entry(out, "rvariance", fit.residual_variance);
  add_entry(out, "interception", fit.interception());
  add_entry(out, "line_fit", points_of(fit, numbers->size()));
  out.end_object();
  return true;
};

// ---- broken lines ----

struct BrokenLine {
  size_t split = 0;  // where the right part begins
  double r_square = 0;
  double variance = 0;
  double residual_variance = 0;
  LineFit left, right;
  std::vector<double> points;
};

double squared_residuals(const LineFit& fit, Numbers part) {
  double sum = 0;
  for (size_t at = 0; at < part.size(); ++at) {
    sum += (part[at] - fit.at(at)) * (part[at] - fit.at(at));
  }
  return sum;
}

/// Sums of all numbers before a place, so that the residuals of any part cost the same.
class PartResiduals {
 public:
  explicit PartResiduals(Numbers series) {
    double mean = 0;
    for (double number : series) mean += number / static_cast<double>(series.size());
    Sums sums;
    sums_.push_back(sums);
    for (size_t at = 0; at < series.size(); ++at) {
      const double number = series[at] - mean;  // smaller numbers lose fewer digits
      sums.numbers += number;
      sums.squares += number * number;
      sums.products += number * static_cast<double>(at);
      sums_.push_back(sums);
    }
  }
  /// What the best line leaves of the numbers from `first` to before `end`.
  double of(size_t first, size_t end) const {
    const auto count = static_cast<double>(end - first);
    if (count < 3) return 0;
    const double numbers = sums_[end].numbers - sums_[first].numbers;
    const double middle = static_cast<double>(first) + (count - 1) / 2;
    const double both = sums_[end].products - sums_[first].products - middle * numbers;
    const double places = count * (count * count - 1) / 12;
    const double squares = sums_[end].squares - sums_[first].squares - numbers * numbers / count;
    return std::max(0.0, squares - both * both / places);
  }

 private:
  struct Sums {
    double numbers = 0, squares = 0, products = 0;
  };
  std::vector<Sums> sums_;
};

/// Two lines, broken where they leave the least; a series of one number is one line.
BrokenLine fit_two_lines(Numbers series) {
  BrokenLine best;
  const PartResiduals residuals(series);
  double least = INFINITY;
  for (size_t split = 1; split < series.size(); ++split) {
    const double left = residuals.of(0, split) + residuals.of(split, series.size());
    if (left < least * (1 - 1e-12)) least = left, best.split = split;
  }
  if (series.size() == 1) best.split = 1;
  const Numbers left = series.first(best.split);
  const Numbers right = series.subspan(best.split);
  best.left = fit_line(left);
  best.right = fit_line(right);
  best.points = points_of(best.left, left.size());
  for (double point : points_of(best.right, right.size())) best.points.push_back(point);
  const double remains = squared_residuals(best.left, left) + squared_residuals(best.right, right);
  best.variance = statistics_of(series).variance;
  const double freedom = series.size() > 1 ? static_cast<double>(series.size() - 1) : 1;
  best.residual_variance = remains / freedom;
  best.r_square = best.variance == 0 ? 0 : 1 - best.residual_variance / best.variance;
  return best;
}

constexpr auto two_lines = [](DynamicBuilder& out, RowValues values) {
  const auto numbers = numbers_of(values[0]);
  if (!numbers || numbers->empty()) return false;
  const BrokenLine fit = fit_two_lines(*numbers);
  out.begin_array();
  out.add_real(fit.r_square);
  out.add_long(static_cast<int64_t>(fit.split));
  out.add_real(fit.variance);
  out.add_real(fit.residual_variance);
  add_array(out, fit.points);
  for (const LineFit* side : {&fit.right, &fit.left}) {
    out.add_real(side->r_square);
    out.add_real(side->slope);
    out.add_real(side->interception());
    out.add_real(side->variance);
    out.add_real(side->residual_variance);
  }
  out.end_array();
  return true;
};

constexpr auto two_lines_bag = [](DynamicBuilder& out, RowValues values) {
  const auto numbers = numbers_of(values[0]);
  if (!numbers || numbers->empty()) return false;
  const BrokenLine fit = fit_two_lines(*numbers);
  const auto add_side = [&](std::string_view key, const LineFit& side) {
    out.key(key);
    out.begin_object();
    add_entry(out, "rsquare", side.r_square);
    add_entry(out, "slope", side.slope);
    add_entry(out, "interception", side.interception());
    add_entry(out, "variance", side.variance);
    add_entry(out, "rvariance", side.residual_variance);
    out.end_object();
  };
  out.begin_object();
  add_entry(out, "rsquare", fit.r_square);
  out.key("split_idx");
  out.add_long(static_cast<int64_t>(fit.split));
  add_entry(out, "variance", fit.variance);
  add_entry(out, "rvariance", fit.residual_variance);
  add_entry(out, "line_fit", fit.points);
  add_side("right", fit.right);
  add_side("left", fit.left);
  out.end_object();
  return true;
};

// ---- polynomials ----

/// The series; where its numbers stand (or the degree); the degree.
constexpr auto polynomial = [](DynamicBuilder& out, RowValues values) {
  const auto numbers = numbers_of(values[0]);
  if (!numbers || numbers->empty()) return false;
  std::vector<double> places;
  if (values.size() > 1 && is_array(values[1])) {
    auto given = numbers_of(values[1]);
    if (!given || given->size() != numbers->size()) return false;
    places = std::move(*given);
  } else {
    for (size_t at = 1; at <= numbers->size(); ++at) places.push_back(static_cast<double>(at));
  }
  int64_t degree = 1;
  if (values.size() > 1 && values.back().kind == DynamicKind::Long) degree = values.back().word;
  const auto fit = fit_polynomial(places, *numbers, degree);
  if (!fit) return false;
  out.begin_array();
  out.add_real(fit->r_square);
  add_array(out, fit->coefficients);
  out.add_real(fit->variance);
  out.add_real(fit->residual_variance);
  add_array(out, fit->points);
  out.end_array();
  return true;
};

// ---- records ----

const Parameter series_parameter = {"series", "An array of numbers.", Accepts::DynamicArray};
constexpr std::string_view none_for_others = "Null where an item is no number.";

}  // namespace

std::vector<ScalarFunction> series_fit_functions() {
  const Type dynamic = Type::Dynamic;
  return {
      {
          .name = "series_stats_dynamic",
          .summary = "Least, greatest, mean, deviation, variance, sum and length of a series, as a "
                     "bag.",
          .parameters = {series_parameter,
                         {.name = "ignore_nonfinite",
                          .meaning = "Whether to pass over items that are no numbers.",
                          .accepts = Accepts::Bool,
                          .optional = true}},
          .overloads = {builds_dynamic({dynamic}, statistics_bag),
                        builds_dynamic({dynamic, Type::Bool}, statistics_bag)},
          .examples = {{"series_stats_dynamic(dynamic([3, 1, 5])).max_idx", "2"},
                       {"series_stats_dynamic(dynamic([4, null]), true).len", "1"}},
          .null_rule = none_for_others,
      },
      {
          .name = "series_fit_line_dynamic",
          .summary = "A straight line through a series, as a bag.",
          .parameters = {series_parameter},
          .overloads = {builds_dynamic({dynamic}, line_bag)},
          .examples = {{"series_fit_line_dynamic(dynamic([1, 3, 5])).line_fit", "[1.0,3.0,5.0]"},
                       {"series_fit_line_dynamic(dynamic([1, 3, 5])).slope", "2.0"}},
          .null_rule = none_for_others,
      },
      {
          .name = "series_fit_2lines",
          .summary = "A line with a break through a series: r-square, where the right part begins, "
                     "variance, residual variance, the line; of the right part and of the left "
                     "r-square, slope, interception, variance, residual variance.",
          .parameters = {series_parameter},
          .overloads = {builds_dynamic({dynamic}, two_lines)},
          .examples = {{"series_fit_2lines(dynamic([1, 2, 3, 9, 8, 7]))[1]", "3"},
                       {"series_fit_2lines(dynamic([1, 2, 3, 9, 8, 7]))[4]",
                        "[1.0,2.0,3.0,9.0,8.0,7.0]"}},
          .null_rule = none_for_others,
          .difference = "The interception of a part is counted from the part's own beginning.",
      },
      {
          .name = "series_fit_2lines_dynamic",
          .summary = "A line with a break through a series, as a bag.",
          .parameters = {series_parameter},
          .overloads = {builds_dynamic({dynamic}, two_lines_bag)},
          .examples = {{"series_fit_2lines_dynamic(dynamic([1, 2, 3, 9, 8, 7])).split_idx", "3"},
                       {"series_fit_2lines_dynamic(dynamic([1, 2, 3, 9, 8, 7])).right.slope",
                        "-1.0"}},
          .null_rule = none_for_others,
          .difference = "The interception of a part is counted from the part's own beginning.",
      },
      {
          .name = "series_fit_poly",
          .summary = "A polynomial through a series: r-square, coefficients from the highest power "
                     "down, variance, residual variance, the polynomial's values.",
          .parameters = {{"y_series", "An array of numbers.", Accepts::DynamicArray},
                         {.name = "x_series",
                          .meaning = "Where they stand; 1, 2, 3 and so on without it.",
                          .accepts = Accepts::DynamicArray,
                          .optional = true},
                         {.name = "degree",
                          .meaning = "The highest power; 1 without it.",
                          .accepts = Accepts::Integer,
                          .optional = true}},
          .overloads = {builds_dynamic({dynamic}, polynomial),
                        builds_dynamic({dynamic, dynamic}, polynomial),
                        builds_dynamic({dynamic, dynamic, Type::Long}, polynomial)},
          .examples = {{"array_length(series_fit_poly(dynamic([1, 4, 9, 16]), "
                        "dynamic([1, 2, 3, 4]), 2)[1])",
                        "3"},
                       {"round(toreal(series_fit_poly(dynamic([1, 4, 9, 16]), "
                        "dynamic([1, 2, 3, 4]), 2)[1][0]), 6)",
                        "1.0"}},
          .null_rule = "Null where an item is no number, for arrays of different lengths, and for "
                       "a degree below 0 or above 100 or not below the number of places.",
      },
  };
}

}  // namespace vedette::stdlib
