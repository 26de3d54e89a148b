// The expressions of the tree. Include `ast.h`, which completes the types named here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/error.h"

namespace vedette::ast {

struct Expression;
struct Step;
struct Statement;
using ExpressionPtr = std::unique_ptr<Expression>;
using Expressions = std::vector<ExpressionPtr>;

/// A name as it was meant: `['a b']` is `a b`.
struct Name {
  std::string text;
  Span span;
};

/// `expr`, `name = expr` or `(a, b) = expr`.
struct NamedExpression {
  std::vector<Name> names;     // none, one, or those in the parentheses
  bool parenthesized = false;  // `(a) = f()` differs from `a = f()`
  ExpressionPtr value;
  Span span;
};

/// `kind=inner`, `hint.strategy=shuffle`, `withsource=T`: an option of an operator.
struct Parameter {
  Name name;            // "hint.strategy" in one piece
  ExpressionPtr value;  // words such as `inner` are NameReferences
  Span span;
};

/// `name: type`, in a row schema or typeof().
struct ColumnDeclaration {
  Name name;
  Name type;  // as written (`long`, `int64`); `*` for a star; empty where none was given
  Span span;
};

/// `(a: long, b: string)`, `(*)`, `(*, a: long)`.
struct RowSchema {
  std::vector<ColumnDeclaration> columns;
  bool star = false;  // other columns too
  Span span;
};

// ---- Literals -------------------------------------------------------------------------------

enum class LiteralKind {
  Bool,
  Int,
  Long,
  Real,
  Decimal,
  String,
  Datetime,
  Timespan,
  Guid,
  Dynamic
};

/// A constant of any type but dynamic.
struct Literal {
  LiteralKind kind;
  /// String: the decoded text. Others: what was written, without the type's name and parentheses
  /// (`12`, `0x1F`, `1d`, `2024-05-01 10:00`, `-1.5e3`, `true`), trimmed.
  std::string text;
  bool is_null = false;     // `long(null)`
  bool obfuscated = false;  // `h'secret'`
};

/// A value inside dynamic(...).
struct DynamicValue {
  enum class Kind { Null, Bool, Number, String, Typed, Array, Object };
  Kind kind = Kind::Null;
  std::string text;                        // Bool, Number as written; String decoded
  Literal typed{LiteralKind::String, {}};  // Typed: `datetime(...)`, `1d`, `guid(...)`, ...
  std::vector<DynamicValue> items;         // Array; values of Object
  std::vector<std::string> keys;           // Object, in order, one for each item
  Span span;
};

/// `dynamic(...)`.
struct DynamicLiteral {
  DynamicValue value;
};

/// `typeof(long)`, `typeof(a: long, *)`.
struct TypeOf {
  RowSchema columns;  // a bare type is a column with an empty name
};

// ---- Names, paths, calls --------------------------------------------------------------------

/// `Name`, `['a name']`, `$left`, `$right`, `$table`.
struct NameReference {
  Name name;
};

/// `Security*`, `a*b`: names that match.
struct Wildcard {
  std::string pattern;
};

/// `*` on its own.
struct Star {};

/// `a.b`, `a.['b c']`, `database('x').T`, `cluster('y').database('x').f(1)`.
struct Member {
  ExpressionPtr object;
  ExpressionPtr member;  // NameReference, Wildcard or Call
};

/// `a[0]`, `a['x']`, `a[-1]`, `a[i + 1]`.
struct Element {
  ExpressionPtr object;
  ExpressionPtr index;
};

/// `f(1, name = 2)`; also materialize, toscalar, totable, database, cluster.
struct Call {
  Name function;
  std::vector<NamedExpression> arguments;
  std::vector<Parameter> parameters;  // `toscalar kind=nooptimization (...)`
};

// ---- Operators ------------------------------------------------------------------------------

enum class UnaryOperator { Plus, Minus };

struct Unary {
  UnaryOperator op;
  ExpressionPtr operand;
};

enum class BinaryOperator {
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  EqualCaseless,
  NotEqualCaseless,  // =~ !~
  Has,
  NotHas,
  HasCs,
  NotHasCs,
  HasPrefix,
  NotHasPrefix,
  HasPrefixCs,
  NotHasPrefixCs,
  HasSuffix,
  NotHasSuffix,
  HasSuffixCs,
  NotHasSuffixCs,
  Contains,
  NotContains,
  ContainsCs,
  NotContainsCs,
  StartsWith,
  NotStartsWith,
  StartsWithCs,
  NotStartsWithCs,
  EndsWith,
  NotEndsWith,
  EndsWithCs,
  NotEndsWithCs,
  Like,
  NotLike,
  LikeCs,
  NotLikeCs,
  MatchesRegex,
  Search,  // `Column : 'term'` in search
};

/// `+`, `==`, `has`, `!startswith_cs`, `matches regex`, ... as KQL spells it.
std::string_view spelling(BinaryOperator op);

struct Binary {
  BinaryOperator op;
  ExpressionPtr left;
  ExpressionPtr right;
  Span operator_span;
};

enum class LogicalOperator { And, Or };

/// `a and b and c`: two or more operands, so that long chains stay flat.
struct Logical {
  LogicalOperator op;
  Expressions operands;
};

/// `a between (low .. high)`, `a !between (low .. high)`.
struct Between {
  ExpressionPtr value;
  ExpressionPtr low;
  ExpressionPtr high;
  bool negated = false;
  Span operator_span;
};

enum class ListOperator { In, NotIn, InCaseless, NotInCaseless, HasAny, HasAll };

/// `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`.
std::string_view spelling(ListOperator op);

/// `a in ('x', 'y')`, `a in (T | project c)`, `a has_any (words)`.
struct InList {
  ListOperator op;
  ExpressionPtr value;
  Expressions list;  // one Pipe, or scalars; a single name may be either
  Span operator_span;
};

// ---- Tabular expressions --------------------------------------------------------------------

/// `source | step | step`. Without a source the first step starts the query (print, range, union,
/// find, search, evaluate) or continues an implied input (the subquery of mv-apply, partition,
/// fork).
struct Pipe {
  ExpressionPtr source;
  std::vector<Step> steps;
};

/// `datatable(a: long)[1, 2]`.
struct Datatable {
  RowSchema schema;
  Expressions values;  // row by row
  std::vector<Parameter> parameters;
};

/// `externaldata(a: string)['uri'] with (format='csv')`.
struct ExternalData {
  RowSchema schema;
  Expressions uris;
  std::vector<Parameter> parameters;
  std::vector<Parameter> properties;  // in `with (...)`
};

/// `inline_external_table (a: long) kind=storage dataformat=csv (...)`.
struct InlineExternalTable {
  struct Partition {
    ColumnDeclaration column;
    ExpressionPtr value;  // nullptr: its values stand in the paths
    Span span;
  };
  std::string text;  // as written
  std::optional<RowSchema> schema;
  Name kind;  // empty, before the sources, where it is not the first clause
  std::vector<Partition> partitions;
  bool path_format = false;
  Name data_format;  // its span is that of the clause, or of what stands in its place
  Expressions sources;
  std::vector<Parameter> properties;
};

/// `T datascope=hotcache`.
struct DataScope {
  ExpressionPtr table;
  Name scope;
};

/// `materialized-view-combine ('view') base (...) delta (...) aggregations (...)`.
struct MaterializedViewCombine {
  ExpressionPtr view;
  ExpressionPtr base;
  ExpressionPtr delta;
  ExpressionPtr aggregations;
};

/// `entity_group [cluster('a').database('b'), ...]`.
struct EntityGroup {
  Expressions entities;
};

/// `a, b`: the columns of the legacy `render ... by a, b`.
struct NameList {
  std::vector<Name> names;
};

struct Expression {
  std::variant<Literal, DynamicLiteral, TypeOf, NameReference, Wildcard, Star, Member, Element,
               Call, Unary, Binary, Logical, Between, InList, Pipe, Datatable, ExternalData,
               InlineExternalTable, DataScope, MaterializedViewCombine, EntityGroup, NameList>
      node;
  Span span;
};

}  // namespace vedette::ast
