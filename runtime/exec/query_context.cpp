#include "runtime/exec/query_context.h"

#include "runtime/base/format.h"

namespace vedette::exec {

Counters& Counters::operator+=(const Counters& other) {
  rows_scanned += other.rows_scanned;
  bytes_read += other.bytes_read;
  extents_total += other.extents_total;
  extents_skipped += other.extents_skipped;
  blocks_total += other.blocks_total;
  blocks_skipped += other.blocks_skipped;
  rows_fetched_late += other.rows_fetched_late;
  return *this;
}

void MemoryAccount::change(int64_t bytes) {
  const int64_t used = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (bytes <= 0) return;
  if (used > limit_) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    throw QueryError(ErrorKind::Limit, "KQL0701",
                     fmt::format("the query needs more memory than its limit of {} {}",
                                 limit_ >= 1 << 20 ? limit_ >> 20 : limit_ >> 10,
                                 limit_ >= 1 << 20 ? "MB" : "KB"));
  }
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (used > peak && !peak_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
  }
}

QueryContext::QueryContext(const QueryLimits& limits)
    : limits_(limits),
      deadline_(std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(limits.timeout)),
      memory_(std::make_shared<MemoryAccount>(limits.memory_bytes)),
      dictionaries_([this](int64_t bytes) { memory_->change(bytes); }) {}

void QueryContext::check_running() const {
  if (limits_.cancelled != nullptr && limits_.cancelled->load(std::memory_order_relaxed)) {
    throw QueryError(ErrorKind::Limit, "KQL0703", "the query was cancelled");
  }
  if (limits_.timeout.count() > 0 && std::chrono::steady_clock::now() > deadline_) {
    const auto seconds = std::chrono::duration<double>(limits_.timeout).count();
    throw QueryError(ErrorKind::Limit, "KQL0702",
                     fmt::format("the query took longer than its limit of {:g} s", seconds));
  }
}

void QueryContext::add(const Counters& counters) {
  const std::lock_guard lock(mutex_);
  counters_ += counters;
}

Counters QueryContext::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

}  // namespace vedette::exec
