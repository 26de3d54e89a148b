#include "rules/mutate/outer_join.h"

#include <algorithm>
#include <set>
#include <variant>

#include "compiler/syntax/parse.h"
#include "rules/test/why_conditions.h"

namespace vedette::rules {
namespace {

/// Where a join stands: in the pipe of a statement.
struct JoinPlace {
  const ast::Statement* statement = nullptr;
  const ast::Expression* expression = nullptr;
  const ast::Pipe* pipe = nullptr;
  size_t step = 0;
};

/// The join whose `kind` is written at `span`; nothing when it is nested deeper.
std::optional<JoinPlace> find_join(const ast::Query& query, Span span) {
  for (const ast::Statement& statement : query.statements) {
    const ast::Expression* expression = nullptr;
    if (const auto* last = std::get_if<ast::ExpressionStatement>(&statement.node)) {
      expression = last->expression.get();
    } else if (const auto* let = std::get_if<ast::Let>(&statement.node)) {
      const auto* value = std::get_if<ast::ExpressionPtr>(&let->value);
      expression = value == nullptr ? nullptr : value->get();
    }
    const auto* pipe = expression == nullptr ? nullptr : std::get_if<ast::Pipe>(&expression->node);
    if (pipe == nullptr || pipe->source == nullptr) continue;
    for (size_t i = 0; i < pipe->steps.size(); ++i) {
      const auto* join = std::get_if<ast::Join>(&pipe->steps[i].node);
      if (join == nullptr) continue;
      for (const ast::Parameter& parameter : join->parameters) {
        if (parameter.value != nullptr && parameter.value->span == span) {
          return JoinPlace{&statement, expression, pipe, i};
        }
      }
    }
  }
  return std::nullopt;
}

using Names = std::set<std::string, std::less<>>;

/// Is it null where all of these columns are?
bool is_null_with(const ast::Expression& expression, const Names& columns) {
  if (const auto* name = std::get_if<ast::NameReference>(&expression.node)) {
    return columns.contains(name->name.text);
  }
  const auto* binary = std::get_if<ast::Binary>(&expression.node);
  if (binary == nullptr) return false;
  using enum ast::BinaryOperator;
  const bool counts =
      binary->op == Add || binary->op == Subtract || binary->op == Multiply || binary->op == Divide;
  return counts && (is_null_with(*binary->left, columns) || is_null_with(*binary->right, columns));
}

/// A comparison with null is never true.
bool rejects(const ast::Expression& condition, const Names& columns) {
  if (const auto* between = std::get_if<ast::Between>(&condition.node)) {
    return !between->negated && is_null_with(*between->value, columns);
  }
  const auto* binary = std::get_if<ast::Binary>(&condition.node);
  if (binary == nullptr) return false;
  using enum ast::BinaryOperator;
  const bool compares = binary->op == Less || binary->op == LessEqual || binary->op == Greater ||
                        binary->op == GreaterEqual;
  return compares &&
         (is_null_with(*binary->left, columns) || is_null_with(*binary->right, columns));
}

}  // namespace

bool filter_undoes(const Mutant& mutant, const PreparedTest& test) {
  if (mutant.kind != MutantKind::JoinKind || mutant.before != "inner" ||
      mutant.after != "leftouter") {
    return false;
  }
  const std::string_view text = test.rule().query.text;
  Diagnostics diagnostics;
  const ast::Query query = parse(text, diagnostics);
  if (diagnostics.any_errors()) return false;
  const auto place = find_join(query, mutant.span);
  if (!place) return false;
  const ast::Step& join = place->pipe->steps[place->step];
  const auto until = [&](size_t end) {
    const uint32_t start = place->expression->span.start;
    return std::string(text.substr(0, place->statement->span.start)) +
           std::string(text.substr(start, end - start));
  };
  const auto left = test.run(until(text.rfind('|', join.span.start)), test.slot());
  const auto joined = test.run(until(join.span.end()), test.slot());
  if (left.failure != Failure::None || joined.failure != Failure::None) return false;
  // Empty texts take part in comparisons; nulls of other types do not.
  constexpr Types with_nulls = {Type::Datetime, Type::Long, Type::Int, Type::Real, Type::Timespan};
  Names columns;
  for (const auto& [name, type] : joined.rows->columns) {
    if (with_nulls.has(type)) columns.insert(name);
  }
  for (const auto& [name, type] : left.rows->columns) columns.erase(name);
  for (size_t i = place->step + 1; i < place->pipe->steps.size(); ++i) {
    const auto* where = std::get_if<ast::Where>(&place->pipe->steps[i].node);
    if (where == nullptr) return false;
    for (const ast::Expression* condition : conjuncts_of(*where->predicate)) {
      if (rejects(*condition, columns)) return true;
    }
  }
  return false;
}

}  // namespace vedette::rules
