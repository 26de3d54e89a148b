// Keys of groups and joins as rows of words: quick to hash, to compare, and to keep.
#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/column/vector.h"

namespace vedette::exec {

/// How keys of some types lie in words: null bits, a word for 64 columns, then one word a value,
/// two for strings, dynamics (pointer; size and prefix), decimals and guids. Nulls are zeros, and
/// equal. -0.0 is 0.0, and all NaNs are one.
class KeyLayout {
 public:
  explicit KeyLayout(std::vector<Type> types);

  const std::vector<Type>& types() const { return types_; }
  /// Words of a key.
  uint32_t words() const { return words_; }
  /// Words of null bits, at the start of a key.
  uint32_t null_words() const { return null_words_; }
  /// The first word of a value.
  uint32_t offset(size_t column) const { return offsets_[column]; }

  bool equal(const uint64_t* a, const uint64_t* b) const {
    for (const uint32_t word : exact_) {
      if (a[word] != b[word]) return false;
    }
    for (const Special& special : special_) {
      if (!equal_special(special, a, b)) return false;
    }
    return true;
  }

  /// Copies the text of a key that does not live as long as the query into `arena`.
  void own(uint64_t* key, std::span<const uint8_t> stable, Arena& arena) const;

  /// The values of one column of `keys` as a flat vector that points to the keys' text.
  Vector decode(size_t column, std::span<const uint64_t* const> keys, Arena& arena) const;

 private:
  struct Special {
    uint32_t offset;
    Type type;
  };
  static bool equal_special(const Special& special, const uint64_t* a, const uint64_t* b);

  std::vector<Type> types_;
  std::vector<uint32_t> offsets_;
  std::vector<uint32_t> exact_;   // words that are equal when the values are
  std::vector<Special> special_;  // values that must be looked at
  uint32_t null_words_;
  uint32_t words_;
};

/// Encodes and hashes the keys of batches. One per thread: remembers hashes of dictionary entries.
class KeyEncoder {
 public:
  explicit KeyEncoder(const KeyLayout& layout) : layout_(layout) {}

  /// Encodes the selected rows of `columns` (one a type of the layout).
  void encode(std::span<const Vector> columns, Selection selection);

  /// Of the rows encoded last, in order of the selection.
  const uint64_t* key(uint32_t at) const { return keys_.data() + at * layout_.words(); }
  uint64_t hash(uint32_t at) const { return hashes_[at]; }
  /// One a column: not zero when its text lives as long as the query.
  std::span<const uint8_t> stable() const { return stable_; }
  /// Has the key a null?
  bool has_null(uint32_t at) const {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < layout_.null_words(); ++i) bits |= key(at)[i];
    return bits != 0;
  }

 private:
  void encode_column(size_t at, const Vector& column, Selection selection);
  uint64_t* hashes_of(const Dictionary& dictionary);

  const KeyLayout& layout_;
  std::vector<uint64_t> keys_;
  std::vector<uint64_t> hashes_;
  std::vector<uint8_t> stable_;
  struct Free {
    void operator()(uint64_t* memory) const;
  };
  std::unordered_map<uint64_t, std::unique_ptr<uint64_t[], Free>> entry_hashes_;
};

}  // namespace vedette::exec
