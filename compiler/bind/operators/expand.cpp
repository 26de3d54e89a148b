// mv-expand, mv-apply.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/per_group.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {
namespace {

constexpr int64_t legacy_row_limit = 128;

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
                 const std::vector<ast::ExpandItem>& items, const ast::ExpressionPtr& limit,
                 std::optional<int64_t> default_limit = {}) {
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
  if (limit) {
    step.limit = binder.constant_integer(*limit);
  } else {
    step.limit = default_limit;
  }
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

std::optional<plan::Schema> give_up(QueryBinder& binder, Span span) {
  binder.cannot_run_yet(span, "a part of this subquery cannot work on each row by itself");
  return std::nullopt;
}

}  // namespace

Table bind_mv_expand(StepContext context, const ast::MvExpand& node) {
  const std::optional<int64_t> limit = node.legacy ? std::optional(legacy_row_limit) : std::nullopt;
  return std::move(expand(context, node.parameters, node.items, node.limit, limit).table);
}

Table bind_mv_apply(StepContext context, const ast::MvApply& apply) {
  // Rows are numbered and expanded; the subquery works on the rows of each number by itself, and
  // what it answers is joined to the row of that number.
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  plan::Schema columns = context.input.columns();
  const bool open = context.input.open;
  const plan::Column number = binder.fresh("$row", Type::Long);
  plan::Schema numbered = columns;
  numbered.push_back(number);
  plan::Window numbering{.calls = {{"row_number", {}, number}}};
  numbering.input = std::move(context.input.plan);
  context.input.plan = plan::make(std::move(numbering), std::move(numbered), span);
  const Table rows = binder.share(std::move(context.input), span);

  Table source = binder.copy(rows);
  const plan::Column source_number = source.columns().back();
  const plan::Schema numbered_source = source.columns();
  source.plan->output.pop_back();
  const plan::Schema before = source.columns();
  plan::Node* numbered_plan = source.plan.get();
  context.input = std::move(source);
  Expansion expansion = expand(context, apply.parameters, apply.items, apply.limit);
  numbered_plan->output = numbered_source;
  const plan::Node* leaf = expansion.table.plan.get();
  const auto all_rows = [&] {
    Table copy = binder.copy(rows);
    const plan::Schema only = {copy.columns().back()};
    return std::move(binder.keep_columns(std::move(copy), only, span).plan);
  };
  Table result = binder.bind_subquery(*apply.subquery, std::move(expansion.table));
  const plan::Schema answers = result.columns();
  PerGroup per_group(binder, leaf, {source_number}, all_rows, true);
  const auto groups =
      per_group.possible(*result.plan) ? per_group.apply(result.plan) : give_up(binder, span);

  Table left = binder.copy(rows);
  const plan::Column left_number = left.columns().back();
  plan::Join join{.kind = plan::JoinKind::Inner};
  join.left_keys.push_back(plan::column(left_number, span));
  join.right_keys.push_back(plan::column(groups ? (*groups)[0] : left_number, span));
  plan::Schema joined = left.columns();
  joined.insert(joined.end(), result.columns().begin(), result.columns().end());
  Projection projection;
  for (size_t i = 0; i < before.size(); ++i) {
    const auto& gone = expansion.expanded;
    if (std::find(gone.begin(), gone.end(), before[i].id) != gone.end()) continue;
    projection.add(binder.pass(left.columns()[i]));
  }
  for (const plan::Column& column : answers) {
    projection.add(binder.pass(column), Projection::Existing::Replace);
  }
  join.left = std::move(left.plan);
  join.right = std::move(result.plan);
  Table both{.plan = plan::make(std::move(join), std::move(joined), span)};
  both.open = open || result.open;
  return binder.project(std::move(both), projection, span);
}

}  // namespace vedette::binding
