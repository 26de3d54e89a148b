#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"

namespace vedette::binding {

Table bind_make_series(StepContext context, const ast::MakeSeries& series) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(series.parameters, {{"kind", ParameterRule::Word, {"nonempty"}}});
  binder.cannot_run_yet(context.step.keyword_span, "operator 'make-series' is not supported yet");
  Projection projection;
  const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
  for (const ast::NamedExpression& by : series.by) {
    binder.add_to(projection, by, binder.bind(*by.value), {});
  }
  QueryBinder::AggregateCalls calls;
  for (const ast::MakeSeries::Aggregate& aggregate : series.aggregates) {
    const Temporarily place(binder.place, Place::Aggregates);
    const Temporarily target(binder.aggregates, &calls);
    const Bound value = binder.bind(*aggregate.expression.value);
    if (aggregate.default_value) {
      const Bound otherwise = binder.bind(*aggregate.default_value);
      if (!otherwise.literal && otherwise.type() != Type::Error) {
        binder.error(code::literal_expected, aggregate.default_value->span,
                     "the default must be written out");
      } else {
        binder.check_type(otherwise, value.type(), true);
      }
    }
    binder.add_to(projection, aggregate.expression, value,
                  {.style = Style::Summarize, .type = Type::Dynamic});
  }
  const Bound on = binder.bind(*series.on.value);
  binder.add_to(projection, series.on, on, {.type = Type::Dynamic});
  for (const ast::ExpressionPtr* end : {&series.from, &series.to}) {
    if (*end) binder.check_type(binder.bind(**end), on.type(), true);
  }
  if (series.step) binder.check_scalar(binder.bind(*series.step));
  plan::Schema output;
  for (const Projection::Item& item : projection.items()) {
    output.push_back(binder.fresh(item.column.name, item.column.type));
  }
  return binder.empty_table(std::move(output), context.span());
}

}  // namespace vedette::binding
