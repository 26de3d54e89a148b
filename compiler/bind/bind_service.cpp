// What the service adds to the language: watchlists, device lookups, the time of ingestion.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/bind/service_tables.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {

Table QueryBinder::bind_service_table(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  std::vector<Bound> arguments = bind_arguments(call);
  check_argument_count(name, arguments.size(), 1, 2, call.function.span);
  plan::Schema columns;
  for (const auto& [column, type] : columns_of_service_table(name)) {
    columns.push_back(fresh(column, type));
  }
  bool open = name == "_GetWatchlist";
  if (open && !arguments.empty()) {
    const auto alias = constant_value(arguments[0].value);
    const auto known = alias && alias->type() == Type::String
                           ? environment.watchlists.find(std::string(alias->as_text()))
                           : environment.watchlists.end();
    if (known != environment.watchlists.end()) {
      open = false;
      for (const auto& [column, type] : known->second) {
        const bool had = std::any_of(columns.begin(), columns.end(),
                                     [&](const plan::Column& c) { return c.name == column; });
        if (!had) columns.push_back(fresh(column, type));
      }
    }
  }
  cannot_run_yet(span, fmt::format("'{}' is not supported yet", name));
  return empty_table(std::move(columns), span, open);
}

namespace {

/// Adds the hidden time of ingestion to a scan, and passes it up through steps that keep rows as
/// they are. Answers false when there is no such scan.
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

}  // namespace

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
