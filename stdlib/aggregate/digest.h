// Percentiles: exact while values are few, a t-digest when they are many.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace vedette::stdlib {

/// A weighted collection of numbers that answers percentiles by nearest rank.
class Digest {
 public:
  /// Holds every long, every tick and every real as it is.
  using Number = long double;
  static_assert(std::numeric_limits<Number>::digits >= 63);

  void add(Number value, int64_t weight = 1);
  void merge(const Digest& other);

  bool empty() const { return points_.empty(); }
  /// The value below or at which `percent` of the weight lies. The digest must not be empty.
  Number percentile(double percent);
  /// How much weight lies below or at `value`.
  double rank(Number value);
  double weight() const { return weight_; }

  struct Point {
    Number value;
    double weight;
  };
  /// What the digest holds, in order. Of a compressed one each point stands for a stretch, and the
  /// extremes are kept beside them.
  const std::vector<Point>& points();
  bool compressed() const { return compressed_; }
  Number least() const { return least_; }
  Number greatest() const { return greatest_; }
  /// Adds points of a compressed digest.
  void add_compressed(const std::vector<Point>& points, Number least, Number greatest);

  int64_t bytes() const { return static_cast<int64_t>(points_.capacity() * sizeof(Point)); }

 private:
  void sort();
  void compress();

  std::vector<Point> points_;
  bool sorted_ = true;
  bool compressed_ = false;
  Number least_ = 0;
  Number greatest_ = 0;
  double weight_ = 0;
};

/// The nearest whole number; at the ends of the range the last one.
int64_t nearest_whole(Digest::Number value);

}  // namespace vedette::stdlib
