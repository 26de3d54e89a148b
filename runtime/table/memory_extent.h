// Makes extents in memory that belong to no database.
#pragma once

#include <memory>
#include <span>

#include "runtime/column/column_builder.h"
#include "runtime/table/extent.h"

namespace vedette {

/// An extent of the first `rows` rows (at most block_rows) of `columns`, one a column of `schema`.
std::shared_ptr<const Extent> make_memory_extent(const TableSchema& schema,
                                                 std::span<const ColumnBuilder> columns,
                                                 uint32_t rows);

}  // namespace vedette
