// Percentiles: exact while values are few, a t-digest when they are many.
#pragma once

#include <cstdint>
#include <vector>

namespace vedette::stdlib {

/// A weighted collection of numbers that answers percentiles by nearest rank. Whole numbers and
/// ticks are kept as distances from the first one, so that they stay exact.
class Digest {
 public:
  void add(double value, int64_t weight = 1);
  /// Adds the other's numbers, each moved by `distance`.
  void merge(const Digest& other, double distance);

  bool empty() const { return points_.empty(); }
  /// The value below or at which `percent` of the weight lies. The digest must not be empty.
  double percentile(double percent);
  /// How much weight lies below or at `value`.
  double rank(double value);
  double weight() const { return weight_; }

  struct Point {
    double value;
    double weight;
  };
  /// What the digest holds, in order. Of a compressed one each point stands for a stretch, and the
  /// extremes are kept beside them.
  const std::vector<Point>& points();
  bool compressed() const { return compressed_; }
  double least() const { return least_; }
  double greatest() const { return greatest_; }
  /// Adds points of a compressed digest.
  void add_compressed(const std::vector<Point>& points, double least, double greatest);

  int64_t bytes() const { return static_cast<int64_t>(points_.capacity() * sizeof(Point)); }

 private:
  void sort();
  void compress();

  std::vector<Point> points_;
  bool sorted_ = true;
  bool compressed_ = false;
  double least_ = 0;
  double greatest_ = 0;
  double weight_ = 0;
};

}  // namespace vedette::stdlib
