// Programs that get better while they run: the JIT's way in.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>

#include "runtime/exec/stage.h"
#include "runtime/kernel/interpreter.h"
#include "runtime/kernel/program.h"

namespace vedette::exec {

/// A program that may be replaced by a better one while it runs. Threads share it; each runs it
/// through an AdaptiveRunner of its own.
class AdaptiveProgram {
 public:
  /// Asked before each morsel with the rows run so far; answers a program that does the same as
  /// `first`, or nullptr as long as there is none. Called from many threads.
  using Improve = std::function<std::shared_ptr<const Program>(int64_t rows_run)>;

  explicit AdaptiveProgram(std::shared_ptr<const Program> first, Improve improve = {})
      : first_(std::move(first)),
        improve_(std::move(improve)),
        rows_run_(std::make_shared<std::atomic<int64_t>>(0)) {}

  const Program& first() const { return *first_; }
  /// The best there is now.
  std::shared_ptr<const Program> current() const {
    auto better = improve_ ? improve_(*rows_run_) : nullptr;
    return better ? better : first_;
  }

 private:
  friend class AdaptiveRunner;
  std::shared_ptr<const Program> first_;
  Improve improve_;
  std::shared_ptr<std::atomic<int64_t>> rows_run_;
};

/// Runs an adaptive program on one thread; looks for a better one between morsels.
class AdaptiveRunner {
 public:
  /// `program` outlives the runner.
  explicit AdaptiveRunner(const AdaptiveProgram& program) : program_(program) {}

  /// As ProgramRunner::run. Throws QueryError when a kernel failed.
  std::span<const Vector> run(Batch& batch, Worker& worker);

 private:
  const AdaptiveProgram& program_;
  std::shared_ptr<const Program> current_;
  std::unique_ptr<ProgramRunner> runner_;
  uint64_t sequence_ = 0;
  int64_t rows_ = 0;  // run since the last look
};

}  // namespace vedette::exec
