// Answers of functions over dictionary entries: each entry is evaluated once per query.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "runtime/column/vector.h"

namespace vedette {

/// What one step of a program answers for each entry of one dictionary. Filled in as entries are
/// met, by any thread; an entry is evaluated by one thread only.
class EntryTable {
 public:
  EntryTable(uint32_t entries, Type type);
  EntryTable(const EntryTable&) = delete;
  EntryTable& operator=(const EntryTable&) = delete;

  /// The answers: entries that are not ready hold zeros.
  const Dictionary& dictionary() const { return dictionary_; }
  /// Bytes held by the table, without text.
  size_t bytes() const;

  /// Claims the entries that selected rows use and nobody has evaluated; they are appended to
  /// `claimed`, and the caller must `publish` them. Entries that others are working on are appended
  /// to `awaited`.
  void claim(const uint32_t* codes, Selection selection, std::vector<uint32_t>& claimed,
             std::vector<uint32_t>& awaited);
  /// Claims some more entries that nobody has evaluated, whether rows use them or not; false when
  /// there are none left.
  bool claim_rest(std::vector<uint32_t>& claimed);
  /// Most entries have been asked for: the rest will be too.
  bool mostly_ready() const {
    return ready_.load(std::memory_order_relaxed) * 2 >= dictionary_.size;
  }
  bool complete() const { return ready_.load(std::memory_order_acquire) == dictionary_.size; }
  /// True when no entry that is ready is true or null; for answers of type bool.
  bool all_false() const { return !any_other_.load(std::memory_order_relaxed); }
  /// Stores row i of `answers` as the answer for `claimed[i]`; text is copied into `arena`, which
  /// must live as long as the table.
  void publish(std::span<const uint32_t> claimed, const Vector& answers, Arena& arena);
  /// Returns when the entries are ready. Only after publishing one's own.
  void await(std::span<const uint32_t> awaited) const;

 private:
  Dictionary dictionary_;
  std::unique_ptr<char[], void (*)(void*)> values_;
  std::unique_ptr<uint64_t[]> validity_;  // of entries that are not ready: set
  std::unique_ptr<std::atomic<uint8_t>[]> states_;
  std::atomic<uint32_t> ready_ = 0;
  std::atomic<uint32_t> next_rest_ = 0;  // entries before it are claimed
  std::atomic<bool> any_other_ = false;  // than false
};

/// The tables of one query, found by call and dictionary, and the memory of their text.
class DictionaryCache {
 public:
  /// `account` is told about bytes taken (positive) and may throw to refuse them.
  explicit DictionaryCache(std::function<void(int64_t)> account = {})
      : account_(std::move(account)) {}

  /// The table of a call (`Program::Call::id`) for a dictionary; made when there is none.
  EntryTable& table(uint64_t call, const Dictionary& dictionary, Type answers);
  /// The table whose answers a dictionary holds; nullptr for dictionaries from elsewhere.
  const EntryTable* table_of(const Dictionary& dictionary);
  /// Memory that lives as long as the cache, for one thread.
  Arena& make_arena();
  /// Reports bytes taken for text, and entries evaluated.
  void report(int64_t bytes, int64_t entries);

  int64_t entries_evaluated() const { return evaluated_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::map<std::pair<uint64_t, uint64_t>, std::unique_ptr<EntryTable>> tables_;
  std::map<uint64_t, const EntryTable*> table_of_answers_;
  std::vector<std::unique_ptr<Arena>> arenas_;
  std::function<void(int64_t)> account_;
  std::atomic<int64_t> evaluated_ = 0;
};

}  // namespace vedette
