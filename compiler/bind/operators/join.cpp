// join, lookup.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// Reads the conditions of a join: pairs of keys.
class Condition {
 public:
  struct Pair {
    Bound left, right;
  };

  Condition(QueryBinder& binder, const Table& left, const Table& right)
      : binder_(binder), left_(left), right_(right) {}

  void read(const ast::Expressions& expressions) {
    const Temporarily rows(binder_.rows, std::optional(rows_of(left_)));
    const Temporarily right_rows(binder_.right_rows, std::optional(rows_of(right_)));
    for (const ast::ExpressionPtr& expression : expressions) read(*expression);
  }

  void read_one(const ast::Expression& expression) {
    const Temporarily rows(binder_.rows, std::optional(rows_of(left_)));
    const Temporarily right_rows(binder_.right_rows, std::optional(rows_of(right_)));
    read(expression);
  }

  std::vector<Pair> pairs;

 private:
  void read(const ast::Expression& expression) {
    if (const auto* pipe = std::get_if<ast::Pipe>(&expression.node);
        pipe != nullptr && pipe->steps.empty() && pipe->source) {
      return read(*pipe->source);
    }
    if (const auto* logical = std::get_if<ast::Logical>(&expression.node);
        logical != nullptr && logical->op == ast::LogicalOperator::And) {
      for (const ast::ExpressionPtr& part : logical->operands) read(*part);
    } else if (const auto* name = std::get_if<ast::NameReference>(&expression.node)) {
      read_common(name->name);
    } else if (const auto* binary = std::get_if<ast::Binary>(&expression.node);
               binary != nullptr && binary->op == ast::BinaryOperator::Equal) {
      read_equality(*binary);
    } else {
      binder_.error(code::bad_join_condition, expression.span,
                    "a join matches columns: `Name` or `$left.A == $right.B`");
    }
  }

  void read_common(const ast::Name& name) {
    const plan::Column* left = rows_of(left_).find(name.text);
    const plan::Column* right = rows_of(right_).find(name.text);
    if ((left == nullptr && !left_.open) || (right == nullptr && !right_.open)) {
      const bool nowhere = left == nullptr && right == nullptr;
      const std::string side = left == nullptr ? "left" : "right";
      binder_.error(nowhere ? code::unknown_name : code::bad_join_condition, name.span,
                    nowhere ? fmt::format("'{}' is not a column of either table", name.text)
                            : fmt::format("'{}' is not a column of the {} table", name.text, side),
                    binder_.suggest_column(name.text));
      return;
    }
    if (left == nullptr || right == nullptr) {
      binder_.cannot_run_yet(name.span, fmt::format("column '{}' is not known before the query "
                                                    "runs",
                                                    name.text));
      return;
    }
    const bool known = left->type != Type::Error && right->type != Type::Error;
    if (known && left->type != right->type) {
      binder_.error(code::bad_join_condition, name.span,
                    fmt::format("'{}' is a {} in the left table and a {} in the right one",
                                name.text, name_of(left->type), name_of(right->type)));
      return;
    }
    pairs.push_back(
        {binder_.bind_column(*left, name.span), binder_.bind_column(*right, name.span)});
  }

  std::optional<Bound> operand(const ast::Expression& expression, std::string_view side) {
    const auto* member = std::get_if<ast::Member>(&expression.node);
    const auto* object =
        member == nullptr ? nullptr : std::get_if<ast::NameReference>(&member->object->node);
    if (object == nullptr || object->name.text != side) {
      binder_.error(code::bad_join_condition, expression.span,
                    fmt::format("a column of {0} is expected here: `{0}.Name`", side));
      return std::nullopt;
    }
    return binder_.bind(expression);
  }

  void read_equality(const ast::Binary& equality) {
    std::optional<Bound> left = operand(*equality.left, "$left");
    std::optional<Bound> right = operand(*equality.right, "$right");
    if (!left || !right) return;
    for (const Bound* side : {&*left, &*right}) {
      if (side->type() != Type::Dynamic) continue;
      binder_.error(code::dynamic_not_allowed, side->span(),
                    "a dynamic cannot be a key of a join: convert it first");
      return;
    }
    if (left->type() == Type::Error || right->type() == Type::Error) return;
    if (promoted(left->type()) != promoted(right->type())) {
      binder_.error(code::bad_join_condition, join(equality.left->span, equality.right->span),
                    fmt::format("a {} and a {} cannot be matched", name_of(left->type()),
                                name_of(right->type())));
      return;
    }
    pairs.push_back({std::move(*left), std::move(*right)});
  }

  QueryBinder& binder_;
  const Table& left_;
  const Table& right_;
};

struct Kind {
  std::string_view name;
  plan::JoinKind kind;
};
constexpr Kind join_kinds[] = {
    {"inner", plan::JoinKind::Inner},         {"innerunique", plan::JoinKind::InnerUnique},
    {"leftouter", plan::JoinKind::LeftOuter}, {"rightouter", plan::JoinKind::RightOuter},
    {"fullouter", plan::JoinKind::FullOuter}, {"leftsemi", plan::JoinKind::LeftSemi},
    {"leftanti", plan::JoinKind::LeftAnti},   {"leftantisemi", plan::JoinKind::LeftAnti},
    {"anti", plan::JoinKind::LeftAnti},       {"rightsemi", plan::JoinKind::RightSemi},
    {"rightanti", plan::JoinKind::RightAnti}, {"rightantisemi", plan::JoinKind::RightAnti}};

plan::JoinKind kind_of(std::string_view word, plan::JoinKind otherwise) {
  for (const Kind& kind : join_kinds) {
    if (kind.name == word) return kind.kind;
  }
  return otherwise;
}

bool shows_left(plan::JoinKind kind) {
  return kind != plan::JoinKind::RightSemi && kind != plan::JoinKind::RightAnti;
}
bool shows_right(plan::JoinKind kind) {
  return kind != plan::JoinKind::LeftSemi && kind != plan::JoinKind::LeftAnti;
}

Table bind_right(QueryBinder& binder, const ast::Expression& expression) {
  const Temporarily rows(binder.rows, std::optional<RowScope>());
  return binder.bind_table(expression);
}

Table make_join(QueryBinder& binder, plan::JoinKind kind, Table left, Table right,
                std::vector<Condition::Pair> pairs, Span span) {
  plan::Join step{.kind = kind};
  for (Condition::Pair& pair : pairs) {
    const Type type =
        pair.left.type() == pair.right.type() ? pair.left.type() : promoted(pair.left.type());
    step.left_keys.push_back(binder.convert(std::move(pair.left.value), type));
    step.right_keys.push_back(binder.convert(std::move(pair.right.value), type));
  }
  plan::Schema output;
  bool open = false, from_rows = false;
  const auto show = [&](const Table& side) {
    for (const plan::Column& column : side.columns()) output.push_back(column);
    open |= side.open;
    from_rows |= side.from_rows;
  };
  if (shows_left(kind)) show(left);
  if (shows_right(kind)) show(right);
  step.left = std::move(left.plan);
  step.right = std::move(right.plan);
  Table result{.plan = plan::make(std::move(step), std::move(output), span)};
  result.open = open;
  result.from_rows = from_rows;
  return result;
}

}  // namespace

Table bind_join(StepContext context, const ast::Join& join) {
  QueryBinder& binder = context.binder;
  std::vector<std::string_view> kinds;
  for (const Kind& kind : join_kinds) kinds.push_back(kind.name);
  binder.check_parameters(join.parameters, {{"kind", ParameterRule::Word, kinds}});
  const plan::JoinKind kind =
      kind_of(QueryBinder::word_of(join.parameters, "kind"), plan::JoinKind::InnerUnique);
  Table right = bind_right(binder, *join.right);
  Condition condition(binder, context.input, right);
  if (join.where) {
    condition.read_one(*join.where);
  } else if (join.on.empty()) {
    binder.error(code::bad_join_condition, context.span(), "a join needs `on` and its columns");
  }
  condition.read(join.on);
  Table result = make_join(binder, kind, std::move(context.input), std::move(right),
                           std::move(condition.pairs), context.span());
  make_names_unique(result.plan->output);
  return result;
}

Table bind_lookup(StepContext context, const ast::Lookup& lookup) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(lookup.parameters,
                          {{"kind", ParameterRule::Word, {"leftouter", "inner"}}});
  const plan::JoinKind kind =
      kind_of(QueryBinder::word_of(lookup.parameters, "kind"), plan::JoinKind::LeftOuter);
  Table right = bind_right(binder, *lookup.right);
  Condition condition(binder, context.input, right);
  condition.read(lookup.on);
  plan::Schema shown = context.input.columns();
  for (const plan::Column& column : right.columns()) {
    const bool key = std::any_of(condition.pairs.begin(), condition.pairs.end(),
                                 [&](const Condition::Pair& pair) {
                                   return pair.right.column && pair.right.column->id == column.id;
                                 });
    if (!key) shown.push_back(column);
  }
  Table result = make_join(binder, kind, std::move(context.input), std::move(right),
                           std::move(condition.pairs), context.span());
  make_names_unique(shown);
  return binder.keep_columns(std::move(result), shown, context.span());
}

}  // namespace vedette::binding
