// Copies a table's rows under other columns.
#pragma once

#include <optional>
#include <vector>

#include "runtime/table/database.h"

namespace vedette {

/// Gives a table the columns of `schema`, all or nothing, durable on return. Column i takes the
/// values of the old column `sources[i]`, which has its type, or null. Rows keep the time at which
/// they were ingested. Throws what Database throws.
void rewrite_columns(Database& database, const Table& table, TableSchema schema,
                     const std::vector<std::optional<uint32_t>>& sources);

}  // namespace vedette
