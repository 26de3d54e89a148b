#include "runtime/exec/adaptive_program.h"

namespace vedette::exec {
namespace {

// What the texts of one batch take is counted when it is more than what batches usually take.
constexpr int64_t large_batch = int64_t{16} << 20;

/// Throws when a batch and what the query holds are more than its limit.
void check_memory(const Batch& batch, QueryContext& query) {
  const auto bytes = static_cast<int64_t>(batch.arena->reserved());
  if (bytes < large_batch) return;
  MemoryHold(query.memory()).set(bytes);
}

}  // namespace

std::span<const Vector> AdaptiveRunner::run(Batch& batch, Worker& worker) {
  if (runner_ == nullptr || sequence_ != worker.sequence) {
    sequence_ = worker.sequence;
    program_.rows_run_->fetch_add(rows_, std::memory_order_relaxed);
    rows_ = 0;
    auto program = program_.current();
    if (program != current_) {
      runner_ = std::make_unique<ProgramRunner>(*program, &worker.query.dictionaries());
      current_ = std::move(program);
    }
  }
  rows_ += batch.selection.count;
  const auto results = runner_->run(batch, worker.kernel);
  if (!worker.kernel.failure_code.empty()) {
    throw QueryError(ErrorKind::Runtime, worker.kernel.failure_code,
                     std::string(worker.kernel.failure_message));
  }
  check_memory(batch, worker.query);
  return results;
}

}  // namespace vedette::exec
