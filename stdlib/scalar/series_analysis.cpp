#include "stdlib/scalar/series_analysis.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vedette::stdlib {
namespace {

constexpr double least_period = 4;

double mean_of(Numbers series) {
  if (series.empty()) return 0;
  return std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
}

/// Between the two nearest numbers of a sorted series, in proportion.
double percentile_of(const std::vector<double>& sorted, double percentile) {
  const double place = percentile / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return std::lerp(sorted[below], sorted[below + 1], place - static_cast<double>(below));
}

/// How strongly a series resembles itself some positions later, -1 to 1.
class Autocorrelation {
 public:
  explicit Autocorrelation(Numbers series) {
    const double mean = mean_of(series);
    for (double number : series) numbers_.push_back(number - mean);
    for (double number : numbers_) power_ += number * number;
  }

  double at(size_t lag) const {
    if (power_ == 0 || lag >= numbers_.size()) return 0;
    double sum = 0;
    for (size_t i = lag; i < numbers_.size(); ++i) sum += numbers_[i] * numbers_[i - lag];
    const auto size = static_cast<double>(numbers_.size());
    return sum / power_ * size / (size - static_cast<double>(lag));
  }
  double at(double lag) const {
    const double below = std::floor(lag);
    const double first = at(static_cast<size_t>(below));
    return lag == below ? first : std::lerp(first, at(static_cast<size_t>(below) + 1), lag - below);
  }
  double score(double period) const {
    const double half = static_cast<double>(numbers_.size()) / 2;
    if (!(period >= least_period && period <= half)) return 0;
    double score = at(period);
    if (2 * period <= half) score = std::min(score, at(2 * period));
    return std::clamp(score, 0.0, 1.0);
  }

 private:
  std::vector<double> numbers_;
  double power_ = 0;
};

std::vector<double> seasonal_part(Numbers series, size_t learned, size_t period) {
  std::vector<double> medians(period, 0);
  for (size_t phase = 0; phase < period; ++phase) {
    std::vector<double> same;
    for (size_t at = phase; at < learned; at += period) same.push_back(series[at]);
    if (!same.empty()) medians[phase] = median_of(std::move(same));
  }
  std::vector<double> seasonal;
  for (size_t at = 0; at < series.size(); ++at) seasonal.push_back(medians[at % period]);
  return seasonal;
}

}  // namespace

SeriesStatistics statistics_of(Numbers series) {
  SeriesStatistics result;
  const auto [least, greatest] = std::minmax_element(series.begin(), series.end());
  // The first of equal numbers, which minmax_element does not promise for the greatest.
  const auto first_greatest = std::max_element(series.begin(), series.end());
  result.least = *least;
  result.least_at = static_cast<size_t>(least - series.begin());
  result.greatest = *greatest;
  result.greatest_at = static_cast<size_t>(first_greatest - series.begin());
  result.mean = mean_of(series);
  double squares = 0;
  for (double number : series) squares += (number - result.mean) * (number - result.mean);
  if (series.size() > 1) result.variance = squares / static_cast<double>(series.size() - 1);
  return result;
}

double median_of(std::vector<double> series) {
  std::sort(series.begin(), series.end());
  return percentile_of(series, 50);
}

std::vector<double> outlier_scores(Numbers series, double low_percentile, double high_percentile) {
  if (series.empty()) return {};
  std::vector<double> sorted(series.begin(), series.end());
  std::sort(sorted.begin(), sorted.end());
  const double low = percentile_of(sorted, low_percentile);
  const double high = percentile_of(sorted, high_percentile);
  double width = high - low;
  if (width == 0) width = std::sqrt(statistics_of(series).variance);
  std::vector<double> scores;
  for (double number : series) {
    const double outside = number > high ? number - high : number < low ? number - low : 0;
    scores.push_back(outside == 0 || width == 0 ? 0 : outside / width);
  }
  return scores;
}

LineFit fit_line(Numbers series) {
  LineFit fit;
  if (series.empty()) return fit;
  const auto count = static_cast<double>(series.size());
  const double middle = (count - 1) / 2;
  const double mean = mean_of(series);
  double both = 0, positions = 0, squares = 0;
  for (size_t at = 0; at < series.size(); ++at) {
    const double position = static_cast<double>(at) - middle;
    both += position * (series[at] - mean);
    positions += position * position;
    squares += (series[at] - mean) * (series[at] - mean);
  }
  fit.slope = positions == 0 ? 0 : both / positions;
  fit.start = mean - fit.slope * middle;
  double residuals = 0;
  for (size_t at = 0; at < series.size(); ++at) {
    residuals += (series[at] - fit.at(at)) * (series[at] - fit.at(at));
  }
  const double freedom = series.size() > 1 ? count - 1 : 1;
  fit.variance = squares / freedom;
  fit.residual_variance = residuals / freedom;
  fit.r_square = squares == 0 ? 0 : 1 - residuals / squares;
  return fit;
}

double period_score(Numbers series, double period) {
  return Autocorrelation(series).score(period);
}

std::vector<ScoredPeriod> detect_periods(Numbers series, double least, double greatest,
                                         size_t count) {
  const Autocorrelation correlation(series);
  const size_t half = series.size() / 2;
  least = std::ceil(std::max(least, least_period));
  greatest = std::min(greatest, static_cast<double>(half));
  if (!(least <= greatest)) return {};
  const auto first = static_cast<size_t>(least);
  const auto last = static_cast<size_t>(greatest);
  std::vector<double> strength;
  for (size_t lag = 0; lag <= last + last / 4 + 1; ++lag) strength.push_back(correlation.at(lag));
  std::vector<ScoredPeriod> found;
  for (size_t lag = first; lag <= last; ++lag) {
    const size_t near = std::max<size_t>(lag / 4, 1);
    const auto begin = strength.begin() + static_cast<std::ptrdiff_t>(lag - near);
    const auto end =
        strength.begin() + static_cast<std::ptrdiff_t>(std::min(lag + near + 1, strength.size()));
    if (*std::max_element(begin, end) > strength[lag]) continue;
    const double score = correlation.score(static_cast<double>(lag));
    if (score > 0) found.push_back({static_cast<double>(lag), score});
  }
  // A series repeats after every multiple of its period, about as strongly.
  constexpr double clearly_better = 0.2;
  std::vector<ScoredPeriod> kept;
  for (const ScoredPeriod& longer : found) {
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const ScoredPeriod& shorter) {
      return std::fmod(longer.period, shorter.period) == 0 &&
             longer.score < shorter.score + clearly_better;
    });
    if (!repeated) kept.push_back(longer);
  }
  std::sort(kept.begin(), kept.end(), [](const ScoredPeriod& a, const ScoredPeriod& b) {
    return a.score != b.score ? a.score > b.score : a.period < b.period;
  });
  if (kept.size() > count) kept.resize(count);
  return kept;
}

Decomposition decompose(Numbers series, const DecomposeOptions& options) {
  const size_t size = series.size();
  const size_t learned = size - std::min(options.test_points, size);
  Decomposition parts;
  size_t period = options.period > 0 ? static_cast<size_t>(options.period) : 0;
  if (options.period < 0) {
    const auto detected =
        detect_periods(series.first(learned), least_period, static_cast<double>(learned), 1);
    if (!detected.empty() && detected[0].score >= options.least_score) {
      period = static_cast<size_t>(detected[0].period);
    }
  }
  parts.seasonal = period > 0 && period <= learned ? seasonal_part(series, learned, period)
                                                   : std::vector<double>(size, 0);
  std::vector<double> rest;
  for (size_t at = 0; at < learned; ++at) rest.push_back(series[at] - parts.seasonal[at]);
  const LineFit line = options.trend == Trend::Line ? fit_line(rest) : LineFit();
  const double level = options.trend == Trend::Average ? mean_of(rest) : 0;
  for (size_t at = 0; at < size; ++at) {
    parts.trend.push_back(options.trend == Trend::Line ? line.at(at) : level);
    parts.baseline.push_back(parts.seasonal[at] + parts.trend[at]);
    parts.residual.push_back(series[at] - parts.baseline[at]);
  }
  return parts;
}

}  // namespace vedette::stdlib
