// Finds the distinct values of a column and numbers them in order of first appearance.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/value/scalar.h"

namespace vedette::storage {

/// A growing set of byte strings, each with a number. Numbers and reals go in as their bytes.
class DictionaryEncoder {
 public:
  DictionaryEncoder();

  /// The number of a value; a new one for a new value.
  uint32_t code_of(std::string_view bytes);
  /// A number of its own for null.
  uint32_t code_of_null();

  /// Bytes of the values, roughly.
  size_t bytes() const { return heap_.reserved(); }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  /// The values by number; the null, if any, is empty.
  const std::vector<Text>& entries() const { return entries_; }
  /// The number of null, or `none`.
  uint32_t null_code() const { return null_code_; }
  static constexpr uint32_t none = ~uint32_t{0};

  void clear();

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t code = none;
  };

  void grow();

  std::vector<Slot> slots_;  // a power of two, half full at most
  std::vector<Text> entries_;
  uint32_t null_code_ = none;
  Arena heap_{256 * 1024};
};

}  // namespace vedette::storage
