// The tree of a query: what was written, before any name has a meaning. Trees own their parts.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/syntax/ast_expression.h"
#include "compiler/syntax/ast_step.h"

namespace vedette::ast {

/// `a: long = 1` or `T: (a: long)`, of a function, declare query_parameters or declare pattern.
struct FunctionParameter {
  Name name;
  Name type;                        // empty for a table
  std::optional<RowSchema> schema;  // `T: (*)`, `T: (a: long)`
  ExpressionPtr default_value;      // may be absent
  Span span;
};

/// `(a: long) { let b = a; b + 1 }`.
struct FunctionDeclaration {
  bool view = false;
  std::vector<FunctionParameter> parameters;
  std::vector<Statement> statements;  // before the result
  ExpressionPtr result;               // may be absent: an empty body
  Span body_span;
};

struct Let {
  Name name;
  std::variant<ExpressionPtr, FunctionDeclaration> value;  // scalar or tabular; a function
};

struct ExpressionStatement {
  ExpressionPtr expression;
};

/// `set name = value;`
struct Set {
  Name name;
  ExpressionPtr value;
};  // value may be absent

/// `declare query_parameters(a: long = 1);`
struct DeclareQueryParameters {
  std::vector<FunctionParameter> parameters;
};

/// `declare pattern name = (a: string)[b: string] { ('x') = { ... }; };`
struct DeclarePattern {
  struct Match {
    Expressions arguments;
    ExpressionPtr path;  // `.['x']`; may be absent
    FunctionDeclaration body;
    Span span;
  };
  Name name;
  std::vector<FunctionParameter> parameters;
  std::optional<FunctionParameter> path;
  std::vector<Match> matches;
  bool has_body = true;  // `declare pattern name;` only announces it
};

/// `restrict access to (a, b) [with (...)];`
struct Restrict {
  Expressions entities;
  Parameters properties;
};

/// `alias database name = cluster('x').database('y');`
struct Alias {
  Name name;
  ExpressionPtr database;
};

/// `.show tables`: a management command, as written.
struct Command {
  std::string text;
};

struct Statement {
  std::variant<Let, ExpressionStatement, Set, DeclareQueryParameters, DeclarePattern, Restrict,
               Alias, Command>
      node;
  Span span;
};

/// A whole text: statements in order. The results are those of its expression statements.
struct Query {
  std::vector<Statement> statements;
  Span span;
};

}  // namespace vedette::ast
