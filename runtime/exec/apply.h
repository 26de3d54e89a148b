// Runs a table function over rows that were kept.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "runtime/exec/adaptive_program.h"
#include "runtime/exec/buffer.h"
#include "runtime/function/table_function.h"

namespace vedette::exec {

/// Gives the rows that a table function makes of kept rows. One morsel.
class ApplySource : public Source {
 public:
  /// `inputs` are outcomes of earlier pipelines; `programs` compute the expressions that the
  /// function may ask for, each a batch of its scope to one result.
  ApplySource(std::shared_ptr<const TableFunction> function,
              std::vector<std::shared_ptr<const Rows>> inputs, std::vector<Type> types,
              std::vector<AdaptiveProgram> programs);

  std::string describe() const override { return function_->describe(); }
  size_t morsels(QueryContext&) override { return 1; }
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  const std::shared_ptr<const TableFunction> function_;
  const std::vector<std::shared_ptr<const Rows>> inputs_;
  const std::vector<Type> types_;
  const std::vector<AdaptiveProgram> programs_;
};

}  // namespace vedette::exec
