// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/base/hash.h"

namespace vedette {

/// A stream of numbers that a seed decides.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t word() { return hash_word(state_ += 0x9e3779b97f4a7c15ull); }
  /// 0 to `count` - 1; 0 when there are none.
  uint32_t below(size_t count) { return count == 0 ? 0 : static_cast<uint32_t>(word() % count); }
  /// True that many times of a hundred.
  bool chance(uint32_t percent) { return below(100) < percent; }
  template <typename List> const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  uint64_t state_;
};

}  // namespace vedette
