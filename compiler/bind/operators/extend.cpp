// extend, serialize.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"

namespace vedette::binding {
namespace {

Table add_columns(StepContext context, const ast::NamedExpressions& expressions, Style style) {
  QueryBinder& binder = context.binder;
  Projection projection;
  const plan::Schema columns = context.input.columns();
  binder.with_windows(context.input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    binder.add_all(projection, columns);
    for (const ast::NamedExpression& expression : expressions) {
      binder.add_to(projection, expression, binder.bind(*expression.value), {.style = style});
    }
  });
  return binder.project(std::move(context.input), projection, context.span());
}

}  // namespace

Table bind_extend(StepContext context, const ast::Extend& extend) {
  return add_columns(std::move(context), extend.columns, Style::Extend);
}

Table bind_serialize(StepContext context, const ast::Serialize& serialize) {
  context.binder.check_parameters(serialize.parameters, {});
  context.input.serialized = true;
  return add_columns(std::move(context), serialize.columns, Style::Project);
}

}  // namespace vedette::binding
