// The conditions of a filter and the keys of a join, one by one over the rows before them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// A query that is looked at in parts.
struct QueryParts {
  const PreparedTest& test;
  std::string_view text;         // the whole query
  const ExpectedFields* wanted;  // the row that is missing; nullptr: any
  Slot slot;

  /// The text of a span, with the parentheses at its ends that belong to it.
  std::string_view at(Span span) const;
  /// `SigninSpray.yaml:14`.
  std::string place(size_t offset) const;
  /// The one result of a query; nothing when it fails.
  std::shared_ptr<const ResultTable> run(std::string_view query) const;
  /// The rows that may be the missing one: those whose cells are as it has them, where a column is
  /// there to tell.
  std::vector<size_t> relevant(const ResultTable& rows) const;
};

/// `a and (b and c)` as a, b, c.
std::vector<const ast::Expression*> conjuncts_of(const ast::Expression& predicate);

/// What the row that passes most of the conditions is, and which of them reject it. `before` is
/// the query whose rows are filtered.
std::vector<std::string> explain_filter(const QueryParts& parts, const std::string& before,
                                        const std::vector<const ast::Expression*>& conditions);

/// Which keys of a join have no partner. `left` and `right` are queries.
std::vector<std::string> explain_keys(const QueryParts& parts, const std::string& left,
                                      const std::string& right, const ast::Expressions& on,
                                      bool anti);

}  // namespace vedette::rules
