// sample, sample-distinct, top-hitters.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {

Table bind_sample(StepContext context, const ast::Sample& sample) {
  QueryBinder& binder = context.binder;
  const int64_t count = binder.constant_integer(*sample.count).value_or(0);
  plan::Schema output = context.input.columns();
  context.input.plan = plan::make(plan::Sample{std::move(context.input.plan), count},
                                  std::move(output), context.span());
  context.input.serialized = false;
  return std::move(context.input);
}

Table bind_sample_distinct(StepContext context, const ast::SampleDistinct& sample) {
  QueryBinder& binder = context.binder;
  const int64_t count = binder.constant_integer(*sample.count).value_or(0);
  const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
  Bound of = binder.bind(*sample.of.value);
  if (binder.check_column(of)) binder.check_not_dynamic(of);
  plan::Column key = of.column ? *of.column : binder.fresh("Column1", of.type());
  plan::Aggregate distinct;
  distinct.keys.push_back(std::move(of.value));
  distinct.input = std::move(context.input.plan);
  plan::Plan keys = plan::make(std::move(distinct), plan::Schema{key}, context.span());
  Table result{
      .plan = plan::make(plan::Sample{std::move(keys), count}, plan::Schema{key}, context.span())};
  return result;
}

Table bind_top_hitters(StepContext context, const ast::TopHitters& top) {
  // The most frequent values: `summarize count() by x | top n by count_`.
  QueryBinder& binder = context.binder;
  const int64_t count = binder.constant_integer(*top.count).value_or(0);
  const Span span = context.span();
  Projection projection;
  std::string weight_name = "approximate_count_";
  plan::AggregateCall call;
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    const Bound of = binder.bind(*top.of.value);
    binder.check_column(of);
    binder.add_to(projection, top.of, of, {});
    if (top.by) {
      Bound by = binder.bind(*top.by);
      binder.check_types(by, number_types, "a number");
      weight_name = "approximate_sum_" + by.name.value_or("");
      const Type type = by.type();
      std::vector<plan::Expression> arguments;
      arguments.push_back(std::move(by.value));
      call = binder.aggregate_call("sum", std::move(arguments), weight_name, span);
      call.results[0].type = type == Type::Int ? Type::Long : type;
    } else {
      weight_name += of.name.value_or("");
      call = binder.aggregate_call("count", {}, weight_name, span);
    }
  }
  plan::Schema output;
  plan::Aggregate group;
  for (Projection::Item& item : projection.items()) {
    output.push_back(item.column);
    group.keys.push_back(std::move(item.value));
  }
  output.push_back(call.results[0]);
  const plan::Column weight = call.results[0];
  group.aggregates.push_back(std::move(call));
  group.input = std::move(context.input.plan);
  plan::Plan groups = plan::make(std::move(group), output, span);
  plan::Sort sort;
  sort.input = std::move(groups);
  sort.keys.push_back({plan::column(weight, span), true, false});
  sort.limit = count;
  Table result{.plan = plan::make(std::move(sort), std::move(output), span)};
  result.serialized = true;
  return result;
}

}  // namespace vedette::binding
