// Rows of a well-known table, written by the names of its columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/table/database.h"

namespace vedette::rules {

/// Builds rows of a table of the catalogue, in the order of its columns. What a row does not set is
/// null.
class TableRows {
 public:
  explicit TableRows(std::string_view table);

  /// A value of the column's type, for the row that is being written.
  void set(std::string_view column, Value value);
  void set_text(std::string_view column, std::string text) {
    set(column, Value::string(std::move(text)));
  }
  /// A dynamic value from JSON.
  void set_json(std::string_view column, std::string_view json);
  void end_row();
  ResultTable take() { return std::move(table_); }

 private:
  ResultTable table_;
  std::vector<Value> row_;
};

/// Texts as a JSON array.
std::string json_list(const std::vector<std::string>& texts);

/// An appender with these rows in it, for their table, which is made when there is none. Columns
/// that the table lacks are added. Nothing is written before it is committed.
Appender append_rows_to(Database& database, const ResultTable& rows);

}  // namespace vedette::rules
