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
  int64_t bytes() const { return static_cast<int64_t>(points_.capacity() * sizeof(Point)); }

 private:
  struct Point {
    double value;
    double weight;
  };

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
