// Statistics of series: percentiles, outliers, lines, periods, decomposition.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vedette::stdlib {

using Numbers = std::span<const double>;

struct SeriesStatistics {
  double least = 0;
  size_t least_at = 0;
  double greatest = 0;
  size_t greatest_at = 0;
  double mean = 0;
  double variance = 0;  // of a sample; 0 for a single number
};

/// Of a series that is not empty.
SeriesStatistics statistics_of(Numbers series);

/// The median; `series` is not empty.
double median_of(std::vector<double> series);

/// How far each number lies outside the range between two percentiles (0 to 100), in widths of
/// that range: above 0 above it, below 0 below it. Where the range has no width, its place is
/// taken by the standard deviation.
std::vector<double> outlier_scores(Numbers series, double low_percentile, double high_percentile);

/// A straight line through a series, by least squares.
struct LineFit {
  double slope = 0;
  double start = 0;  // at position 0
  double r_square = 0;
  double variance = 0;
  double residual_variance = 0;

  double at(size_t position) const { return start + slope * static_cast<double>(position); }
  /// Where the line would be one position before the first.
  double interception() const { return start - slope; }
};
LineFit fit_line(Numbers series);

/// How strongly a series repeats after `period` positions, 0 to 1: its least autocorrelation after
/// one and two of them. 0 for a period below 4 or above half of the series.
double period_score(Numbers series, double period);

struct ScoredPeriod {
  double period = 0;
  double score = 0;
};

/// The periods of a series within bounds, best first: those where it repeats more strongly than
/// after any other number of positions nearby, without multiples of others that are little better.
std::vector<ScoredPeriod> detect_periods(Numbers series, double least, double greatest,
                                         size_t count);

enum class Trend { Average, Line, None };

struct Decomposition {
  std::vector<double> baseline, seasonal, trend, residual;
};

/// How to take a series apart. The last `test_points` are not learned from.
struct DecomposeOptions {
  int64_t period = -1;  // -1: detect it; 0: none
  Trend trend = Trend::Average;
  size_t test_points = 0;
  double least_score = 0.6;  // of a period that is detected
};

/// The median of each phase of the period, the trend of what is left, and what then is left.
Decomposition decompose(Numbers series, const DecomposeOptions& options);

}  // namespace vedette::stdlib
