#include "compiler/optimize/rules.h"
#include "compiler/plan/fresh_ids.h"

namespace vedette::optimize {
namespace {

using plan::ColumnId;
using plan::ColumnSet;
using plan::Expression;
using plan::Plan;

// More winners than this are read in the ordinary way.
constexpr int64_t most_winners = 100'000;

using MayFetch = std::function<bool(const plan::Scan&)>;

// The scan under a chain of filters, and the columns those filters read; nullptr for other plans.
plan::Node* scan_below(plan::Node* node, ColumnSet& read, const MayFetch& may_fetch) {
  while (auto* filter = std::get_if<plan::Filter>(&node->step)) {
    plan::add_columns_of(filter->predicate, read);
    node = filter->input.get();
  }
  auto* scan = std::get_if<plan::Scan>(&node->step);
  return scan == nullptr || scan->row_id || !may_fetch(*scan) ? nullptr : node;
}

// Takes `late` out of the scan and lets it give row ids instead; filters in between follow suit.
std::vector<plan::Scan::Stored> scan_row_ids(plan::Node* top, const ColumnSet& late,
                                             const plan::Column& row_id) {
  plan::Node* node = top;
  while (true) {
    std::erase_if(node->output, [&](const auto& column) { return late.contains(column.id); });
    node->output.push_back(row_id);
    auto* filter = std::get_if<plan::Filter>(&node->step);
    if (filter == nullptr) break;
    node = filter->input.get();
  }
  auto& scan = std::get<plan::Scan>(node->step);
  std::vector<plan::Scan::Stored> taken;
  for (const auto& column : scan.columns) {
    if (late.contains(column.id)) taken.push_back(column);
  }
  std::erase_if(scan.columns, [&](const auto& column) { return late.contains(column.id); });
  scan.row_id = row_id.id;
  return taken;
}

// Fetch gives the input's columns without the row id, then the fetched ones; a projection puts them
// back in the order the plan above expects.
void fetch_above(Plan& node, const plan::Schema& wanted, const std::string& table, ColumnId row_id,
                 std::vector<plan::Scan::Stored> columns) {
  plan::Schema fetched = node->output;
  std::erase_if(fetched, [&](const auto& column) { return column.id == row_id; });
  for (const auto& column : columns) {
    for (const auto& out : wanted) {
      if (out.id == column.id) fetched.push_back(out);
    }
  }
  const Span span = node->span;
  node = plan::make(plan::Fetch{std::move(node), table, row_id, std::move(columns)}, fetched, span);
  std::vector<Expression> order;
  for (const auto& column : wanted) order.push_back(plan::column(column));
  node = plan::make(plan::Project{std::move(node), std::move(order)}, wanted, span);
}

// Top-N over a projection computes the projection for the winners only.
void lift_projection(Plan& node) {
  auto* sort = std::get_if<plan::Sort>(&node->step);
  auto* project = std::get_if<plan::Project>(&sort->input->step);
  if (project == nullptr) return;
  std::unordered_map<ColumnId, const Expression*> replacements;
  for (size_t i = 0; i < project->expressions.size(); ++i) {
    if (!plan::is_pure(project->expressions[i])) return;
    replacements.emplace(sort->input->output[i].id, &project->expressions[i]);
  }
  for (auto& key : sort->keys) plan::substitute(key.expression, replacements);
  Plan top = std::move(sort->input);
  sort->input = std::move(project->input);
  node->output = sort->input->output;
  project->input = std::move(node);
  node = std::move(top);
}

bool fetch_after_top(Plan& node, const MayFetch& may_fetch) {
  auto* sort = std::get_if<plan::Sort>(&node->step);
  ColumnSet read;
  for (const auto& key : sort->keys) plan::add_columns_of(key.expression, read);
  plan::Node* scan_node = scan_below(sort->input.get(), read, may_fetch);
  if (scan_node == nullptr) return false;
  const auto& scan = std::get<plan::Scan>(scan_node->step);
  ColumnSet late;
  for (const auto& column : scan_node->output) {
    if (!read.contains(column.id)) late.insert(column.id);
  }
  if (late.empty()) return false;
  const plan::Schema wanted = node->output;
  const plan::Column row_id{plan::free_id(*node), "$row", Type::Long};
  const std::string table = scan.table;
  auto columns = scan_row_ids(sort->input.get(), late, row_id);
  node->output = sort->input->output;
  fetch_above(node, wanted, table, row_id.id, std::move(columns));
  return true;
}

bool picks_rows(const plan::AggregateCall& call) {
  return call.function->name == "arg_max" || call.function->name == "arg_min";
}

// `summarize arg_max(t, *) by k`: the aggregate remembers the winner's row id instead of its
// columns.
bool fetch_after_arg(Plan& node, const MayFetch& may_fetch) {
  auto& aggregate = std::get<plan::Aggregate>(node->step);
  if (aggregate.aggregates.size() != 1 || !picks_rows(aggregate.aggregates[0])) return false;
  auto& call = aggregate.aggregates[0];
  if (call.arguments.size() < 3 || !call.condition.empty()) return false;
  ColumnSet read;
  for (const auto& key : aggregate.keys) plan::add_columns_of(key, read);
  plan::add_columns_of(call.arguments[0], read);
  plan::Node* scan_node = scan_below(aggregate.input.get(), read, may_fetch);
  if (scan_node == nullptr) return false;
  const auto& scan = std::get<plan::Scan>(scan_node->step);
  ColumnSet late;
  std::unordered_map<ColumnId, std::string> stored;
  for (const auto& column : scan.columns) stored.emplace(column.id, column.name);
  std::vector<Expression> arguments = {call.arguments[0]};
  std::vector<plan::Column> results = {call.results[0]};
  std::vector<plan::Scan::Stored> fetched;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const auto id = plan::column_of(call.arguments[i]);
    if (id && !read.contains(*id) && stored.contains(*id)) {
      late.insert(*id);
      fetched.push_back({call.results[i].id, stored[*id]});
    } else {
      arguments.push_back(call.arguments[i]);
      results.push_back(call.results[i]);
    }
  }
  if (late.empty()) return false;
  const plan::Schema wanted = node->output;
  const std::string table = scan.table;
  const ColumnId free = plan::free_id(*node);
  const plan::Column row_id{free, "$row", Type::Long}, winner{free + 1, "$row", Type::Long};
  scan_row_ids(aggregate.input.get(), late, row_id);
  arguments.push_back(plan::column(row_id));
  results.push_back(winner);
  call.arguments = std::move(arguments);
  call.results = results;
  ColumnSet gone;
  for (const auto& column : fetched) gone.insert(column.id);
  std::erase_if(node->output, [&](const auto& column) { return gone.contains(column.id); });
  node->output.push_back(winner);
  fetch_above(node, wanted, table, winner.id, std::move(fetched));
  return true;
}

}  // namespace

bool materialize_late(plan::Plan& plan, const MayFetch& may_fetch) {
  bool changed = false;
  top_down(plan, [&](Plan& node) {
    if (auto* sort = std::get_if<plan::Sort>(&node->step)) {
      if (!sort->limit || *sort->limit > most_winners) return;
      lift_projection(node);
      auto* project = std::get_if<plan::Project>(&node->step);
      changed |= fetch_after_top(project ? project->input : node, may_fetch);
    } else if (std::holds_alternative<plan::Aggregate>(node->step)) {
      changed |= fetch_after_arg(node, may_fetch);
    }
  });
  return changed;
}

}  // namespace vedette::optimize
