// Filters and computes: one program over each batch.
#pragma once

#include <memory>
#include <vector>

#include "runtime/exec/adaptive_program.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

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
};

}  // namespace vedette::exec
