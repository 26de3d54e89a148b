// What tests of ingest look at: the columns of a table and their values.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/base/format.h"
#include "runtime/table/database.h"
#include "runtime/table/extent.h"
#include "runtime/value/render.h"

namespace vedette {

/// All values of a column as JSON, in the order of the rows.
inline std::vector<std::string> column(const Database& database, const std::string& table,
                                       const std::string& name) {
  std::vector<std::string> values;
  const auto snapshot = database.snapshot();
  const Table* found = snapshot->find(table);
  const auto index = found->schema->find(name);
  if (!index) return {"no such column"};
  for (const auto& extent : found->extents) {
    ExtentReader reader(extent, *found->schema);
    Arena arena;
    for (uint32_t first = 0; first < extent->rows(); first += page_rows) {
      const uint32_t rows = std::min(page_rows + 0u, extent->rows() - first);
      const Vector vector = reader.read(*index, first, rows, arena);
      for (uint32_t row = 0; row < rows; ++row) {
        append_json_cell(values.emplace_back(), value_at(vector, row));
      }
    }
  }
  return values;
}

/// `name:type` of all columns.
inline std::string schema(const Database& database, const std::string& table) {
  std::string text;
  for (const ColumnSchema& column : database.snapshot()->find(table)->schema->columns) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", column.name, name_of(column.type));
  }
  return text;
}

}  // namespace vedette
