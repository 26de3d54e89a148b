// Functions of whole tables: operators and plugins that need all rows before their first answer.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/column/column_builder.h"

namespace vedette {

/// All rows of a table, one builder a column.
struct WholeTable {
  std::vector<ColumnBuilder> columns;
  size_t rows = 0;
};

/// One run of a table function.
struct TableCall {
  /// What the function reads, in the order of the plan step's arguments.
  std::span<const WholeTable> inputs;
  /// One a column of the output; all must end with as many rows.
  std::span<ColumnBuilder> out;
  /// Throws QueryError when the query is out of time or cancelled. To be called every few thousand
  /// rows of work.
  std::function<void()> check_running;
  /// The function now holds about so many bytes of its own. Throws QueryError over the limit.
  std::function<void(int64_t bytes)> set_memory;
  /// Computes one of the plan step's expressions for `rows` (at most 2,048) rows: `scope` has one
  /// vector a column of the step's scope. The answer is valid until the next call.
  std::function<Vector(size_t expression, std::span<const Vector> scope, uint32_t rows)> evaluate;
};

/// A function from tables to one table. Immutable; the plan and its copies share it.
class TableFunction {
 public:
  virtual ~TableFunction() = default;
  /// What `explain` shows: the name and what it was given.
  virtual std::string describe() const = 0;
  /// Appends all rows of the answer to `call.out`. May throw QueryError.
  virtual void run(TableCall& call) const = 0;
};

}  // namespace vedette
