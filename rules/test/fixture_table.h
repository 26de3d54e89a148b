// Rows that a test gives a table, typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "rules/finding.h"
#include "rules/test/test_file.h"
#include "runtime/column/column_builder.h"

namespace vedette::rules {

/// A table of a test, before it is in a database. Columns may come while rows do.
class FixtureTable {
 public:
  FixtureTable(std::string name, const plan::TableColumns& columns);

  const std::string& name() const { return name_; }
  const plan::TableColumns& columns() const { return columns_; }
  size_t rows() const { return ingested_.size(); }
  std::optional<size_t> find(std::string_view column) const;
  /// The index of the new column, or of the one that has this name.
  size_t add_column(const std::string& name, Type type);

  /// A cell of the row that is being written; cells without a value are null.
  void set(size_t column, const Value& value);
  /// All cells of another table's column, for the rows that are about to be ended.
  void append_column(size_t column, const ColumnBuilder& values);
  void end_row(Datetime ingested) { ingested_.push_back(ingested); }
  /// Fills up the ends of all columns.
  void finish();

  /// After `finish`: all rows of a column.
  const ColumnBuilder& column(size_t index) const { return data_[index]; }
  /// When each row was ingested.
  const std::vector<Datetime>& ingested() const { return ingested_; }

 private:
  void pad(size_t column);

  std::string name_;
  plan::TableColumns columns_;
  std::vector<ColumnBuilder> data_;
  std::vector<Datetime> ingested_;
};

/// What rows of tables have by themselves.
struct RowDefaults {
  Datetime now = {};
  /// Stored tables: TimeGenerated is a minute before `now`, `Timestamp` the same time, `Type` the
  /// table's name, when the row does not say otherwise.
  bool stored_table = true;
  /// Columns nobody declared are texts, as those of watchlists.
  bool texts = false;
};

/// Appends the rows that a test file has inline; values that do not fit become findings.
void append_rows(FixtureTable& table, const GivenTable& given, const RowDefaults& defaults,
                 const std::string& file, Findings& findings);

/// The time of a row that does not say its own.
Datetime default_row_time(Datetime now);

}  // namespace vedette::rules
