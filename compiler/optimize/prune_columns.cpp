#include "compiler/optimize/rules.h"

namespace vedette::optimize {
namespace {

using plan::ColumnSet;
using plan::Plan;

void keep_only(Plan& node, const ColumnSet& needed);

// Drops output columns nobody needs, with whatever `drop(index)` removes beside them.
template <typename Drop>
void shrink(plan::Schema& output, const ColumnSet& needed, const Drop& drop) {
  for (size_t i = output.size(); i-- > 0;) {
    if (needed.contains(output[i].id)) continue;
    output.erase(output.begin() + static_cast<std::ptrdiff_t>(i));
    drop(i);
  }
}

template <typename T> void erase_at(std::vector<T>& list, size_t at) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
}

// Steps that pass their input's columns on: the output becomes what is left of the input's, then
// the step's own.
void pass_through(plan::Schema& output, const Plan& input, const ColumnSet& own) {
  ColumnSet left = own;
  for (const auto& column : input->output) left.insert(column.id);
  shrink(output, left, [](size_t) {});
}

void prune_scan(plan::Scan& scan, plan::Schema& output, const ColumnSet& needed) {
  shrink(output, needed, [&](size_t i) {
    if (i < scan.columns.size())
      erase_at(scan.columns, i);
    else
      scan.row_id.reset();
  });
}

void prune_values(plan::Values& values, plan::Schema& output, const ColumnSet& needed) {
  shrink(output, needed, [&](size_t i) {
    for (auto& row : values.rows) erase_at(row, i);
  });
}

void prune_project(plan::Project& project, plan::Schema& output, const ColumnSet& needed) {
  shrink(output, needed, [&](size_t i) { erase_at(project.expressions, i); });
  ColumnSet below;
  for (const auto& expression : project.expressions) plan::add_columns_of(expression, below);
  keep_only(project.input, below);
}

// Keys stay, for they make the groups; an aggregate goes when none of its results is needed.
void prune_aggregate(plan::Aggregate& aggregate, plan::Schema& output, const ColumnSet& needed) {
  for (size_t k = aggregate.aggregates.size(); k-- > 0;) {
    bool used = false;
    for (const auto& result : aggregate.aggregates[k].results) used |= needed.contains(result.id);
    if (used || (aggregate.keys.empty() && aggregate.aggregates.size() == 1)) continue;
    ColumnSet gone;
    for (const auto& result : aggregate.aggregates[k].results) gone.insert(result.id);
    std::erase_if(output, [&](const plan::Column& column) { return gone.contains(column.id); });
    erase_at(aggregate.aggregates, k);
  }
  ColumnSet below;
  for (const auto& key : aggregate.keys) plan::add_columns_of(key, below);
  for (const auto& call : aggregate.aggregates) {
    for (const auto& argument : call.arguments) plan::add_columns_of(argument, below);
    for (const auto& condition : call.condition) plan::add_columns_of(condition, below);
  }
  keep_only(aggregate.input, below);
}

void prune_join(plan::Join& join, plan::Schema& output, const ColumnSet& needed) {
  ColumnSet left = needed, right = needed;
  for (const auto& key : join.left_keys) plan::add_columns_of(key, left);
  for (const auto& key : join.right_keys) plan::add_columns_of(key, right);
  keep_only(join.left, left);
  keep_only(join.right, right);
  ColumnSet there;
  for (const auto& column : join.left->output) there.insert(column.id);
  for (const auto& column : join.right->output) there.insert(column.id);
  if (join.copies && !needed.contains(join.copies->id)) join.copies.reset();
  if (join.copies) there.insert(join.copies->id);
  shrink(output, there, [](size_t) {});
}

void prune_union(plan::Union& step, plan::Schema& output, const ColumnSet& needed) {
  shrink(output, needed, [&](size_t i) {
    for (auto& mapping : step.columns) erase_at(mapping, i);
  });
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    ColumnSet below;
    for (const auto& source : step.columns[i]) {
      if (source) below.insert(*source);
    }
    keep_only(step.inputs[i], below);
  }
}

void prune_apply(plan::Apply& apply) {
  for (size_t i = 0; i < apply.inputs.size(); ++i) {
    ColumnSet below;
    for (const auto& argument : apply.arguments[i]) plan::add_columns_of(argument, below);
    keep_only(apply.inputs[i], below);
  }
}

void prune_pass_through(Plan& node, ColumnSet needed) {
  ColumnSet own;
  plan::for_each_expression(
      *node, [&](const plan::Expression& expression) { plan::add_columns_of(expression, needed); });
  if (auto* expand = std::get_if<plan::Expand>(&node->step)) {
    for (const auto& item : expand->items) own.insert(item.result.id);
    if (expand->index) own.insert(expand->index->id);
  } else if (auto* parse = std::get_if<plan::Parse>(&node->step)) {
    for (const auto& part : parse->parts) {
      if (part.result) own.insert(part.result->id);
    }
  } else if (auto* window = std::get_if<plan::Window>(&node->step)) {
    for (const auto& call : window->calls) own.insert(call.result.id);
  } else if (auto* fetch = std::get_if<plan::Fetch>(&node->step)) {
    std::erase_if(fetch->columns, [&](const auto& column) { return !needed.contains(column.id); });
    for (const auto& column : fetch->columns) own.insert(column.id);
    needed.insert(fetch->row_id);
  }
  plan::for_each_input(*node, [&](Plan& input) {
    keep_only(input, needed);
    pass_through(node->output, input, own);
  });
}

// Narrows a step to the needed columns. A step may keep more than it is asked for.
void keep_only(Plan& node, const ColumnSet& needed) {
  plan::Schema& output = node->output;
  std::visit(plan::Overloaded{
                 [&](plan::Scan& step) { prune_scan(step, output, needed); },
                 [&](plan::Values& step) { prune_values(step, output, needed); },
                 [&](plan::External&) {},
                 [&](plan::Range&) {},
                 [&](plan::Shared&) {},
                 [&](plan::Project& step) { prune_project(step, output, needed); },
                 [&](plan::Aggregate& step) { prune_aggregate(step, output, needed); },
                 [&](plan::Join& step) { prune_join(step, output, needed); },
                 [&](plan::Union& step) { prune_union(step, output, needed); },
                 [&](plan::Apply& step) { prune_apply(step); },
                 [&](auto&) { prune_pass_through(node, needed); },
             },
             node->step);
}

}  // namespace

void prune_columns(plan::Plan& plan) {
  const plan::Schema wanted = plan->output;
  ColumnSet needed;
  for (const auto& column : wanted) needed.insert(column.id);
  keep_only(plan, needed);
}

}  // namespace vedette::optimize
