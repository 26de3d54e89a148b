#include "runtime/tabular/reduce.h"

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"

namespace vedette::binding {
namespace {

tabular::ReduceParameters parameters_of(QueryBinder& binder, const ast::Reduce& reduce) {
  tabular::ReduceParameters parameters;
  for (const ast::Parameter& property : reduce.properties) {
    if (!property.value) continue;
    Bound bound = binder.bind(*property.value);
    if (bound.type() == Type::Error) continue;
    const bool threshold = property.name.text == "threshold";
    if (threshold && !number_types.has(bound.type())) {
      binder.error(code::bad_parameter, property.value->span, "'threshold' must be a number");
      continue;
    }
    const Type type = threshold ? Type::Real : Type::String;
    const auto value = binder.value_now(binder.convert(std::move(bound.value), type));
    if (!value || value->is_null()) continue;
    if (threshold) parameters.threshold = value->as_real();
    if (property.name.text == "characters") parameters.separators = value->as_text();
  }
  return parameters;
}

}  // namespace

Table bind_reduce(StepContext context, const ast::Reduce& reduce) {
  // Texts are counted first; patterns are found among distinct texts.
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  binder.check_parameters(reduce.parameters,
                          {{"kind", ParameterRule::Word, {"source", "summary"}}});
  binder.check_parameters(reduce.properties, {{"threshold"}, {"characters"}});
  const bool keeps_rows = QueryBinder::word_of(reduce.parameters, "kind") == "source";
  Table input = std::move(context.input);
  const bool open = input.open;
  plan::Expression text = failed(span).value;
  plan::Schema columns = input.columns();
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    Bound by = binder.bind(*reduce.by.value);
    if (binder.check_scalar(by)) binder.check_type(by, Type::String);
    if (by.type() == Type::String) text = std::move(by.value);
  }
  tabular::ReduceParameters parameters = parameters_of(binder, reduce);
  parameters.each_text = keeps_rows;
  const plan::Schema found = {binder.fresh("Pattern", Type::String),
                              binder.fresh("Count", Type::Long),
                              binder.fresh("Representative", Type::String)};
  plan::Schema shown = keeps_rows ? columns : plan::Schema();
  shown.insert(shown.end(), found.begin(), found.end());
  if (text.type != Type::String) return binder.empty_table(std::move(shown), span, open);

  plan::Column key = binder.fresh("$text", Type::String);
  std::optional<Table> rows;
  if (keeps_rows) {
    // Each row with its text, to be met again by what was found out about the text.
    Projection with_text;
    binder.add_all(with_text, columns);
    with_text.add({key, std::move(text), 0});
    rows = binder.share(binder.project(std::move(input), with_text, span), span);
    input = binder.copy(*rows);
    text = plan::column(input.columns().back(), span);
    key = binder.fresh("$text", Type::String);
  }
  plan::Aggregate count;
  count.keys.push_back(std::move(text));
  count.aggregates.push_back(binder.aggregate_call("count", {}, "$count", span));
  count.aggregates[0].results[0].type = Type::Long;
  const plan::Schema counted = {key, count.aggregates[0].results[0]};
  count.input = std::move(input.plan);
  plan::Apply apply;
  apply.inputs.push_back(plan::make(std::move(count), counted, span));
  auto& arguments = apply.arguments.emplace_back();
  for (const plan::Column& column : counted) arguments.push_back(plan::column(column, span));
  apply.function = tabular::reduce(std::move(parameters));
  if (!keeps_rows) {
    Table result{.plan = plan::make(std::move(apply), found, span)};
    result.open = open;
    return result;
  }
  const plan::Column met = binder.fresh("$text", Type::String);
  plan::Schema right = {met};
  right.insert(right.end(), found.begin(), found.end());
  Table left = binder.copy(*rows);
  plan::Schema joined = left.columns();
  Projection projection;
  for (size_t i = 0; i + 1 < joined.size(); ++i) projection.add(binder.pass(joined[i]));
  for (const plan::Column& column : found) projection.add(binder.pass(column));
  plan::Join join{.kind = plan::JoinKind::Inner};
  join.left_keys.push_back(plan::column(joined.back(), span));
  join.right_keys.push_back(plan::column(met, span));
  joined.insert(joined.end(), right.begin(), right.end());
  join.left = std::move(left.plan);
  join.right = plan::make(std::move(apply), std::move(right), span);
  Table both{.plan = plan::make(std::move(join), std::move(joined), span)};
  both.open = open;
  return binder.project(std::move(both), projection, span);
}

}  // namespace vedette::binding
