// What a query means: a tree of some fifteen steps. Sugar is gone; order of columns is the
// output's.
#pragma once

#include <optional>

#include "compiler/plan/expression.h"
#include "runtime/function/table_function.h"

namespace vedette::plan {

using Plan = std::unique_ptr<Node>;

/// A comparison with a constant that zone maps can answer. Advisory: the filter above stays.
struct PruneTerm {
  enum class Compare { Equal, Less, LessEqual, Greater, GreaterEqual };
  ColumnId column;
  Compare compare;
  Value value;
};

/// Rows of a stored table. `output` is the columns read, in table order after binding.
struct Scan {
  struct Stored {
    ColumnId id;
    std::string name;  // in storage; "$IngestionTime" is the hidden ingestion time
  };
  std::string table;
  std::vector<Stored> columns;        // aligned with the node's output
  std::vector<PruneTerm> prune = {};  // all must be able to hold
  std::optional<ColumnId> row_id =
      {};  // also gives each row's place (long) under this id, last in output
};

/// Reads further columns of rows found by a scan with `row_id`. Output: the input's columns without
/// the row id, then `columns`.
struct Fetch {
  Plan input;
  std::string table;
  ColumnId row_id;
  std::vector<Scan::Stored> columns;
};

/// Rows from files or URLs named in the query: externaldata.
struct External {
  std::vector<std::string> sources;
  std::string format;  // csv, tsv, txt, json, multijson, ... as written; empty: by name
  bool ignore_first_record = false;
};

/// Constant rows, one value an output column: datatable, print, getschema.
struct Values {
  std::vector<std::vector<Value>> rows;
};

/// range: one column from `first` to `last` by `step`; constants of the output's type.
struct Range {
  Value first, last, step;
};

struct Filter {
  Plan input;
  Expression predicate;  // bool
};

/// One expression an output column, in order.
struct Project {
  Plan input;
  std::vector<Expression> expressions;
};

/// Output: keys, then the results of the aggregates. Without keys there is always one row.
struct Aggregate {
  Plan input;
  std::vector<Expression> keys;
  std::vector<AggregateCall> aggregates;
};

struct Sort {
  struct Key {
    Expression expression;
    bool descending = true;
    bool nulls_first = false;
  };
  Plan input;
  std::vector<Key> keys;
  std::optional<int64_t> limit = {};  // top-N when set
};

struct Limit {
  Plan input;
  int64_t rows;
};

enum class JoinKind {
  InnerUnique,
  Inner,
  LeftOuter,
  RightOuter,
  FullOuter,
  LeftSemi,
  LeftAnti,
  RightSemi,
  RightAnti,
};

/// Rows pair up when all keys are equal; null keys never match (empty strings do). Output: the left
/// columns, then the right ones; for semi and anti joins only those of their side. An inner join
/// may give out pairs that are equal as one; then `copies` (long), last in output, says how many.
struct Join {
  JoinKind kind;
  Plan left, right;
  std::vector<Expression> left_keys, right_keys;  // pairwise of one type
  std::optional<Column> copies = {};
};

/// All rows of all inputs. `columns[i][k]` is the column of input i that gives output column k;
/// none gives null.
struct Union {
  std::vector<Plan> inputs;
  std::vector<std::vector<std::optional<ColumnId>>> columns;
};

/// mv-expand: one row an element, all items in step; output is the input's columns (expanded ones
/// replaced in place under new ids), then new ones.
struct Expand {
  struct Item {
    Expression source;  // dynamic
    Column result;      // of the type asked for
  };
  Plan input;
  std::vector<Item> items;
  bool bags_as_arrays = false;  // bagexpansion=array: [key, value] pairs
  std::optional<Column> index = {};
  std::optional<int64_t> limit = {};
};

/// parse and parse-where: a text cut by a pattern. Output: the input's columns, then the results.
struct Parse {
  enum class Mode { Simple, Relaxed, Regex };
  struct Part {
    bool star = false;                  // `*`: skips anything
    std::string text = {};              // a literal (a regex in Mode::Regex), when not empty
    std::optional<Column> result = {};  // a column to fill, when set
  };
  Plan input;
  Expression source;  // string
  std::vector<Part> parts;
  Mode mode = Mode::Simple;
  std::string regex_flags = {};
  bool drop_failures = false;  // parse-where
};

/// Functions of row order (row_number, prev, next, row_cumsum ...) over a serialized input. Output:
/// the input's columns, then the results.
struct Window {
  struct Call {
    std::string function;
    std::vector<Expression> arguments;
    Column result;
  };
  Plan input;
  std::vector<Call> calls;
};

/// `sample n`: n random rows.
struct Sample {
  Plan input;
  int64_t rows;
};

/// A function from whole tables to one table: plugins, graphs, scan. Each list of `arguments` is
/// computed over one input; its values are what the function reads. While it runs the function may
/// ask for `expressions`, over rows that it makes up of the columns of `scope`.
struct Apply {
  std::vector<Plan> inputs;
  std::vector<std::vector<Expression>> arguments;  // one list an input
  std::shared_ptr<const TableFunction> function;
  Schema scope = {};
  std::vector<Expression> expressions = {};
};

/// One of several uses of a plan that runs once (materialize). `input` is shared by the uses;
/// output columns are the input's in order, under ids of this use.
struct Shared {
  uint32_t id;
  std::shared_ptr<Node> input;
};

/// One step of a query. Every pass that must know all steps says so with std::visit, so a new step
/// does not compile until each of those passes has an answer for it.
struct Node {
  std::variant<Scan, Fetch, External, Values, Range, Filter, Project, Aggregate, Sort, Limit, Join,
               Union, Expand, Parse, Window, Sample, Apply, Shared>
      step;
  Schema output;
  Span span = {};
};

/// What a bound query gives back, table by table.
struct QueryPlan {
  struct Output {
    std::string name;  // "PrimaryResult", or the name `as` gave
    Plan plan;
    std::optional<std::string> visualization = {};  // of `render`, as JSON
    bool open = false;  // may have further columns, which are known when it runs
  };
  std::vector<Output> outputs;
};

Plan make(auto step, Schema output, Span span = {}) {
  return std::make_unique<Node>(Node{std::move(step), std::move(output), span});
}

/// A deep copy with the same column ids.
Plan clone(const Node& node);

}  // namespace vedette::plan
