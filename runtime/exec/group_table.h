// The hash table of an aggregation: groups found by key, each with the states of its aggregates.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "runtime/exec/aggregate.h"
#include "runtime/exec/key_encoder.h"

namespace vedette::exec {

/// How a group lies in memory: hash, place of its first row in the input, key, states.
class GroupLayout {
 public:
  explicit GroupLayout(const AggregateParameters& parameters);

  static uint64_t& hash(char* group) { return reinterpret_cast<uint64_t*>(group)[0]; }
  static uint64_t& order(char* group) { return reinterpret_cast<uint64_t*>(group)[1]; }
  static uint64_t* key(char* group) { return reinterpret_cast<uint64_t*>(group) + 2; }
  char* state(char* group, size_t call) const { return group + states_[call]; }
  size_t state_offset(size_t call) const { return states_[call]; }

  size_t bytes() const { return bytes_; }
  const KeyLayout& keys() const { return keys_; }
  const AggregateParameters& parameters() const { return parameters_; }

  /// Folds the states of `from` into `into`, and keeps the earlier place.
  void merge(AggregateContext& context, char* into, char* from) const;

 private:
  const AggregateParameters& parameters_;
  KeyLayout keys_;
  std::vector<size_t> states_;
  size_t bytes_ = 0;
};

/// Groups by hash and key: open addressing over pointers that carry 16 bits of the hash.
class GroupIndex {
 public:
  explicit GroupIndex(const KeyLayout& keys) : keys_(keys), slots_(64), mask_(63) {}

  /// All groups, in the order they were inserted.
  const std::vector<char*>& groups() const { return groups_; }
  size_t bytes() const {
    return slots_.size() * sizeof(uint64_t) + groups_.capacity() * sizeof(char*);
  }
  void reserve(size_t groups);
  /// Asks for the memory that `find` of this hash looks at first.
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }
  /// nullptr when there is none.
  char* find(uint64_t hash, const uint64_t* key) const;
  /// Adds a group that is not there.
  void insert(char* group);
  /// Puts another group of the same key in place of one that is there; not into `groups`.
  void replace(char* group, char* by);

 private:
  static constexpr uint64_t pointer_bits = (uint64_t{1} << 48) - 1;
  static uint64_t slot_of(char* group) {
    return reinterpret_cast<uint64_t>(group) | (GroupLayout::hash(group) & ~pointer_bits);
  }

  void resize(size_t slots);
  void place(char* group);

  const KeyLayout& keys_;
  std::vector<uint64_t> slots_;
  uint64_t mask_;
  std::vector<char*> groups_;
};

/// The groups one thread has met.
class GroupTable : public Local {
 public:
  GroupTable(const GroupLayout& layout, MemoryAccount& memory);
  ~GroupTable() override;

  /// Folds the selected rows of a batch into their groups. `first_place` is the place of the first
  /// row in the input.
  void add(const Batch& batch, uint64_t first_place);
  /// Makes the one group of an aggregation without keys, unless it is there.
  void make_single_group();

  /// All groups made here, in the order they were made.
  const std::vector<char*>& groups() const { return index_.groups(); }
  AggregateContext& context() { return context_; }

  uint64_t next_place = 0;  // of the current morsel

 private:
  void find_groups(const Batch& batch, uint64_t first_place);
  void find_by_key(std::span<const Vector> keys, Selection selection, uint64_t first_place,
                   const uint32_t* places);
  bool find_by_code(std::span<const Vector> keys, Selection selection, uint64_t first_place);
  char* make_group(uint64_t hash, const uint64_t* key, uint64_t place);
  void add_call(const Batch& batch, size_t call);
  void account();

  const GroupLayout& layout_;
  MemoryHold memory_;
  Arena groups_memory_{256 * 1024};
  Arena states_memory_{256 * 1024};
  AggregateContext context_;
  KeyEncoder encoder_;
  GroupIndex index_;
  // Groups of combined dictionary codes, by the dictionaries' ids.
  std::map<std::vector<uint64_t>, std::vector<char*>> groups_of_codes_;
  size_t code_bytes_ = 0;

  // Of the batch at hand.
  std::vector<char*> found_;   // a group a selected row
  std::vector<char*> states_;  // a state a selected row
  std::vector<Vector> keys_, arguments_;
  std::vector<uint16_t> rows_;
  std::vector<uint32_t> missing_;  // of the selected rows, those whose code has no group yet
  std::vector<uint32_t> codes_;
};

}  // namespace vedette::exec
