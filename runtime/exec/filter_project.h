// Filters and computes: one program over each batch.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "runtime/exec/stage.h"
#include "runtime/kernel/program.h"

namespace vedette::exec {

/// A program that may be replaced by a better one while it runs: the JIT's way in.
class AdaptiveProgram {
 public:
  /// Asked before each morsel with the rows run so far; answers a program that does the same as
  /// `first`, or nullptr as long as there is none. Called from many threads.
  using Improve = std::function<std::shared_ptr<const Program>(int64_t rows_run)>;

  explicit AdaptiveProgram(std::shared_ptr<const Program> first, Improve improve = {})
      : first_(std::move(first)), improve_(std::move(improve)) {}

  const Program& first() const { return *first_; }
  std::shared_ptr<const Program> current(int64_t rows_run) const {
    auto better = improve_ ? improve_(rows_run) : nullptr;
    return better ? better : first_;
  }

 private:
  std::shared_ptr<const Program> first_;
  Improve improve_;
};

/// Narrows each batch and replaces its columns by the results of a program.
class FilterProjectStage : public Stage {
 public:
  /// With `keep_columns` the program only narrows: the batch's columns stay.
  explicit FilterProjectStage(AdaptiveProgram program, bool keep_columns = false);
  ~FilterProjectStage() override;

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;

 private:
  struct Work;

  AdaptiveProgram program_;
  const bool keep_columns_;
  std::atomic<int64_t> rows_run_ = 0;
};

/// Throws QueryError of kind Runtime when a kernel failed.
void throw_failure(const KernelContext& context);

}  // namespace vedette::exec
