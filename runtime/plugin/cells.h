// Cells of whole tables, and values as small numbers: what plugins compute on.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/function/table_function.h"

namespace vedette::plugin {

/// One column of a whole table, cell by cell.
class Cells {
 public:
  explicit Cells(const ColumnBuilder& column) : vector_(column.vector()), rows_(column.size()) {}

  Type type() const { return vector_.type; }
  size_t size() const { return rows_; }
  bool is_null(size_t row) const {
    return vector_.validity != nullptr && !get_bit(vector_.validity, row);
  }
  template <typename T> const T& get(size_t row) const { return vector_.as<T>()[row]; }
  /// int, long, datetime, timespan.
  int64_t word(size_t row) const { return get<int64_t>(row); }
  bool truth(size_t row) const { return !is_null(row) && get<uint8_t>(row) != 0; }
  /// string and dynamic.
  std::string_view text(size_t row) const { return get<Text>(row); }
  /// Any number as a real; 0 for nulls and for what is no number.
  double number(size_t row) const;
  Value value(size_t row) const;
  /// Appends a cell to a column of the same type.
  void append_to(ColumnBuilder& out, size_t row) const;
  /// The bytes that tell equal cells from others; nulls have none. Valid until the next call.
  std::string_view key(size_t row) const;

 private:
  Vector vector_;
  size_t rows_;
};

/// Numbers for values: equal numbers for equal values (nulls are equal), by first appearance.
struct Codes {
  std::vector<uint32_t> of_row;
  std::vector<uint32_t> first_row;  // of each number
  size_t count() const { return first_row.size(); }
};

Codes number_values(const ColumnBuilder& column);
/// Numbers for the combinations of values of some columns of a table; all rows are equal when there
/// is no column.
Codes number_rows(const WholeTable& table, size_t first_column, size_t columns);

/// Calls `TableCall::check_running` every few thousand steps.
class Pacer {
 public:
  explicit Pacer(TableCall& call) : call_(call) {}
  void step() {
    if ((++steps_ & 4095) == 0) call_.check_running();
  }

 private:
  TableCall& call_;
  uint32_t steps_ = 0;
};

}  // namespace vedette::plugin
