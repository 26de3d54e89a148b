// What a running query is told and what it reports: limits, clock, memory, counters. One object,
// handed down to whatever works for the query.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/kernel/dictionary_cache.h"

namespace vedette::exec {

/// What a query has done so far. Each thread counts for itself and adds its numbers at the end.
struct Counters {
  int64_t rows_scanned = 0;
  int64_t bytes_read = 0;
  int64_t extents_total = 0;
  int64_t extents_skipped = 0;
  int64_t blocks_total = 0;
  int64_t blocks_skipped = 0;
  int64_t rows_fetched_late = 0;

  Counters& operator+=(const Counters& other);
};

/// Bytes that one query holds. Thread-safe; lives as long as anything that holds some of them.
class MemoryAccount : public std::enable_shared_from_this<MemoryAccount> {
 public:
  explicit MemoryAccount(int64_t limit) : limit_(limit) {}

  /// Adds (or with a negative number gives back) bytes. Throws QueryError KQL0701 of kind Limit
  /// when the query would hold more than its limit; the bytes then do not count.
  void change(int64_t bytes);

  int64_t used() const { return used_.load(std::memory_order_relaxed); }
  int64_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  const int64_t limit_;
  std::atomic<int64_t> used_ = 0;
  std::atomic<int64_t> peak_ = 0;
};

/// The bytes of one structure, given back at its end. Small changes are not reported one by one.
class MemoryHold {
 public:
  explicit MemoryHold(MemoryAccount& account) : account_(account.shared_from_this()) {}
  MemoryHold(MemoryHold&& other) noexcept
      : account_(std::move(other.account_)), held_(std::exchange(other.held_, 0)) {}
  MemoryHold& operator=(MemoryHold&&) = delete;
  ~MemoryHold() {
    if (account_ != nullptr) account_->change(-held_);
  }

  /// The structure now has `bytes`. May throw as `MemoryAccount::change`.
  void set(int64_t bytes) {
    if (bytes - held_ < step && held_ - bytes < step) return;
    account_->change(bytes - held_);
    held_ = bytes;
  }

 private:
  static constexpr int64_t step = 16 * 1024;

  std::shared_ptr<MemoryAccount> account_;
  int64_t held_ = 0;
};

/// How a query is to be run.
struct QueryLimits {
  int threads = 1;
  int64_t memory_bytes = 4ll << 30;
  std::chrono::nanoseconds timeout{0};  // 0: none
  const std::atomic<bool>* cancelled = nullptr;
  int batch_rows = 2048;  // 1 to 2048; smaller ones are for tests
  int64_t now = 0;        // the query's clock, in datetime ticks
  bool analyze = false;   // measure rows and time of every part of a pipeline
};

/// One running query.
class QueryContext {
 public:
  explicit QueryContext(const QueryLimits& limits);

  const QueryLimits& limits() const { return limits_; }
  MemoryAccount& memory() { return *memory_; }
  DictionaryCache& dictionaries() { return dictionaries_; }

  /// Throws QueryError of kind Limit when time is over (KQL0702) or the query was cancelled
  /// (KQL0703). Asked for every batch.
  void check_running() const;

  void add(const Counters& counters);
  Counters counters() const;

 private:
  const QueryLimits limits_;
  std::chrono::steady_clock::time_point deadline_;
  std::shared_ptr<MemoryAccount> memory_;
  DictionaryCache dictionaries_;
  mutable std::mutex mutex_;
  Counters counters_;
};

}  // namespace vedette::exec
