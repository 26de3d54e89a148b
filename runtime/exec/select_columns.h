// Puts columns in another order, leaves some out, and fills in nulls: what a union does to its
// inputs.
#pragma once

#include <optional>
#include <vector>

#include "runtime/exec/stage.h"

namespace vedette::exec {

class SelectColumnsStage : public Stage {
 public:
  struct Column {
    std::optional<uint32_t> from;  // a column of the input; none: null
    Type type;
  };
  explicit SelectColumnsStage(std::vector<Column> columns) : columns_(std::move(columns)) {}

  std::string describe() const override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;

 private:
  const std::vector<Column> columns_;
};

}  // namespace vedette::exec
