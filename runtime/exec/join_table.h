// The hash table of a join: the rows of the built side, found by key.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "runtime/exec/join.h"
#include "runtime/exec/key_encoder.h"

namespace vedette::exec {

/// One row of the built side; its key follows.
struct BuiltRow {
  uint64_t hash;
  uint64_t order;  // place in the input
  RowPlace place;  // of its columns in the buffer
  BuiltRow* next;  // another row of the same bucket
  std::atomic<uint32_t> matched;
  uint32_t copies;  // so many equal rows are this one

  uint64_t* key() { return reinterpret_cast<uint64_t*>(this + 1); }
  /// Not atomic when nothing changes: most rows are matched more than once.
  void mark() {
    if (matched.load(std::memory_order_relaxed) == 0) {
      matched.store(1, std::memory_order_relaxed);
    }
  }
};

/// What a kind of join needs, said of the built and the probing side instead of left and right.
struct JoinShape {
  explicit JoinShape(const JoinParameters& parameters);

  bool pairs = false;            // matching rows are given out together
  bool probe_matched = false;    // probing rows with a match, by themselves
  bool probe_unmatched = false;  // probing rows without a match, the other side null or left out
  bool built_matched = false;    // built rows with a match, at the end
  bool built_unmatched = false;  // built rows without a match, at the end
  bool one_row_a_key = false;    // built rows with a key that is there already are not needed
  bool keeps_columns = false;    // columns of the built side are given out
  bool has_both_sides = false;   // output rows have the columns of both sides

  bool marks() const { return built_matched || built_unmatched; }
};

/// The rows one thread has taken of the built side.
struct BuiltPart : Local {
  BuiltPart(const KeyLayout& layout, std::vector<Type> types, MemoryAccount& account)
      : encoder(layout), buffer(std::move(types), account), memory(account) {}

  KeyEncoder encoder;
  RowBuffer buffer;
  MemoryHold memory;
  Arena rows_memory{256 * 1024};
  std::vector<BuiltRow*> rows;
  uint64_t next_order = 0;
};

class JoinTable {
 public:
  explicit JoinTable(const JoinParameters& parameters);

  const JoinShape& shape() const { return shape_; }
  const KeyLayout& keys() const { return keys_; }
  /// Types of the columns of the built side that are given out.
  const std::vector<Type>& built_types() const { return built_types_; }
  const RowBuffer& buffer() const { return *buffer_; }
  /// The built rows in order of the input.
  const std::vector<BuiltRow*>& rows() const { return rows_; }
  /// Does any of them stand for several?
  bool has_copies() const { return has_copies_; }

  /// Takes the selected rows of a batch; for one thread.
  void take(BuiltPart& part, std::span<const Vector> columns, Selection selection) const;
  /// Makes the table of all parts.
  void finish(std::vector<std::unique_ptr<BuiltPart>> parts, MemoryAccount& account);

  void prefetch(uint64_t hash) const {
    if (!buckets_.empty()) __builtin_prefetch(&buckets_[hash & mask_]);
  }
  /// The first row with the key at or after `row` in a bucket; nullptr when there is none.
  BuiltRow* find(BuiltRow* row, uint64_t hash, const uint64_t* key) const {
    for (; row != nullptr; row = row->next) {
      if (row->hash == hash && keys_.equal(row->key(), key)) return row;
    }
    return nullptr;
  }
  BuiltRow* bucket(uint64_t hash) const {
    return buckets_.empty() ? nullptr : buckets_[hash & mask_];
  }

 private:
  void merge_copies();

  const JoinShape shape_;
  const bool counts_copies_;
  std::vector<uint32_t> key_columns_;
  std::vector<Type> built_types_;
  KeyLayout keys_;
  std::vector<std::unique_ptr<BuiltPart>> parts_;  // own the rows
  std::unique_ptr<RowBuffer> buffer_;
  std::unique_ptr<MemoryHold> memory_;
  std::vector<BuiltRow*> rows_;
  std::vector<BuiltRow*> buckets_;
  uint64_t mask_ = 0;
  bool has_copies_ = false;
};

}  // namespace vedette::exec
