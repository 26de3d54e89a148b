// The end of the last pipeline: columns of values.
#pragma once

#include <memory>
#include <vector>

#include "runtime/column/column_builder.h"
#include "runtime/exec/buffer.h"

namespace vedette::exec {

/// The kept rows as one column builder a column, in order. Call after the pipeline has run.
/// `flat`: no column is left as codes.
std::vector<ColumnBuilder> to_columns(const Rows& rows, QueryContext& query, bool flat = false);

}  // namespace vedette::exec
