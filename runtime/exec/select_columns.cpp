#include "runtime/exec/select_columns.h"

#include "runtime/base/format.h"

namespace vedette::exec {

std::string SelectColumnsStage::describe() const {
  std::string text;
  for (const Column& column : columns_) {
    if (!text.empty()) text += ", ";
    text += column.from ? fmt::format("{}", *column.from) : "null";
  }
  return fmt::format("select [{}]", text);
}

bool SelectColumnsStage::push(Batch& batch, Worker&, Local*, Emit& onward) {
  std::vector<Vector> columns;
  columns.reserve(columns_.size());
  for (const Column& column : columns_) {
    columns.push_back(column.from ? batch.columns[*column.from] : null_vector(column.type));
  }
  batch.columns = std::move(columns);
  return onward.push(batch);
}

}  // namespace vedette::exec
