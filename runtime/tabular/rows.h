// Rows of whole tables: single cells, groups of equal keys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// The value of one row as a vector whose every row has it. `column` is flat and may be longer than
/// a batch.
Vector cell(const Vector& column, size_t row);

/// The columns of a table as flat vectors over all of its rows.
std::vector<Vector> vectors_of(const WholeTable& table);

/// Numbers for rows: equal numbers for equal keys (nulls are equal), in order of first appearance.
struct GroupNumbers {
  std::vector<uint32_t> of_row;
  std::vector<uint32_t> first_row;  // of each group
  size_t groups() const { return first_row.size(); }
};

/// All rows in one group, or in none when there are no rows.
GroupNumbers one_group(size_t rows);

/// Splits groups by one more column.
GroupNumbers split(const GroupNumbers& groups, const Vector& column);

/// Groups of rows by the values of some columns.
GroupNumbers group_rows(std::span<const Vector> columns, size_t rows);

/// The rows of each group: of group g, `rows[starts[g]]` up to `rows[starts[g + 1]]`.
struct RowsOfGroups {
  std::vector<uint32_t> rows;
  std::vector<uint32_t> starts;
  std::span<const uint32_t> of(size_t group) const {
    return std::span(rows).subspan(starts[group], starts[group + 1] - starts[group]);
  }
};
RowsOfGroups rows_of(const GroupNumbers& groups);

}  // namespace vedette::tabular
