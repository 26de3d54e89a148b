// mv-expand, mv-apply.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {
namespace {

struct Expansion {
  Table table;
  std::vector<plan::ColumnId> expanded;  // input columns that were expanded under their own name
};

/// Adds an item to the columns: in place of the column it expands, or at the end.
void add_item(QueryBinder& binder, Projection& projection, const ast::ExpandItem& item,
              plan::Expand& step, std::vector<plan::ColumnId>& expanded) {
  if (!item.expression.value) return;
  Bound bound = binder.bind(*item.expression.value);
  binder.check_types(bound, Type::Dynamic, "a dynamic");
  Type type = bound.type();
  if (item.type && item.type->columns.columns.size() == 1) {
    type = binder.type_of(item.type->columns.columns[0].type);
  }
  if (bound.column && item.expression.names.empty()) expanded.push_back(bound.column->id);
  const std::string old_name = bound.column ? bound.column->name : std::string();
  plan::Column result = binder.fresh(old_name, type);
  plan::Expression source = std::exchange(bound.value, plan::column(result, bound.span()));
  if (bound.column) bound.column = result;
  binder.add_to(projection, item.expression, std::move(bound), {.style = Style::Replace});
  for (Projection::Item& shown : projection.items()) {
    const auto id = plan::column_of(shown.value);
    if (!id || *id != result.id) continue;
    result.name = shown.column.name;
    shown.column = result;
  }
  step.items.push_back({std::move(source), result});
}

Expansion expand(StepContext& context, const ast::Parameters& parameters,
                 const std::vector<ast::ExpandItem>& items, const ast::ExpressionPtr& limit) {
  QueryBinder& binder = context.binder;
  Table& input = context.input;
  binder.check_parameters(parameters, {{"kind", ParameterRule::Word, {"bag", "array"}},
                                       {"bagexpansion", ParameterRule::Word, {"bag", "array"}},
                                       {"with_itemindex", ParameterRule::Name}});
  plan::Expand step;
  Projection projection;
  Expansion expansion{binder.unknown_table(context.span()), {}};
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    binder.add_all(projection, input.columns());
    for (const ast::ExpandItem& item : items) {
      add_item(binder, projection, item, step, expansion.expanded);
    }
  });
  const std::string index = QueryBinder::word_of(parameters, "with_itemindex");
  if (!index.empty()) {
    projection.add({binder.fresh(index, Type::Long), failed(context.span()).value, 0});
    step.index = projection.items().back().column;
  }
  if (limit) step.limit = binder.constant_integer(*limit);
  step.bags_as_arrays =
      QueryBinder::word_of(parameters, "kind", QueryBinder::word_of(parameters, "bagexpansion")) ==
      "array";
  plan::Schema output;
  for (const Projection::Item& item : projection.items()) output.push_back(item.column);
  const bool open = input.open;
  const bool serialized = input.serialized;
  step.input = std::move(input.plan);
  expansion.table = {.plan = plan::make(std::move(step), std::move(output), context.span())};
  expansion.table.open = open;
  expansion.table.serialized = serialized;
  return expansion;
}

}  // namespace

Table bind_mv_expand(StepContext context, const ast::MvExpand& node) {
  return std::move(expand(context, node.parameters, node.items, node.limit).table);
}

Table bind_mv_apply(StepContext context, const ast::MvApply& apply) {
  QueryBinder& binder = context.binder;
  binder.cannot_run_yet(context.step.keyword_span, "operator 'mv-apply' is not supported yet");
  const plan::Schema before = context.input.columns();
  Expansion expansion = expand(context, apply.parameters, apply.items, apply.limit);
  const bool open = expansion.table.open;
  const Table result = binder.bind_subquery(*apply.subquery, std::move(expansion.table));
  Projection projection;
  for (const plan::Column& column : before) {
    const auto& gone = expansion.expanded;
    if (std::find(gone.begin(), gone.end(), column.id) != gone.end()) continue;
    projection.add(binder.pass(column));
    projection.shut_out(column.id);
  }
  for (const plan::Column& column : result.columns()) {
    projection.add(binder.pass(column), Projection::Existing::Replace);
  }
  plan::Schema output;
  for (const Projection::Item& item : projection.items()) output.push_back(item.column);
  return binder.empty_table(std::move(output), context.span(), open || result.open);
}

}  // namespace vedette::binding
