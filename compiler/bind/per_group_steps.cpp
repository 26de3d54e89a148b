// Steps with several inputs, and functions of whole tables, at work on each group by itself.
#include <algorithm>

#include "compiler/bind/per_group.h"
#include "compiler/plan/walk.h"
#include "runtime/tabular/by_group.h"

namespace vedette::binding {
namespace {

/// A value that stands for null where nulls must be equal.
Value stand_in(Type type) {
  switch (type) {
    case Type::Bool:
      return Value::boolean(false);
    case Type::Int:
      return Value::int32(0);
    case Type::Long:
      return Value::int64(0);
    case Type::Real:
      return Value::real(0);
    case Type::Decimal:
      return Value::decimal({});
    case Type::Datetime:
      return Value::datetime({});
    case Type::Timespan:
      return Value::timespan({});
    case Type::Guid:
      return Value::guid({});
    default:
      return Value::null(type);
  }
}

plan::Expression call_of_one(QueryBinder& binder, std::string_view name, const plan::Column& column,
                             Span span, Type type) {
  std::vector<plan::Expression> arguments;
  arguments.push_back(plan::column(column, span));
  return binder.call(name, std::move(arguments), span, type);
}

/// Does what a join answers depend on rows of its left side that have no partner?
bool keeps_left(plan::JoinKind kind) {
  using Kind = plan::JoinKind;
  return kind == Kind::LeftOuter || kind == Kind::FullOuter || kind == Kind::LeftSemi ||
         kind == Kind::LeftAnti;
}
bool keeps_right(plan::JoinKind kind) {
  using Kind = plan::JoinKind;
  return kind == Kind::RightOuter || kind == Kind::FullOuter || kind == Kind::RightSemi ||
         kind == Kind::RightAnti;
}

}  // namespace

bool PerGroup::contains_leaf(const plan::Node& plan) const {
  if (&plan == leaf_) return true;
  if (const auto* shared = std::get_if<plan::Shared>(&plan.step)) {
    return contains_leaf(*shared->input);
  }
  bool found = false;
  plan::for_each_input(plan,
                       [&](const plan::Plan& input) { found = found || contains_leaf(*input); });
  return found;
}

bool PerGroup::possible(const plan::Node& plan) const {
  if (&plan == leaf_) return true;
  bool reads_leaf = false;  // a subquery of an expression has one answer, not one a group
  plan::for_each_expression(plan, [&](const plan::Expression& expression) {
    plan::for_each_below(expression, [&](const plan::Expression& part) {
      const auto* subquery = std::get_if<plan::Expression::Subquery>(&part.node);
      reads_leaf = reads_leaf || (subquery != nullptr && contains_leaf(*subquery->plan));
    });
  });
  if (reads_leaf) return false;
  const auto all_inputs = [&] {
    bool all = true;
    plan::for_each_input(plan, [&](const plan::Plan& input) {
      all = all && contains_leaf(*input) && possible(*input);
    });
    return all;
  };
  return std::visit(
      plan::Overloaded{
          [&](const plan::Shared& step) { return possible(*step.input); },
          [&](const plan::Join& step) { return possible_join(step); },
          [&](const plan::Union& step) {
            return contains_leaf(plan) &&
                   std::all_of(step.inputs.begin(), step.inputs.end(), [&](const auto& input) {
                     return contains_leaf(*input) ? possible(*input) : all_groups_ != nullptr;
                   });
          },
          [&](const plan::Apply& step) {
            return !step.inputs.empty() && contains_leaf(*step.inputs[0]) &&
                   possible(*step.inputs[0]) &&
                   std::none_of(step.inputs.begin() + 1, step.inputs.end(),
                                [&](const plan::Plan& input) { return contains_leaf(*input); });
          },
          [&](const plan::Scan&) { return false; },
          [&](const plan::Fetch&) { return false; },
          [&](const plan::External&) { return false; },
          [&](const plan::Values&) { return false; },
          [&](const plan::Range&) { return false; },
          [&](const auto&) { return all_inputs(); },
      },
      plan.step);
}

bool PerGroup::possible_join(const plan::Join& step) const {
  const bool left = contains_leaf(*step.left), right = contains_leaf(*step.right);
  if (left && !possible(*step.left)) return false;
  if (right && !possible(*step.right)) return false;
  // Rows of a side that is the same for all groups may be missing a partner in each of them.
  return (left || right) && (left || !keeps_left(step.kind) || all_groups_) &&
         (right || !keeps_right(step.kind) || all_groups_);
}

bool PerGroup::in_group_order(const plan::Node& plan) const {
  if (&plan == leaf_) return leaf_in_order_;
  return std::visit(plan::Overloaded{
                        [](const plan::Sort&) { return true; },
                        [](const plan::Apply&) { return true; },
                        [&](const plan::Project& step) { return in_group_order(*step.input); },
                        [&](const plan::Filter& step) { return in_group_order(*step.input); },
                        [&](const plan::Window& step) { return in_group_order(*step.input); },
                        [&](const plan::Limit& step) { return in_group_order(*step.input); },
                        [&](const plan::Expand& step) { return in_group_order(*step.input); },
                        [&](const plan::Parse& step) { return in_group_order(*step.input); },
                        [](const auto&) { return false; },
                    },
                    plan.step);
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Sample& step) {
  // The first rows of each group in a random order.
  Answer groups = apply(step.input);
  if (!groups) return groups;
  const Span span = plan->span;
  const plan::Schema columns = step.input->output;
  const plan::Column random = binder_.fresh("$random", Type::Real);
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : columns) expressions.push_back(plan::column(column, span));
  expressions.push_back(binder_.call("rand", {}, span, Type::Real));
  plan::Schema with_random = columns;
  with_random.push_back(random);
  const int64_t rows = step.rows;
  plan::Plan input =
      plan::make(plan::Project{std::move(step.input), std::move(expressions)}, with_random, span);
  std::vector<plan::Sort::Key> keys;
  keys.push_back({plan::column(random, span), false, false});
  plan = first_rows(order_by_group(std::move(input), *groups, std::move(keys), span), *groups, rows,
                    span);
  std::vector<plan::Expression> kept;
  for (const plan::Column& column : columns) kept.push_back(plan::column(column, span));
  plan = plan::make(plan::Project{std::move(plan), std::move(kept)}, columns, span);
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Apply& step) {
  Answer groups = apply(step.inputs[0]);
  if (!groups) return groups;
  std::vector<plan::Expression> arguments;
  plan::Schema shown;
  for (const plan::Column& group : *groups) {
    arguments.push_back(plan::column(group, plan->span));
    shown.push_back(binder_.fresh(group.name, group.type));
  }
  for (plan::Expression& argument : step.arguments[0]) arguments.push_back(std::move(argument));
  step.arguments[0] = std::move(arguments);
  step.function = tabular::by_group(step.function, groups->size());
  plan->output.insert(plan->output.begin(), shown.begin(), shown.end());
  return shown;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Shared& step) {
  const Span span = plan->span;
  if (!shared_.contains(step.id)) {
    const plan::Schema columns = step.input->output;
    const bool is_leaf = step.input.get() == leaf_;
    auto inner = std::make_unique<plan::Node>(std::move(*step.input));
    Answer groups = groups_;
    if (is_leaf) {
      for (const plan::Column& group : groups_) {
        const bool there =
            std::any_of(inner->output.begin(), inner->output.end(),
                        [&](const plan::Column& column) { return column.id == group.id; });
        if (!there) inner->output.push_back(group);
      }
    } else {
      groups = apply(inner);
      if (!groups) return groups;
    }
    // The columns that uses know of stay where they are; the groups' come behind them.
    plan::Schema output = columns, shown;
    std::vector<plan::Expression> expressions;
    for (const plan::Column& column : columns) expressions.push_back(plan::column(column, span));
    for (const plan::Column& group : *groups) {
      expressions.push_back(plan::column(group, span));
      shown.push_back(binder_.fresh(group.name, group.type));
      output.push_back(shown.back());
    }
    *step.input = std::move(
        *plan::make(plan::Project{std::move(inner), std::move(expressions)}, output, span));
    shared_[step.id] = shown;
  }
  plan::Schema groups;
  for (const plan::Column& group : shared_[step.id]) {
    groups.push_back(binder_.fresh(group.name, group.type));
    plan->output.push_back(groups.back());
  }
  return groups;
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Union& step) {
  plan::Schema shown;
  for (const plan::Column& group : groups_) {
    shown.push_back(binder_.fresh(group.name, group.type));
    plan->output.push_back(shown.back());
  }
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    const Answer groups =
        contains_leaf(*step.inputs[i]) ? apply(step.inputs[i]) : for_each_group(step.inputs[i]);
    if (!groups) return groups;
    for (const plan::Column& group : *groups) step.columns[i].push_back(group.id);
  }
  return shown;
}

plan::Schema PerGroup::for_each_group(plan::Plan& plan) {
  const Span span = plan->span;
  plan::Plan all = all_groups_();
  const plan::Schema groups = all->output;
  plan::Join join{.kind = plan::JoinKind::Inner};
  join.left_keys.push_back(plan::constant(Value::int64(0), span));
  join.right_keys.push_back(plan::constant(Value::int64(0), span));
  plan::Schema output = plan->output;
  output.insert(output.end(), groups.begin(), groups.end());
  join.left = std::move(plan);
  join.right = std::move(all);
  plan = plan::make(std::move(join), std::move(output), span);
  return groups;
}

plan::Schema PerGroup::either(plan::Plan& plan, const plan::Schema& left,
                              const plan::Schema& right) {
  const Span span = plan->span;
  plan::Schema output = plan->output, groups;
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : output) expressions.push_back(plan::column(column, span));
  for (size_t i = 0; i < left.size(); ++i) {
    std::vector<plan::Expression> choice;
    choice.push_back(plan::column(left[i], span));
    choice.push_back(plan::column(right[i], span));
    expressions.push_back(binder_.call("coalesce", std::move(choice), span, left[i].type));
    groups.push_back(binder_.fresh(left[i].name, left[i].type));
    output.push_back(groups.back());
  }
  plan =
      plan::make(plan::Project{std::move(plan), std::move(expressions)}, std::move(output), span);
  return groups;
}

void PerGroup::join_groups(plan::Join& join, const plan::Schema& left, const plan::Schema& right,
                           Span span) {
  // Nulls never match in joins, but a group of nulls is a group.
  const auto add_keys = [&](const plan::Column& group, std::vector<plan::Expression>& keys) {
    if (group.type == Type::String) {
      keys.push_back(plan::column(group, span));
      return;
    }
    keys.push_back(call_of_one(binder_, "isnull", group, span, Type::Bool));
    std::vector<plan::Expression> choice;
    choice.push_back(plan::column(group, span));
    choice.push_back(plan::constant(stand_in(group.type), span));
    keys.push_back(binder_.call("coalesce", std::move(choice), span, group.type));
  };
  for (const plan::Column& group : left) add_keys(group, join.left_keys);
  for (const plan::Column& group : right) add_keys(group, join.right_keys);
}

PerGroup::Answer PerGroup::visit(plan::Plan& plan, plan::Join& step) {
  const Span span = plan->span;
  const bool of_left = contains_leaf(*step.left), of_right = contains_leaf(*step.right);
  const bool shows_left =
      step.kind != plan::JoinKind::RightSemi && step.kind != plan::JoinKind::RightAnti;
  const bool shows_right =
      step.kind != plan::JoinKind::LeftSemi && step.kind != plan::JoinKind::LeftAnti;
  Answer left, right;
  if (of_left && !(left = apply(step.left))) return std::nullopt;
  if (of_right && !(right = apply(step.right))) return std::nullopt;
  if (!left && keeps_left(step.kind)) left = for_each_group(step.left);
  if (!right && keeps_right(step.kind)) right = for_each_group(step.right);
  if (left && right) {
    join_groups(step, *left, *right, span);
  } else if (left && step.kind == plan::JoinKind::InnerUnique) {
    // One row of the left for each key and group.
    plan::Schema keys;
    const plan::Schema columns = step.left->output;
    plan::Schema with_keys = columns;
    std::vector<plan::Expression> expressions;
    for (const plan::Column& column : columns) expressions.push_back(plan::column(column, span));
    for (plan::Expression& key : step.left_keys) {
      keys.push_back(binder_.fresh("$key", key.type));
      with_keys.push_back(keys.back());
      expressions.push_back(std::exchange(key, plan::column(keys.back(), span)));
    }
    plan::Plan keyed =
        plan::make(plan::Project{std::move(step.left), std::move(expressions)}, with_keys, span);
    keys.insert(keys.begin(), left->begin(), left->end());
    step.left = first_rows(order_by_group(std::move(keyed), keys, {}, span), keys, 1, span);
    step.kind = plan::JoinKind::Inner;
  }
  plan::Schema output;
  if (shows_left) output = step.left->output;
  if (shows_right) {
    output.insert(output.end(), step.right->output.begin(), step.right->output.end());
  }
  const plan::JoinKind kind = step.kind;
  plan->output = std::move(output);
  if (kind == plan::JoinKind::FullOuter) return either(plan, *left, *right);
  return keeps_right(kind) || !left ? right : left;
}

}  // namespace vedette::binding
