// A bound scalar expression: every node has a type and a span; names are resolved to column ids,
// calls to overloads, implicit conversions are calls like any other.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/function/aggregate.h"
#include "runtime/function/definition.h"
#include "runtime/value/value.h"

namespace vedette::plan {

struct Node;

/// Names a column within one query: never reused, never two columns with one id.
using ColumnId = uint32_t;

/// A column of a step's output.
struct Column {
  ColumnId id = 0;
  std::string name;
  Type type = Type::Error;
};

using Schema = std::vector<Column>;

struct Expression {
  struct Constant {
    Value value;
  };
  struct ColumnRef {
    ColumnId column;
  };
  /// Arguments have exactly the types the overload takes.
  struct Call {
    const ScalarFunction* function;
    const Overload* overload;
    std::vector<Expression> arguments;
  };
  /// A tabular expression that gives a scalar. The session runs it before the query that holds it
  /// and puts a Constant in its place.
  struct Subquery {
    enum class Gives {
      FirstCell,    // toscalar(T): first column of the first row, null when there is none
      FirstColumn,  // x in (T): the first column's values as a dynamic array
    };
    std::shared_ptr<Node> plan;
    Gives gives;
  };

  std::variant<Constant, ColumnRef, Call, Subquery> node;
  Type type = Type::Error;
  Span span = {};
};

Expression constant(Value value, Span span = {});
Expression column(const Column& column, Span span = {});

/// One aggregate of a summarize. `condition` is set for countif, sumif ...
struct AggregateCall {
  const AggregateFunction* function;
  const AggregateBody* body;
  std::vector<Expression> arguments;  // exactly the types the body takes
  std::vector<Expression> condition;  // none or one, of type bool
  std::vector<Column> results;        // one a result column of the body
  Span span = {};
};

}  // namespace vedette::plan
