// Values to look others up in: what `in` makes of its list.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {

/// A set of texts, by hash.
class TextSet {
 public:
  /// `text` must outlive the set.
  void add(std::string_view text);
  bool has(std::string_view text) const;
  bool empty() const { return size_ == 0; }

 private:
  struct Slot {
    uint64_t hash = 0;
    Text text;
    bool used = false;
  };

  void grow();

  std::vector<Slot> slots_;
  size_t size_ = 0;
  uint64_t lengths_ = 0;  // a bit for each length modulo 64
};

/// A set of values of any type. A look-up means the same as `==` with each of them: a text in the
/// list also stands for the number it reads as, a number also for the text it prints.
class ValueSet {
 public:
  explicit ValueSet(bool ignore_case) : ignore_case_(ignore_case) {}

  /// Adds the value; of an array, each item.
  void add(const AnyScalar& value);
  /// Makes look-ups fast; call once, after the last `add`.
  void finish();

  bool has(const AnyScalar& value) const;
  bool has_text(std::string_view text) const;
  bool has_long(int64_t value) const;

 private:
  bool ignore_case_;
  Arena texts_memory_;
  TextSet texts_;
  std::vector<int64_t> longs_;
  std::vector<double> reals_;
  std::vector<int64_t> datetimes_;
  std::vector<int64_t> timespans_;
  std::vector<Guid> guids_;
  std::vector<Decimal> decimals_;
};

}  // namespace vedette::stdlib
