// Sources that need no storage: constant rows, ranges of numbers and times, rows from outside.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/column/column_builder.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

/// Pushes the rows of columns of equal length as batches, which use `arena`; false when no more
/// rows are wanted.
bool emit_rows(std::span<const ColumnBuilder> columns, Arena& arena, Worker& worker, Emit& onward);

/// Rows known when the query was bound: datatable, print.
class ValuesSource : public Source {
 public:
  ValuesSource(std::vector<Type> types, const std::vector<std::vector<Value>>& rows);

  std::string describe() const override;
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::vector<ColumnBuilder> columns_;
  size_t rows_;
};

/// One column from `first` to `last` (included) by `step`, all of one type: int, long, real,
/// datetime, or timespan; for datetimes the step is a timespan. Null bounds give no rows, and so
/// does a step of zero or in the wrong direction.
class RangeSource : public Source {
 public:
  RangeSource(Value first, Value last, Value step);

  std::string describe() const override;
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  Type type_;
  bool real_;
  int64_t first_ = 0, step_ = 0;
  double first_real_ = 0, step_real_ = 0;
  size_t rows_ = 0;
};

/// Rows that somebody else reads: externaldata, `--table NAME=FILE`. One morsel, in order.
class ExternalSource : public Source {
 public:
  /// Puts the next rows into `columns` (cleared before; one a column of `types`, at most a few
  /// thousand rows each); answers false when there were none. May throw QueryError.
  using Read = std::function<bool(std::vector<ColumnBuilder>& columns)>;
  /// `open` starts from the beginning each time the source is run.
  ExternalSource(std::vector<Type> types, std::function<Read()> open, std::string name);

  std::string describe() const override { return "external " + name_; }
  size_t morsels(QueryContext&) override { return 1; }
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::vector<Type> types_;
  std::function<Read()> open_;
  std::string name_;
};

}  // namespace vedette::exec
