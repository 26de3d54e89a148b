// The time of ingestion: a hidden column of every stored table.
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {

bool add_ingestion_time(plan::Node& node, const plan::Column& column) {
  const bool added =
      std::visit(plan::Overloaded{
                     [&](plan::Scan& scan) {
                       scan.columns.push_back({column.id, std::string(ingestion_time_column)});
                       return true;
                     },
                     [&](plan::Filter& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Limit& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Sort& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Sample& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Expand& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Parse& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Window& step) { return add_ingestion_time(*step.input, column); },
                     [&](plan::Project& step) {
                       if (!add_ingestion_time(*step.input, column)) return false;
                       step.expressions.push_back(plan::column(column));
                       return true;
                     },
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
  const plan::Column column = fresh(std::string(ingestion_time_column), Type::Datetime);
  if (add_ingestion_time(*current_input_->plan, column)) {
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
