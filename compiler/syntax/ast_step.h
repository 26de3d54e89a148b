// The tabular operators of the tree. Include `ast.h`, which completes the types named here.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "compiler/syntax/ast_expression.h"

namespace vedette::ast {

/// `expr [asc|desc] [nulls first|last]`; project-reorder knows granny-asc and granny-desc too.
struct OrderedExpression {
  enum class Direction { Default, Ascending, Descending, GrannyAscending, GrannyDescending };
  enum class Nulls { Default, First, Last };
  NamedExpression expression;
  Direction direction = Direction::Default;
  Nulls nulls = Nulls::Default;
  Span span;
};

using NamedExpressions = std::vector<NamedExpression>;
using Parameters = std::vector<Parameter>;

// Filtering, computing and choosing columns.
struct Where {
  Parameters parameters;
  ExpressionPtr predicate;
};
struct Extend {
  NamedExpressions columns;
};
struct Project {
  NamedExpressions columns;
};
struct ProjectAway {
  Expressions columns;
};  // names and wildcards
struct ProjectKeep {
  Expressions columns;
};
struct ProjectRename {
  NamedExpressions columns;
};
struct ProjectReorder {
  std::vector<OrderedExpression> columns;
};
struct ProjectByNames {
  Expressions columns;
};
struct Serialize {
  Parameters parameters;
  NamedExpressions columns;
};
struct Print {
  NamedExpressions columns;
};

// Grouping.
struct Summarize {
  Parameters parameters;
  NamedExpressions aggregates;
  NamedExpressions by;
  bool has_by = false;
  std::optional<NamedExpression> bin;  // legacy: `by a bin = 1h`
};
struct Distinct {
  Parameters parameters;
  NamedExpressions columns;  // a Star for `*`
};
struct Count {
  std::optional<Name> name;
  Parameters parameters;
};
struct MakeSeries {
  struct Aggregate {
    NamedExpression expression;
    ExpressionPtr default_value;  // may be absent
  };
  Parameters parameters;
  std::vector<Aggregate> aggregates;
  NamedExpression on;
  ExpressionPtr from, to, step;  // from and to may be absent
  bool in_range = false;         // legacy: `in range(from, to, step)`
  NamedExpressions by;
};
struct TopHitters {
  ExpressionPtr count;
  NamedExpression of;
  ExpressionPtr by;
};
struct TopNested {
  struct Level {
    ExpressionPtr count;  // may be absent
    NamedExpression of;
    std::optional<NamedExpression> others;
    OrderedExpression by;
    Span span;
  };
  std::vector<Level> levels;
};
struct Reduce {
  Parameters parameters;
  NamedExpression by;
  Parameters properties;
};

// Order and number of rows.
struct Sort {
  Parameters parameters;
  std::vector<OrderedExpression> keys;
};
struct Take {
  Parameters parameters;
  ExpressionPtr count;
};
struct Top {
  Parameters parameters;
  ExpressionPtr count;
  OrderedExpression by;
};
struct Sample {
  Parameters parameters;
  ExpressionPtr count;
};
struct SampleDistinct {
  Parameters parameters;
  ExpressionPtr count;
  NamedExpression of;
};

// Bringing tables together.
struct Join {
  Parameters parameters;
  ExpressionPtr right;
  Expressions on;
  ExpressionPtr where;  // instead of `on`; rare
};
struct Lookup {
  Parameters parameters;
  ExpressionPtr right;
  Expressions on;
};
struct Union {
  Parameters parameters;
  Expressions tables;
};
struct Find {
  struct Column {
    Name name;  // "*" in `pack(*)`
    Name type;  // may be empty
    bool pack = false;
    Span span;
  };
  Name data_scope;  // empty where none was given
  Parameters parameters;
  Expressions tables;
  bool has_where = false;
  ExpressionPtr predicate;
  std::vector<Column> project;
  bool project_smart = false;
  std::vector<Column> project_away;
};
struct Search {
  Name data_scope;  // empty where none was given
  Parameters parameters;
  Expressions tables;
  ExpressionPtr predicate;
};
struct Invoke {
  ExpressionPtr call;
};
struct Evaluate {
  Parameters parameters;
  ExpressionPtr call;
  std::optional<RowSchema> schema;
};

// Taking text and arrays apart.
struct Parse {
  struct Literal {
    std::string text;
    Span span;
  };
  struct Column {
    Name name;
    Name type;
  };  // type may be empty
  struct Star {
    Span span;
  };
  using Part = std::variant<Literal, Column, Star>;
  bool only_matching = false;  // parse-where
  Parameters parameters;       // kind, flags
  ExpressionPtr expression;
  std::vector<Part> pattern;
};
struct ParseKv {
  ExpressionPtr expression;
  RowSchema schema;
  Parameters properties;
};
struct ExpandItem {
  NamedExpression expression;  // mv-apply: without a value where only the type is given
  std::optional<TypeOf> type;  // `to typeof(long)`
  Span span;
};
struct MvExpand {
  Parameters parameters;
  std::vector<ExpandItem> items;
  ExpressionPtr limit;
  bool legacy = false;  // `mvexpand`, which gives fewer rows when it has no limit
};
struct MvApply {
  Parameters parameters;
  std::vector<ExpandItem> items;
  ExpressionPtr limit;
  ExpressionPtr context_id;  // `id guid(...)`; may be absent
  ExpressionPtr subquery;
};

// Queries within queries.
struct As {
  Parameters parameters;
  Name name;
};
struct Facet {
  Expressions by;
  ExpressionPtr with;
};  // `with` may be absent
struct Fork {
  struct Branch {
    std::optional<Name> name;
    ExpressionPtr subquery;
    Span span;
  };
  std::vector<Branch> branches;
};
struct Partition {
  Parameters parameters;
  ExpressionPtr by;
  ExpressionPtr scope;  // `in (...)`; may be absent
  ExpressionPtr subquery;
  bool braces = false;  // `{ T | ... }`: a query of its own rather than a continuation
};
struct PartitionBy {
  Parameters parameters;
  ExpressionPtr by;
  ExpressionPtr id;  // may be absent
  ExpressionPtr subquery;
};
struct MacroExpand {
  Parameters parameters;
  ExpressionPtr entities;
  std::optional<Name> scope;
  std::vector<Statement> statements;
};
struct Scan {
  struct Declaration {
    Name name;
    Name type;
    ExpressionPtr default_value;
    Span span;
  };
  struct Assignment {
    Name name;
    ExpressionPtr value;
    Span span;
  };
  struct State {
    Name name;
    bool optional = false;
    Name output;  // `all`, `last`, `none`; empty where not given
    ExpressionPtr condition;
    std::vector<Assignment> assignments;
    Span span;
  };
  Parameters parameters;
  std::vector<OrderedExpression> order_by;
  Expressions partition_by;
  std::vector<Declaration> declarations;
  std::vector<State> states;
};

// Graphs.
struct MakeGraph {
  struct Nodes {
    ExpressionPtr table;
    Name key;
  };
  Parameters parameters;
  Name source;
  Name target;
  bool directed = true;  // `-->`; `--` otherwise
  std::vector<Nodes> nodes;
  std::optional<Name> node_id;  // `with_node_id = name`
  std::optional<Name> partitioned_by;
  ExpressionPtr subquery;  // of partitioned-by
};
struct GraphPattern {
  struct Node {
    std::optional<Name> name;
    Span span;
  };
  struct Edge {
    enum class Direction { Forward, Backward, Any };
    Direction direction = Direction::Any;
    std::optional<Name> name;
    bool brackets = false;      // `-[e]->` rather than `-->`
    ExpressionPtr least, most;  // `*1..3`; absent where not given
    Span span;
  };
  std::vector<std::variant<Node, Edge>> parts;
  Span span;
};
struct GraphMatch {
  bool shortest_paths = false;  // graph-shortest-paths
  Parameters parameters;
  std::vector<GraphPattern> patterns;
  ExpressionPtr where;  // may be absent
  NamedExpressions project;
};
struct GraphToTable {
  struct Output {
    bool nodes = true;
    std::optional<Name> name;
    Parameters parameters;
    Span span;
  };
  std::vector<Output> outputs;
};
struct GraphMarkComponents {
  Parameters parameters;
};
struct GraphWhere {
  bool nodes = true;
  ExpressionPtr predicate;
};

// The rest.
struct Range {
  Name column;
  ExpressionPtr from, to, step;
};
struct GetSchema {
  Parameters parameters;
};
struct Consume {
  Parameters parameters;
};
struct ExecuteAndCache {};
struct AssertSchema {
  RowSchema schema;
};
struct Render {
  Name chart;
  Parameters parameters;  // legacy: `render timechart title='x'`
  Parameters properties;  // in `with (...)`
};

/// One tabular operator.
struct Step {
  std::variant<Where, Extend, Project, ProjectAway, ProjectKeep, ProjectRename, ProjectReorder,
               ProjectByNames, Serialize, Print, Summarize, Distinct, Count, MakeSeries, TopHitters,
               TopNested, Reduce, Sort, Take, Top, Sample, SampleDistinct, Join, Lookup, Union,
               Find, Search, Invoke, Evaluate, Parse, ParseKv, MvExpand, MvApply, As, Facet, Fork,
               Partition, PartitionBy, MacroExpand, Scan, MakeGraph, GraphMatch, GraphToTable,
               GraphMarkComponents, GraphWhere, Range, GetSchema, Consume, ExecuteAndCache,
               AssertSchema, Render>
      node;
  Span span;          // the operator with its arguments, without the bar
  Span keyword_span;  // its name
};

}  // namespace vedette::ast
