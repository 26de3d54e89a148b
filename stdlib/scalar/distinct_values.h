// A set of dynamic values.
#pragma once

#include <unordered_set>

#include "runtime/value/dynamic.h"

namespace vedette::stdlib {

/// The values it holds must outlive it.
class DistinctValues {
 public:
  DistinctValues() = default;
  explicit DistinctValues(DynamicView array) {
    for (DynamicView item : array.items()) values_.insert(item);
  }

  /// False if an equal value was there.
  bool add(DynamicView value) { return values_.insert(value).second; }
  bool has(DynamicView value) const { return values_.count(value) > 0; }
  size_t size() const { return values_.size(); }

 private:
  struct Hash {
    size_t operator()(DynamicView value) const { return hash_of(value); }
  };
  std::unordered_set<DynamicView, Hash> values_;
};

}  // namespace vedette::stdlib
