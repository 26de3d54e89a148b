#include "runtime/table/rewrite.h"

#include <algorithm>

#include "runtime/base/arena.h"

namespace vedette {

void rewrite_columns(Database& database, const Table& table, TableSchema schema,
                     const std::vector<std::optional<uint32_t>>& sources) {
  Appender appender = database.rewrite(table.schema->name, std::move(schema), {.own_times = true});
  Arena arena;
  for (const auto& extent : table.extents) {
    ExtentReader reader(extent, *table.schema);
    for (uint32_t first = 0; first < extent->rows(); first += page_rows) {
      arena.clear();
      const uint32_t rows = std::min(page_rows, extent->rows() - first);
      std::vector<Vector> columns;
      for (size_t i = 0; i < sources.size(); ++i) {
        if (sources[i]) {
          columns.push_back(reader.read(*sources[i], first, rows, arena));
        } else {
          columns.push_back(null_vector(appender.schema().columns[i].type));
        }
      }
      columns.push_back(reader.read(ingestion_time_column, first, rows, arena));
      appender.append_rows(columns, {nullptr, rows});
    }
  }
  appender.commit();
}

}  // namespace vedette
