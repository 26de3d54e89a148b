#include "compiler/optimize/rules.h"

namespace vedette::optimize {
namespace {

using plan::ColumnSet;
using plan::Expression;
using plan::Plan;

ColumnSet ids_of(const plan::Schema& schema) {
  ColumnSet ids;
  for (const auto& column : schema) ids.insert(column.id);
  return ids;
}

bool reads_only(const Expression& expression, const ColumnSet& columns) {
  for (const auto id : plan::columns_of(expression)) {
    if (!columns.contains(id)) return false;
  }
  return true;
}

// The conjuncts pushed into `input`, which now stands below them.
void push_into(Plan& input, std::vector<Expression> conjuncts);

// Puts filters over `node`, the first conjunct lowest so that it runs first.
void put_above(Plan& node, std::vector<Expression> conjuncts) {
  for (Expression& conjunct : conjuncts) {
    const plan::Schema output = node->output;
    const Span span = conjunct.span;
    node = plan::make(plan::Filter{std::move(node), std::move(conjunct)}, output, span);
  }
}

// Splits `conjuncts` into those `may_pass` lets through (pushed into `input`) and the rest.
template <typename MayPass>
std::vector<Expression> push_some(Plan& input, std::vector<Expression> conjuncts,
                                  const MayPass& may_pass) {
  std::vector<Expression> pass, stay;
  for (Expression& conjunct : conjuncts) {
    (plan::is_pure(conjunct) && may_pass(conjunct) ? pass : stay).push_back(std::move(conjunct));
  }
  push_into(input, std::move(pass));
  return stay;
}

// A projection is crossed by putting its expressions in the place of its columns, when they are
// cheap (columns, constants, or used once anyway).
std::vector<Expression> cross_project(plan::Project& project, const plan::Schema& output,
                                      std::vector<Expression> conjuncts) {
  std::unordered_map<plan::ColumnId, const Expression*> replacements;
  ColumnSet crossable;
  for (size_t i = 0; i < output.size(); ++i) {
    const Expression& expression = project.expressions[i];
    replacements.emplace(output[i].id, &expression);
    if (plan::is_pure(expression)) crossable.insert(output[i].id);
  }
  std::vector<Expression> pass, stay;
  for (Expression& conjunct : conjuncts) {
    if (plan::is_pure(conjunct) && reads_only(conjunct, crossable)) {
      plan::substitute(conjunct, replacements);
      pass.push_back(std::move(conjunct));
    } else {
      stay.push_back(std::move(conjunct));
    }
  }
  push_into(project.input, std::move(pass));
  return stay;
}

std::vector<Expression> cross_union(plan::Union& step, const plan::Schema& output,
                                    std::vector<Expression> conjuncts) {
  std::vector<Expression> pass, stay;
  for (Expression& conjunct : conjuncts) {
    (plan::is_pure(conjunct) ? pass : stay).push_back(std::move(conjunct));
  }
  if (pass.empty()) return stay;
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    std::vector<Expression> sources;
    for (size_t k = 0; k < output.size(); ++k) {
      const auto& source = step.columns[i][k];
      sources.push_back(source ? Expression{Expression::ColumnRef{*source}, output[k].type}
                               : plan::constant(Value::null(output[k].type)));
    }
    std::unordered_map<plan::ColumnId, const Expression*> replacements;
    for (size_t k = 0; k < output.size(); ++k) replacements.emplace(output[k].id, &sources[k]);
    std::vector<Expression> copies = pass;
    for (Expression& copy : copies) plan::substitute(copy, replacements);
    push_into(step.inputs[i], std::move(copies));
  }
  return stay;
}

std::vector<Expression> cross_join(plan::Join& join, std::vector<Expression> conjuncts) {
  using plan::JoinKind;
  // A filter may move to a side only when that side's rows are never padded with nulls, and, for
  // innerunique, not to the left: it would change which row of a key is the one that is kept.
  const bool to_left = join.kind == JoinKind::Inner || join.kind == JoinKind::LeftOuter ||
                       join.kind == JoinKind::LeftSemi || join.kind == JoinKind::LeftAnti;
  const bool to_right = join.kind == JoinKind::Inner || join.kind == JoinKind::InnerUnique ||
                        join.kind == JoinKind::RightOuter || join.kind == JoinKind::RightSemi ||
                        join.kind == JoinKind::RightAnti;
  if (to_left) {
    const ColumnSet left = ids_of(join.left->output);
    conjuncts = push_some(join.left, std::move(conjuncts),
                          [&](const Expression& e) { return reads_only(e, left); });
  }
  if (to_right) {
    const ColumnSet right = ids_of(join.right->output);
    conjuncts = push_some(join.right, std::move(conjuncts),
                          [&](const Expression& e) { return reads_only(e, right); });
  }
  return conjuncts;
}

// Conjuncts over group keys filter rows before they are grouped. Without keys there is always one
// row, so nothing may move.
std::vector<Expression> cross_aggregate(plan::Aggregate& aggregate, const plan::Schema& output,
                                        std::vector<Expression> conjuncts) {
  if (aggregate.keys.empty()) return conjuncts;
  ColumnSet keys;
  std::unordered_map<plan::ColumnId, const Expression*> replacements;
  for (size_t i = 0; i < aggregate.keys.size(); ++i) {
    if (!plan::is_pure(aggregate.keys[i])) continue;
    keys.insert(output[i].id);
    replacements.emplace(output[i].id, &aggregate.keys[i]);
  }
  std::vector<Expression> pass, stay;
  for (Expression& conjunct : conjuncts) {
    if (plan::is_pure(conjunct) && reads_only(conjunct, keys)) {
      plan::substitute(conjunct, replacements);
      pass.push_back(std::move(conjunct));
    } else {
      stay.push_back(std::move(conjunct));
    }
  }
  push_into(aggregate.input, std::move(pass));
  return stay;
}

void push_into(Plan& input, std::vector<Expression> conjuncts) {
  if (conjuncts.empty()) return;
  auto& step = input->step;
  if (auto* filter = std::get_if<plan::Filter>(&step)) {
    // The filter below came first in the query; it keeps running first.
    std::vector<Expression> all = plan::split_conjunction(std::move(filter->predicate));
    for (Expression& conjunct : conjuncts) all.push_back(std::move(conjunct));
    Plan below = std::move(filter->input);
    input = std::move(below);
    return push_into(input, std::move(all));
  }
  if (auto* project = std::get_if<plan::Project>(&step)) {
    conjuncts = cross_project(*project, input->output, std::move(conjuncts));
  } else if (auto* sort = std::get_if<plan::Sort>(&step); sort != nullptr && !sort->limit) {
    conjuncts =
        push_some(sort->input, std::move(conjuncts), [](const Expression&) { return true; });
  } else if (auto* all = std::get_if<plan::Union>(&step)) {
    conjuncts = cross_union(*all, input->output, std::move(conjuncts));
  } else if (auto* join = std::get_if<plan::Join>(&step)) {
    conjuncts = cross_join(*join, std::move(conjuncts));
  } else if (auto* aggregate = std::get_if<plan::Aggregate>(&step)) {
    conjuncts = cross_aggregate(*aggregate, input->output, std::move(conjuncts));
  } else if (auto* expand = std::get_if<plan::Expand>(&step)) {
    const ColumnSet below = ids_of(expand->input->output);
    conjuncts = push_some(expand->input, std::move(conjuncts),
                          [&](const Expression& e) { return reads_only(e, below); });
  } else if (auto* parse = std::get_if<plan::Parse>(&step)) {
    const ColumnSet below = ids_of(parse->input->output);
    conjuncts = push_some(parse->input, std::move(conjuncts),
                          [&](const Expression& e) { return reads_only(e, below); });
  }
  put_above(input, std::move(conjuncts));
}

}  // namespace

void push_down_filters(plan::Plan& plan) {
  bottom_up(plan, [](Plan& node) {
    auto* filter = std::get_if<plan::Filter>(&node->step);
    if (filter == nullptr) return;
    std::vector<Expression> conjuncts = plan::split_conjunction(std::move(filter->predicate));
    Plan input = std::move(filter->input);
    push_into(input, std::move(conjuncts));
    node = std::move(input);
  });
}

}  // namespace vedette::optimize
