// Sets of hashes, and how values of a vector are hashed: what counts and collects distinct values.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/column/vector.h"

namespace vedette::stdlib {

/// A set of 64-bit hashes.
class HashSet {
 public:
  /// False when the hash was there already.
  bool add(uint64_t hash);
  bool has(uint64_t hash) const;
  size_t size() const { return size_ + has_zero_; }
  size_t bytes() const { return slots_.capacity() * sizeof(uint64_t); }
  void clear() { *this = HashSet(); }

  template <typename Visit> void for_each(Visit&& visit) const {
    if (has_zero_) visit(uint64_t{0});
    for (uint64_t hash : slots_) {
      if (hash != 0) visit(hash);
    }
  }

 private:
  void grow();

  std::vector<uint64_t> slots_;  // 0 is a free slot
  size_t size_ = 0;
  bool has_zero_ = false;
};

/// The hashes of the selected rows of a vector, by row; of a dictionary, each entry is hashed once.
/// Numbers that are equal have one hash, and different words never share one.
class RowHashes {
 public:
  RowHashes(const Vector& vector, Selection selection);

  bool valid(uint32_t row) const { return reader_.valid(row); }
  uint64_t operator[](uint32_t row) const {
    return codes_ == nullptr ? hashes_[row] : hashes_[codes_[row]];
  }

 private:
  Reader reader_;
  const uint32_t* codes_ = nullptr;
  const uint64_t* hashes_ = nullptr;
  std::vector<uint64_t> own_;
};

}  // namespace vedette::stdlib
