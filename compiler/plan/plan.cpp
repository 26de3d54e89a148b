#include "compiler/plan/plan.h"

#include "compiler/plan/walk.h"

namespace vedette::plan {
namespace {

template <typename Step> Step clone_step(const Step& step) {
  if constexpr (std::is_same_v<Step, Join>) {
    return {step.kind,      clone(*step.left), clone(*step.right),
            step.left_keys, step.right_keys,   step.copies};
  } else if constexpr (std::is_same_v<Step, Union>) {
    Union copy{.columns = step.columns};
    for (const Plan& input : step.inputs) copy.inputs.push_back(clone(*input));
    return copy;
  } else if constexpr (std::is_same_v<Step, Apply>) {
    Apply copy{.arguments = step.arguments,
               .function = step.function,
               .scope = step.scope,
               .expressions = step.expressions};
    for (const Plan& input : step.inputs) copy.inputs.push_back(clone(*input));
    return copy;
  } else if constexpr (std::is_same_v<Step, Fetch>) {
    return {clone(*step.input), step.table, step.row_id, step.columns};
  } else if constexpr (std::is_same_v<Step, Filter>) {
    return {clone(*step.input), step.predicate};
  } else if constexpr (std::is_same_v<Step, Project>) {
    return {clone(*step.input), step.expressions};
  } else if constexpr (std::is_same_v<Step, Aggregate>) {
    return {clone(*step.input), step.keys, step.aggregates};
  } else if constexpr (std::is_same_v<Step, Sort>) {
    return {clone(*step.input), step.keys, step.limit};
  } else if constexpr (std::is_same_v<Step, Limit> || std::is_same_v<Step, Sample>) {
    return {clone(*step.input), step.rows};
  } else if constexpr (std::is_same_v<Step, Expand>) {
    return {clone(*step.input), step.items, step.bags_as_arrays, step.index, step.limit};
  } else if constexpr (std::is_same_v<Step, Parse>) {
    return {clone(*step.input), step.source,      step.parts,
            step.mode,          step.regex_flags, step.drop_failures};
  } else if constexpr (std::is_same_v<Step, Window>) {
    return {clone(*step.input), step.calls};
  } else {
    return step;
  }
}

}  // namespace

Expression constant(Value value, Span span) {
  const Type type = value.type();
  return {Expression::Constant{std::move(value)}, type, span};
}

Expression column(const Column& column, Span span) {
  return {Expression::ColumnRef{column.id}, column.type, span};
}

Plan clone(const Node& node) {
  return std::visit(
      [&](const auto& step) { return make(clone_step(step), node.output, node.span); }, node.step);
}

void add_columns_of(const Expression& expression, ColumnSet& columns) {
  for_each_below(expression, [&](const Expression& part) {
    if (const auto id = column_of(part)) columns.insert(*id);
  });
}

ColumnSet columns_of(const Expression& expression) {
  ColumnSet columns;
  add_columns_of(expression, columns);
  return columns;
}

void substitute(Expression& expression,
                const std::unordered_map<ColumnId, const Expression*>& replacements) {
  if (const auto id = column_of(expression)) {
    const auto found = replacements.find(*id);
    if (found != replacements.end()) {
      const Span span = expression.span;
      expression = Expression(*found->second);
      expression.span = span;
    }
  } else if (auto* call = std::get_if<Expression::Call>(&expression.node)) {
    for (Expression& argument : call->arguments) substitute(argument, replacements);
  }
}

bool is_pure(const Expression& expression) {
  bool pure = true;
  for_each_below(expression, [&](const Expression& part) {
    if (std::holds_alternative<Expression::Subquery>(part.node)) pure = false;
    const auto* call = std::get_if<Expression::Call>(&part.node);
    if (call != nullptr && call->function->purity == Purity::PerRow) pure = false;
  });
  return pure;
}

std::vector<Expression> split_conjunction(Expression predicate) {
  std::vector<Expression> conjuncts;
  std::vector<Expression> open;
  open.push_back(std::move(predicate));
  while (!open.empty()) {
    Expression next = std::move(open.back());
    open.pop_back();
    auto* call = std::get_if<Expression::Call>(&next.node);
    if (call != nullptr && call->function->name == "and") {
      for (size_t i = call->arguments.size(); i-- > 0;)
        open.push_back(std::move(call->arguments[i]));
    } else {
      conjuncts.push_back(std::move(next));
    }
  }
  return conjuncts;
}

}  // namespace vedette::plan
