// summarize, distinct, count.
#include <algorithm>

#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {
namespace {

/// Gives aggregates' columns the names that the projection gave them, where it shows them as they
/// are, so that no step is needed to rename them.
void name_results(Projection& projection, QueryBinder::AggregateCalls& calls) {
  for (plan::AggregateCall& call : calls) {
    for (plan::Column& result : call.results) {
      for (Projection::Item& item : projection.items()) {
        const auto shown = plan::column_of(item.value);
        if (!shown || *shown != result.id || item.column.type != result.type) continue;
        result.name = item.column.name;
        item.column = result;
        break;
      }
    }
  }
}

Table group(Table input, std::vector<Projection::Item> keys, QueryBinder::AggregateCalls calls,
            Span span) {
  plan::Aggregate step;
  plan::Schema output;
  for (Projection::Item& key : keys) {
    output.push_back(key.column);
    step.keys.push_back(std::move(key.value));
  }
  for (const plan::AggregateCall& call : calls) {
    output.insert(output.end(), call.results.begin(), call.results.end());
  }
  step.aggregates = std::move(calls);
  step.input = std::move(input.plan);
  Table result{.plan = plan::make(std::move(step), std::move(output), span)};
  result.open = input.open;
  return result;
}

/// `by a bin = 1h` is an old way to write `by bin(a, 1h)`.
void bin_last(QueryBinder& binder, Projection::Item& key, const ast::NamedExpression& bin) {
  Bound size = binder.bind(*bin.value);
  const Type type = key.value.type;
  if (!binder.check_scalar(size) || size.type() == Type::Error || type == Type::Error) return;
  const Type step = type == Type::Datetime ? Type::Timespan : type;
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(key.value));
  arguments.push_back(binder.convert(std::move(size.value), step));
  key.value = binder.call("bin", std::move(arguments), bin.span, type);
  if (key.source != 0) key.column = binder.fresh(key.column.name, type), key.source = 0;
}

}  // namespace

Table bind_summarize(StepContext context, const ast::Summarize& summarize) {
  QueryBinder& binder = context.binder;
  Table& input = context.input;
  Projection projection;
  std::vector<plan::ColumnId> by;
  QueryBinder::AggregateCalls calls;
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    for (const ast::NamedExpression& expression : summarize.by) {
      const Bound key = binder.bind(*expression.value);
      binder.check_not_dynamic(key);
      if (key.column) by.push_back(key.column->id);
      binder.add_to(projection, expression, key, {});
    }
  });
  if (summarize.bin && !projection.items().empty()) {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    bin_last(binder, projection.items().back(), *summarize.bin);
  }
  const size_t key_count = projection.items().size();
  std::vector<Projection::Item> keys = projection.items();
  for (const Projection::Item& key : keys) projection.shut_out(key.column.id);
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    const Temporarily place(binder.place, Place::Aggregates);
    const Temporarily target(binder.aggregates, &calls);
    const Temporarily grouped(binder.by_columns, by);
    for (const ast::NamedExpression& expression : summarize.aggregates) {
      binder.add_to(projection, expression, binder.bind(*expression.value),
                    {.style = Style::Summarize});
    }
  });
  name_results(projection, calls);
  Table result = group(std::move(input), keys, std::move(calls), context.span());
  for (size_t i = 0; i < key_count; ++i) {
    projection.items()[i].value = plan::column(keys[i].column, context.span());
  }
  return binder.project(std::move(result), projection, context.span());
}

Table bind_distinct(StepContext context, const ast::Distinct& distinct) {
  QueryBinder& binder = context.binder;
  Table& input = context.input;
  Projection projection;
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    for (const ast::NamedExpression& expression : distinct.columns) {
      Bound key = binder.bind(*expression.value);
      if (key.star) {
        for (const plan::Column& column : input.columns()) {
          key.value.type = column.type;
          if (!binder.check_not_dynamic(key)) break;
        }
      } else {
        binder.check_not_dynamic(key);
      }
      binder.add_to(projection, expression, std::move(key), {});
    }
  });
  return group(std::move(input), std::move(projection.items()), {}, context.span());
}

Table bind_count(StepContext context, const ast::Count& count) {
  const std::string name = count.name ? count.name->text : "Count";
  QueryBinder::AggregateCalls calls;
  calls.push_back(context.binder.aggregate_call("count", {}, name, context.span()));
  calls[0].results[0].type = Type::Long;
  return group(std::move(context.input), {}, std::move(calls), context.span());
}

}  // namespace vedette::binding
