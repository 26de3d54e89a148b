// The time of ingestion: a hidden column of every stored table.
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {

namespace {

/// Each row of a union has the time of its own table; null when that has none.
bool add_to_union(plan::Union& all, const FreshColumn& fresh) {
  bool any = false;
  for (size_t i = 0; i < all.inputs.size(); ++i) {
    const plan::Column column = fresh();
    const bool added = add_ingestion_time(*all.inputs[i], column, fresh);
    all.columns[i].push_back(added ? std::optional(column.id) : std::nullopt);
    any |= added;
  }
  if (!any) {
    for (auto& columns : all.columns) columns.pop_back();
  }
  return any;
}

/// A joined row has the time of its left row, or of its only one.
bool add_to_join(plan::Join& join, const plan::Column& column, const FreshColumn& fresh) {
  const bool right =
      join.kind == plan::JoinKind::RightSemi || join.kind == plan::JoinKind::RightAnti;
  plan::Node& side = right ? *join.right : *join.left;
  return add_ingestion_time(side, column, fresh);
}

}  // namespace

bool add_ingestion_time(plan::Node& node, const plan::Column& column, const FreshColumn& fresh) {
  const auto below = [&](plan::Plan& input) { return add_ingestion_time(*input, column, fresh); };
  const bool added =
      std::visit(plan::Overloaded{
                     [&](plan::Scan& scan) {
                       scan.columns.push_back({column.id, std::string(ingestion_time_column)});
                       return true;
                     },
                     [&](plan::Filter& step) { return below(step.input); },
                     [&](plan::Limit& step) { return below(step.input); },
                     [&](plan::Sort& step) { return below(step.input); },
                     [&](plan::Sample& step) { return below(step.input); },
                     [&](plan::Expand& step) { return below(step.input); },
                     [&](plan::Parse& step) { return below(step.input); },
                     [&](plan::Window& step) { return below(step.input); },
                     [&](plan::Project& step) {
                       if (!below(step.input)) return false;
                       step.expressions.push_back(plan::column(column));
                       return true;
                     },
                     [&](plan::Union& step) { return add_to_union(step, fresh); },
                     [&](plan::Join& step) { return add_to_join(step, column, fresh); },
                     [&](auto&) { return false; },
                 },
                 node.step);
  if (added) node.output.push_back(column);
  return added;
}

Bound QueryBinder::bind_ingestion_time(Span span) {
  Bound result{.value = plan::constant(Value::null(Type::Datetime), span)};
  if (current_input_ == nullptr) return result;
  for (const plan::Column& column : current_input_->columns()) {
    if (column.name != ingestion_time_column) continue;
    result.value = plan::column(column, span);
    return result;
  }
  const auto make = [&] { return fresh(std::string(ingestion_time_column), Type::Datetime); };
  const plan::Column column = make();
  if (add_ingestion_time(*current_input_->plan, column, make)) {
    result.value = plan::column(column, span);
  }
  return result;
}

Table QueryBinder::drop_ingestion_time(Table table) {
  plan::Schema columns;
  for (const plan::Column& column : table.columns()) {
    if (column.name != ingestion_time_column) columns.push_back(column);
  }
  if (columns.size() == table.columns().size()) return table;
  const std::string name = table.name;
  const Span span = table.plan->span;
  table = keep_columns(std::move(table), columns, span);
  table.name = name;
  return table;
}

}  // namespace vedette::binding
