#include "compiler/bind/per_group.h"

#include <algorithm>

#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/column/vector.h"

namespace vedette::binding {
namespace {

bool has_column(const plan::Schema& schema, plan::ColumnId id) {
  return std::any_of(schema.begin(), schema.end(),
                     [&](const plan::Column& column) { return column.id == id; });
}

void add_missing(plan::Schema& schema, const plan::Schema& columns) {
  for (const plan::Column& column : columns) {
    if (!has_column(schema, column.id)) schema.push_back(column);
  }
}

plan::Plan with_columns(plan::Plan input, plan::Schema columns, Span span) {
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : columns) {
    expressions.push_back(plan::column(column, span));
  }
  return plan::make(plan::Project{std::move(input), std::move(expressions)}, std::move(columns),
                    span);
}

/// What an aggregate answers for no rows.
std::vector<Value> results_of_nothing(const plan::AggregateCall& call) {
  std::vector<Type> types;
  for (const plan::Expression& argument : call.arguments) types.push_back(argument.type);
  std::vector<ColumnBuilder> builders;
  std::vector<ColumnBuilder*> out;
  for (const plan::Column& column : call.results) builders.emplace_back(column.type);
  for (ColumnBuilder& builder : builders) out.push_back(&builder);
  Arena arena(4096);
  AggregateContext context{.arena = &arena};
  std::vector<uint64_t> state(call.body->state_bytes / 8 + 1);
  char* bytes = reinterpret_cast<char*>(state.data());
  call.body->create(bytes, types);
  call.body->result(context, bytes, out);
  if (call.body->destroy != nullptr) call.body->destroy(bytes);
  std::vector<Value> values;
  for (const ColumnBuilder& builder : builders) values.push_back(value_at(builder.vector(), 0));
  return values;
}

}  // namespace

PerGroup::PerGroup(QueryBinder& binder, const plan::Node* leaf, plan::Schema groups,
                   GroupList all_groups, bool in_order)
    : binder_(binder),
      leaf_(leaf),
      groups_(std::move(groups)),
      all_groups_(std::move(all_groups)),
      leaf_in_order_(in_order) {}

std::optional<plan::Schema> PerGroup::apply(plan::Plan& plan) {
  if (plan.get() == leaf_) {
    add_missing(plan->output, groups_);
    return groups_;
  }
  return std::visit(plan::Overloaded{
                        [&](plan::Filter& step) { return pass(plan, step.input); },
                        [&](plan::Expand& step) { return pass(plan, step.input); },
                        [&](plan::Parse& step) { return pass(plan, step.input); },
                        [&](plan::Aggregate& step) { return visit(plan, step); },
                        [&](plan::Sort& step) { return visit(plan, step); },
                        [&](plan::Limit& step) { return visit(plan, step); },
                        [&](plan::Project& step) { return visit(plan, step); },
                        [&](plan::Window& step) { return visit(plan, step); },
                        [&](plan::Sample& step) { return visit(plan, step); },
                        [&](plan::Apply& step) { return visit(plan, step); },
                        [&](plan::Shared& step) { return visit(plan, step); },
                        [&](plan::Union& step) { return visit(plan, step); },
                        [&](plan::Join& step) { return visit(plan, step); },
                        [&](auto&) { return give_up(*plan); },
                    },
                    plan->step);
}

PerGroup::Answer PerGroup::give_up(const plan::Node& node) {
  binder_.cannot_run_yet(node.span,
                         "this operator is not supported yet within a subquery that "
                         "works on each group of rows");
  return std::nullopt;
}

PerGroup::Answer PerGroup::pass(plan::Plan& plan, plan::Plan& input) {
  Answer groups = apply(input);
  if (groups) add_missing(plan->output, *groups);
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Project& step) {
  Answer groups = apply(step.input);
  if (!groups) return groups;
  for (plan::Column& group : *groups) {
    bool shown = false;
    for (size_t i = 0; i < step.expressions.size() && !shown; ++i) {
      const auto id = plan::column_of(step.expressions[i]);
      if (!id || *id != group.id) continue;
      group = plan->output[i];
      shown = true;
    }
    if (shown) continue;
    step.expressions.push_back(plan::column(group, plan->span));
    plan->output.push_back(group);
  }
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Aggregate& step) {
  Answer groups = apply(step.input);
  if (!groups) return groups;
  const bool one_row = step.keys.empty();
  for (const plan::Column& group : *groups) {
    const bool is_key =
        std::any_of(step.keys.begin(), step.keys.end(),
                    [&](const plan::Expression& key) { return plan::column_of(key) == group.id; });
    if (is_key) continue;
    const auto at = static_cast<std::ptrdiff_t>(step.keys.size());
    plan->output.insert(plan->output.begin() + at, group);
    step.keys.push_back(plan::column(group, plan->span));
  }
  for (size_t i = 0; i < step.keys.size(); ++i) {
    for (plan::Column& group : *groups) {
      if (plan::column_of(step.keys[i]) == group.id) group = plan->output[i];
    }
  }
  if (one_row && all_groups_) add_empty_groups(plan, *groups);
  return groups;
}

/// Groups all of whose rows are gone still have one row: `summarize count()` of nothing is 0.
void PerGroup::add_empty_groups(plan::Plan& plan, plan::Schema& groups) {
  const Span span = plan->span;
  auto& aggregate = std::get<plan::Aggregate>(plan->step);
  plan::Plan all = all_groups_();
  const plan::Schema all_columns = all->output;
  plan::Schema shown;
  std::vector<plan::Expression> expressions;
  // Null where the group had no rows; a text is never null.
  const bool text = groups[0].type == Type::String;
  const plan::Column there = text ? binder_.fresh("$there", Type::Bool) : groups[0];
  for (plan::AggregateCall& call : aggregate.aggregates) {
    const std::vector<Value> nothing = results_of_nothing(call);
    for (size_t i = 0; i < call.results.size(); ++i) {
      plan::Column& result = call.results[i];
      shown.push_back(result);
      const plan::Column counted = binder_.fresh(result.name, result.type);
      for (plan::Column& column : plan->output) {
        if (column.id == result.id) column = counted;
      }
      result = counted;
      plan::Expression value = plan::column(counted, span);
      if (!nothing[i].is_null()) {
        std::vector<plan::Expression> group;
        group.push_back(plan::column(there, span));
        std::vector<plan::Expression> choice;
        choice.push_back(binder_.call("isnull", std::move(group), span, Type::Bool));
        choice.push_back(plan::constant(nothing[i], span));
        choice.push_back(std::move(value));
        value = binder_.call("iff", std::move(choice), span, result.type);
      }
      expressions.push_back(std::move(value));
    }
  }
  if (text) {
    plan::Schema columns = plan->output;
    std::vector<plan::Expression> marked;
    for (const plan::Column& column : columns) marked.push_back(plan::column(column, span));
    columns.push_back(there);
    marked.push_back(plan::constant(Value::boolean(true), span));
    plan = plan::make(plan::Project{std::move(plan), std::move(marked)}, std::move(columns), span);
  }
  plan::Join join{.kind = plan::JoinKind::LeftOuter};
  if (!leaf_in_order_) join_groups(join, all_columns, groups, span);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (leaf_in_order_) {  // rows are numbered: no group is null
      join.left_keys.push_back(plan::column(all_columns[i], span));
      join.right_keys.push_back(plan::column(groups[i], span));
    }
    shown.push_back(all_columns[i]);
    expressions.push_back(plan::column(all_columns[i], span));
  }
  plan::Schema output = all_columns;
  output.insert(output.end(), plan->output.begin(), plan->output.end());
  join.left = std::move(all);
  join.right = std::move(plan);
  plan = plan::make(std::move(join), std::move(output), span);
  plan = plan::make(plan::Project{std::move(plan), std::move(expressions)}, std::move(shown), span);
  groups = all_columns;
}

plan::Plan PerGroup::order_by_group(plan::Plan input, const plan::Schema& groups,
                                    std::vector<plan::Sort::Key> keys, Span span) {
  plan::Sort sort;
  for (const plan::Column& group : groups) {
    sort.keys.push_back({plan::column(group, span), false, true});
  }
  for (plan::Sort::Key& key : keys) sort.keys.push_back(std::move(key));
  plan::Schema output = input->output;
  sort.input = std::move(input);
  return plan::make(std::move(sort), std::move(output), span);
}

plan::Plan PerGroup::add_neighbours(plan::Plan input, const plan::Schema& groups,
                                    std::string_view function, const plan::Expression& offset,
                                    plan::Schema& neighbours, Span span) {
  plan::Window window;
  plan::Schema output = input->output;
  for (const plan::Column& group : groups) {
    neighbours.push_back(binder_.fresh("$neighbour", group.type));
    std::vector<plan::Expression> arguments;
    arguments.push_back(plan::column(group, span));
    arguments.push_back(offset);
    window.calls.push_back({std::string(function), std::move(arguments), neighbours.back()});
    output.push_back(neighbours.back());
  }
  window.input = std::move(input);
  return plan::make(std::move(window), std::move(output), span);
}

plan::Expression PerGroup::differs(const plan::Schema& groups, const plan::Schema& neighbours,
                                   Span span) {
  std::vector<plan::Expression> conditions;
  for (size_t i = 0; i < groups.size(); ++i) {
    std::vector<plan::Expression> pair;
    pair.push_back(plan::column(groups[i], span));
    pair.push_back(plan::column(neighbours[i], span));
    conditions.push_back(binder_.call("!=", std::move(pair), span, Type::Bool));
  }
  return binder_.any_of(std::move(conditions));
}

plan::Plan PerGroup::first_rows(plan::Plan input, const plan::Schema& groups, int64_t rows,
                                Span span) {
  const plan::Schema columns = input->output;
  plan::Schema before;
  const plan::Expression one = plan::constant(Value::int64(1), span);
  input = add_neighbours(std::move(input), groups, "prev", one, before, span);
  plan::Window window;
  const plan::Column number = binder_.fresh("$number", Type::Long);
  std::vector<plan::Expression> arguments;
  arguments.push_back(one);
  arguments.push_back(differs(groups, before, span));
  window.calls.push_back({"row_number", std::move(arguments), number});
  plan::Schema output = input->output;
  output.push_back(number);
  window.input = std::move(input);
  plan::Plan numbered = plan::make(std::move(window), output, span);
  std::vector<plan::Expression> pair;
  pair.push_back(plan::column(number, span));
  pair.push_back(plan::constant(Value::int64(rows), span));
  plan::Expression first = binder_.call("<=", std::move(pair), span, Type::Bool);
  plan::Plan kept =
      plan::make(plan::Filter{std::move(numbered), std::move(first)}, std::move(output), span);
  return with_columns(std::move(kept), columns, span);
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Sort& step) {
  Answer groups = apply(step.input);
  if (!groups) return groups;
  const Span span = plan->span;
  const std::optional<int64_t> limit = step.limit;
  plan::Plan ordered = order_by_group(std::move(step.input), *groups, std::move(step.keys), span);
  plan = limit ? first_rows(std::move(ordered), *groups, *limit, span) : std::move(ordered);
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Limit& step) {
  Answer groups = apply(step.input);
  if (!groups) return groups;
  const Span span = plan->span;
  const int64_t rows = step.rows;
  // An order that was asked for below is already one by group.
  const bool ordered = std::holds_alternative<plan::Sort>(step.input->step);
  plan::Plan input =
      ordered ? std::move(step.input) : order_by_group(std::move(step.input), *groups, {}, span);
  plan = first_rows(std::move(input), *groups, rows, span);
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Window& step) {
  Answer groups = apply(step.input);
  if (!groups) return groups;
  const Span span = plan->span;
  const plan::Expression one = plan::constant(Value::int64(1), span);
  plan::Schema columns = plan->output;
  add_missing(columns, *groups);
  if (!in_group_order(*step.input)) {
    step.input = order_by_group(std::move(step.input), *groups, {}, span);
  }
  plan::Schema before;
  plan::Plan input = add_neighbours(std::move(step.input), *groups, "prev", one, before, span);
  const plan::Expression new_group = differs(*groups, before, span);
  std::vector<plan::Window::Call> calls = std::move(step.calls);
  struct Mask {
    plan::ColumnId shown;        // the column that others read
    plan::Column neighbour;      // the value of the neighbouring row, of whatever group
    plan::Expression elsewhere;  // is that row in another group?
    plan::Expression otherwise;
  };
  std::vector<Mask> masks;
  for (plan::Window::Call& call : calls) {
    if (call.function == "prev" || call.function == "next") {
      const plan::Expression offset = call.arguments.size() > 1 ? call.arguments[1] : one;
      plan::Expression otherwise = call.arguments.size() > 2
                                       ? call.arguments[2]
                                       : plan::constant(Value::null(call.result.type), span);
      plan::Schema beyond;
      input = add_neighbours(std::move(input), *groups, call.function, offset, beyond, span);
      const plan::Column neighbour = binder_.fresh(call.result.name, call.result.type);
      masks.push_back({call.result.id, neighbour, differs(*groups, beyond, span),
                       binder_.convert(std::move(otherwise), neighbour.type)});
      call.result = neighbour;
      continue;
    }
    const size_t restart = call.function == "row_window_session" ? 3 : 1;
    if (call.function == "row_number" && call.arguments.empty()) call.arguments.push_back(one);
    if (call.arguments.size() > restart) {
      std::vector<plan::Expression> either;
      either.push_back(std::move(call.arguments[restart]));
      either.push_back(new_group);
      call.arguments[restart] = binder_.any_of(std::move(either));
    } else {
      call.arguments.push_back(new_group);
    }
  }
  plan::Schema output = input->output;
  for (const plan::Window::Call& call : calls) output.push_back(call.result);
  plan::Plan computed =
      plan::make(plan::Window{std::move(input), std::move(calls)}, std::move(output), span);
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : columns) {
    const auto mask = std::find_if(masks.begin(), masks.end(),
                                   [&](const Mask& entry) { return entry.shown == column.id; });
    if (mask == masks.end()) {
      expressions.push_back(plan::column(column, span));
      continue;
    }
    std::vector<plan::Expression> choice;
    choice.push_back(mask->elsewhere);
    choice.push_back(mask->otherwise);
    choice.push_back(plan::column(mask->neighbour, span));
    expressions.push_back(binder_.call("iff", std::move(choice), span, column.type));
  }
  plan = plan::make(plan::Project{std::move(computed), std::move(expressions)}, std::move(columns),
                    span);
  return groups;
}

}  // namespace vedette::binding
