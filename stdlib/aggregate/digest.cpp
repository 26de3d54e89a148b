#include "stdlib/aggregate/digest.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vedette::stdlib {
namespace {

// So many values are kept as they are; of more, neighbours are put together.
constexpr size_t most_points = 1 << 14;
// Points that are left after that: about this many, most of them at the two ends.
constexpr double compression = 1000;

}  // namespace

void Digest::add(Number value, int64_t weight) {
  if (weight <= 0 || std::isnan(value)) return;
  least_ = points_.empty() ? value : std::min(least_, value);
  greatest_ = points_.empty() ? value : std::max(greatest_, value);
  if (points_.size() >= most_points) compress();
  points_.push_back({value, static_cast<double>(weight)});
  weight_ += static_cast<double>(weight);
  sorted_ = false;
}

void Digest::merge(const Digest& other) {
  if (other.empty()) return;
  least_ = points_.empty() ? other.least_ : std::min(least_, other.least_);
  greatest_ = points_.empty() ? other.greatest_ : std::max(greatest_, other.greatest_);
  points_.insert(points_.end(), other.points_.begin(), other.points_.end());
  weight_ += other.weight_;
  compressed_ |= other.compressed_;
  sorted_ = false;
  if (points_.size() > most_points) compress();
}

void Digest::sort() {
  if (sorted_) return;
  std::sort(points_.begin(), points_.end(),
            [](const Point& a, const Point& b) { return a.value < b.value; });
  sorted_ = true;
}

void Digest::compress() {
  sort();
  // A point may stretch over one unit of the scale, which is finest at the two ends.
  const auto scale = [&](double quantile) {
    return compression / (2 * std::numbers::pi) * std::asin(2 * std::clamp(quantile, 0.0, 1.0) - 1);
  };
  std::vector<Point> merged;
  double before = 0;
  double start = scale(0);
  for (const Point& point : points_) {
    const double end = scale((before + point.weight) / weight_);
    if (!merged.empty() && end - start <= 1) {
      Point& last = merged.back();
      const double total = last.weight + point.weight;
      last.value += (point.value - last.value) * point.weight / total;
      last.weight = total;
    } else {
      start = scale(before / weight_);
      merged.push_back(point);
    }
    before += point.weight;
  }
  points_ = std::move(merged);
  points_.reserve(most_points);
  compressed_ = true;
}

Digest::Number Digest::percentile(double percent) {
  sort();
  if (percent <= 0) return least_;
  if (percent >= 100) return greatest_;
  const double wanted = percent / 100 * weight_;
  double before = 0;
  for (size_t at = 0; at < points_.size(); ++at) {
    const Point& point = points_[at];
    // Nearest rank, with room for the rounding of percent / 100.
    if (before + point.weight >= wanted - 1e-9 * weight_) {
      if (!compressed_) return point.value;
      // A point stands for a stretch: go to the next one by the part of it that is covered.
      const double middle = before + point.weight / 2;
      const bool left = wanted < middle;
      const Number other = left ? (at == 0 ? least_ : points_[at - 1].value)
                                : (at + 1 == points_.size() ? greatest_ : points_[at + 1].value);
      const double other_middle =
          left ? (at == 0 ? 0 : before - points_[at - 1].weight / 2)
               : (at + 1 == points_.size() ? weight_
                                           : before + point.weight + points_[at + 1].weight / 2);
      const double distance = std::fabs(other_middle - middle);
      if (distance == 0) return point.value;
      return point.value + (other - point.value) * std::fabs(wanted - middle) / distance;
    }
    before += point.weight;
  }
  return greatest_;
}

double Digest::rank(Number value) {
  sort();
  if (points_.empty() || value < least_) return 0;
  if (value >= greatest_) return weight_;
  double before = 0;
  double last_middle = 0;
  Number last_value = least_;
  for (const Point& point : points_) {
    if (point.value > value) {
      if (!compressed_) return before;
      // A point stands for a stretch, half of which lies before it.
      const double middle = before + point.weight / 2;
      const auto part = static_cast<double>((value - last_value) / (point.value - last_value));
      return last_middle + part * (middle - last_middle);
    }
    last_middle = before + point.weight / 2;
    last_value = point.value;
    before += point.weight;
  }
  if (!compressed_) return before;
  const auto part = static_cast<double>((value - last_value) / (greatest_ - last_value));
  return last_middle + part * (weight_ - last_middle);
}

const std::vector<Digest::Point>& Digest::points() {
  sort();
  return points_;
}

void Digest::add_compressed(const std::vector<Point>& points, Number least, Number greatest) {
  Digest other;
  other.points_ = points;
  for (const Point& point : points) other.weight_ += point.weight;
  other.least_ = least;
  other.greatest_ = greatest;
  other.compressed_ = true;
  merge(other);
}

int64_t nearest_whole(Digest::Number value) {
  using Limits = std::numeric_limits<int64_t>;
  if (value >= static_cast<Digest::Number>(Limits::max())) return Limits::max();
  if (value <= static_cast<Digest::Number>(Limits::min())) return Limits::min();
  return static_cast<int64_t>(std::round(value));
}

}  // namespace vedette::stdlib
