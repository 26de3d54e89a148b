// An estimate of how many different values were seen (HyperLogLog); exact while they are few.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/value/dynamic_builder.h"
#include "stdlib/aggregate/hash_set.h"

namespace vedette::stdlib {

class Sketch {
 public:
  /// Before the first value: 2 to the power of `bits` registers.
  void set_precision(int bits) { bits_ = bits; }

  /// Answers how many bytes the sketch grew.
  int64_t add(uint64_t hash);
  int64_t merge(const Sketch& other);
  int64_t estimate() const;

  /// The sketch as a dynamic array: its precision, the hashes of few values, the registers of many.
  void add_to(DynamicBuilder& builder) const;
  /// Nothing for a value that is no sketch.
  static std::optional<Sketch> read(DynamicView value);

 private:
  size_t registers() const { return size_t{1} << bits_; }
  void put(uint64_t hash);
  int64_t use_registers();
  /// The same sketch with fewer registers.
  void reduce(int bits);

  int bits_ = 14;
  HashSet exact_;
  std::vector<uint8_t> registers_;  // empty while `exact_` is in use
};

}  // namespace vedette::stdlib
