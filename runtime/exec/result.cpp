#include "runtime/exec/result.h"

#include <set>

namespace vedette::exec {
namespace {

/// Is a column of kept rows in dictionaries, and are those smaller than a flat column would be?
bool is_better_coded(const Rows& rows, size_t column) {
  if (layout_of(rows.types[column]) != Layout::Text || rows.buffer == nullptr) return false;
  std::set<uint64_t> seen;
  size_t entries = 0;
  for (size_t chunk = 0; chunk < rows.buffer->chunks(); ++chunk) {
    const Vector vector = rows.buffer->column(chunk, column);
    if (vector.shape != Shape::Dictionary) return false;
    if (seen.insert(vector.dictionary->id).second) entries += vector.dictionary->size;
  }
  return entries < rows.count;
}

}  // namespace

std::vector<ColumnBuilder> to_columns(const Rows& rows, QueryContext& query, bool flat) {
  std::vector<ColumnBuilder> columns;
  columns.reserve(rows.types.size());
  MemoryHold memory(query.memory());
  size_t bytes = 0;
  for (size_t i = 0; i < rows.types.size(); ++i) {
    ColumnBuilder& column = columns.emplace_back(rows.types[i]);
    const bool coded = !flat && is_better_coded(rows, i);
    if (!coded) column.reserve(rows.count);
    size_t left = rows.count;
    for (size_t chunk = 0; rows.buffer != nullptr && chunk < rows.buffer->chunks(); ++chunk) {
      const auto count = static_cast<uint32_t>(std::min<size_t>(left, rows.buffer->rows_of(chunk)));
      const Vector vector = rows.buffer->column(chunk, i);
      coded ? column.append_coded(vector, {nullptr, count})
            : column.append_rows(vector, {nullptr, count});
      left -= count;
    }
    bytes += column.bytes();
    memory.set(static_cast<int64_t>(bytes));
  }
  return columns;
}

}  // namespace vedette::exec
