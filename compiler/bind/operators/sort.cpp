// sort, top, take.
#include "compiler/bind/operators.h"

namespace vedette::binding {

plan::Sort::Key sort_key(QueryBinder& binder, const ast::OrderedExpression& ordered,
                         bool allow_dynamic) {
  using Direction = ast::OrderedExpression::Direction;
  using Nulls = ast::OrderedExpression::Nulls;
  Bound bound = binder.bind(*ordered.expression.value);
  if (binder.check_scalar(bound) && !allow_dynamic) binder.check_not_dynamic(bound);
  const bool ascending =
      ordered.direction == Direction::Ascending || ordered.direction == Direction::GrannyAscending;
  // Nulls are the least of all values, unless the query says otherwise.
  bool nulls_first = ascending;
  if (ordered.nulls != Nulls::Default) nulls_first = ordered.nulls == Nulls::First;
  return {std::move(bound.value), !ascending, nulls_first};
}

namespace {

/// The input, sorted; `columns` are those it had before its keys were bound.
Table sorted(StepContext context, plan::Sort step, const plan::Schema& columns) {
  Table& input = context.input;
  plan::Schema output = input.columns();
  step.input = std::move(input.plan);
  input.plan = plan::make(std::move(step), std::move(output), context.span());
  input.serialized = true;
  if (input.columns().size() == columns.size()) return std::move(input);
  // Without what only the keys needed.
  Table all{.plan = std::move(input.plan), .open = input.open};
  input.plan = context.binder.keep_columns(std::move(all), columns, context.span()).plan;
  return std::move(input);
}

}  // namespace

Table bind_sort(StepContext context, const ast::Sort& sort) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(sort.parameters, {});
  plan::Sort step;
  const plan::Schema columns = context.input.columns();
  binder.with_windows(context.input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    for (const ast::OrderedExpression& key : sort.keys) {
      step.keys.push_back(sort_key(binder, key, false));
    }
  });
  return sorted(std::move(context), std::move(step), columns);
}

Table bind_top(StepContext context, const ast::Top& top) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(top.parameters, {});
  plan::Sort step;
  step.limit = binder.constant_integer(*top.count).value_or(0);
  const plan::Schema columns = context.input.columns();
  binder.with_windows(context.input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    step.keys.push_back(sort_key(binder, top.by, true));
  });
  return sorted(std::move(context), std::move(step), columns);
}

Table bind_take(StepContext context, const ast::Take& take) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(take.parameters, {});
  const int64_t count = binder.constant_integer(*take.count).value_or(0);
  plan::Schema output = context.input.columns();
  context.input.plan = plan::make(plan::Limit{std::move(context.input.plan), count},
                                  std::move(output), context.span());
  return std::move(context.input);
}

}  // namespace vedette::binding
