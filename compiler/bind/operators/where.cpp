#include "compiler/bind/operators.h"

namespace vedette::binding {

Table bind_where(StepContext context, const ast::Where& where) {
  QueryBinder& binder = context.binder;
  Table& input = context.input;
  binder.check_parameters(where.parameters, {});
  const plan::Schema columns = input.columns();
  Bound predicate = failed(context.span());
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    predicate = binder.bind_exactly(*where.predicate, Type::Bool);
  });
  const bool windows = input.columns().size() > columns.size();
  plan::Schema output = input.columns();
  input.plan = plan::make(plan::Filter{std::move(input.plan), std::move(predicate.value)},
                          std::move(output), context.span());
  if (!windows) return std::move(input);
  return binder.keep_columns(std::move(input), columns, context.span());
}

}  // namespace vedette::binding
