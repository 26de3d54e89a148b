// Random numbers that are the same everywhere for the same seed.
#pragma once

#include <cstdint>
#include <span>

namespace vedette::shell::demo {

/// SplitMix64: small, fast, and good enough for made-up logs.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  /// From 0 up to and without 1.
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// From `low` to `high`, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(double probability) { return fraction() < probability; }

  template <typename T> const T& pick(std::span<const T> items) {
    return items[next() % items.size()];
  }
  /// Picks the first ones far more often than the last ones, as people do.
  template <typename T> const T& pick_favourite(std::span<const T> items) {
    const double skewed = fraction() * fraction() * fraction();
    return items[static_cast<size_t>(skewed * static_cast<double>(items.size()))];
  }

 private:
  uint64_t state_;
};

}  // namespace vedette::shell::demo
