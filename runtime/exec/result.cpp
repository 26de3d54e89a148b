#include "runtime/exec/result.h"

namespace vedette::exec {

std::vector<ColumnBuilder> to_columns(const Rows& rows, QueryContext& query) {
  std::vector<ColumnBuilder> columns;
  columns.reserve(rows.types.size());
  MemoryHold memory(query.memory());
  for (size_t i = 0; i < rows.types.size(); ++i) {
    ColumnBuilder& column = columns.emplace_back(rows.types[i]);
    size_t left = rows.count;
    for (size_t chunk = 0; rows.buffer != nullptr && chunk < rows.buffer->chunks(); ++chunk) {
      const auto count = static_cast<uint32_t>(std::min<size_t>(left, rows.buffer->rows_of(chunk)));
      column.append_rows(rows.buffer->column(chunk, i), {nullptr, count});
      left -= count;
    }
    size_t bytes = 0;
    for (const ColumnBuilder& done : columns) bytes += done.bytes();
    memory.set(static_cast<int64_t>(bytes));
  }
  return columns;
}

}  // namespace vedette::exec
