#include "compiler/lower/lower.h"

#include "compiler/lower/lowering.h"
#include "runtime/exec/sample.h"
#include "runtime/exec/scan.h"
#include "runtime/exec/select_columns.h"

namespace vedette {

Lowered lower(const plan::QueryPlan& query, const LowerEnvironment& environment) {
  lowering::Lowering state(environment);
  Lowered lowered;
  for (const auto& output : query.outputs) {
    lowered.outputs.push_back(state.lower_output(*output.plan));
  }
  lowered.pipelines = state.take();
  return lowered;
}

}  // namespace vedette

namespace vedette::lowering {
namespace {

using plan::Expression;

// The share of rows a filter is taken to let through.
constexpr int64_t filter_divisor = 4;

struct Chain {
  const plan::Node* base;
  std::vector<const plan::Node*> steps;  // filters and projections, the lowest first
};

// The filters and projections on top of a plan, and what they stand on.
Chain chain_of(const plan::Node& node) {
  Chain chain{&node, {}};
  while (true) {
    const plan::Node* below = nullptr;
    if (const auto* filter = std::get_if<plan::Filter>(&chain.base->step)) {
      below = filter->input.get();
    } else if (const auto* project = std::get_if<plan::Project>(&chain.base->step)) {
      below = project->input.get();
    } else {
      break;
    }
    chain.steps.insert(chain.steps.begin(), chain.base);
    chain.base = below;
  }
  return chain;
}

bool only_loads(const Program& program, size_t input_columns) {
  if (program.results.size() != input_columns) return false;
  for (size_t i = 0; i < program.results.size(); ++i) {
    bool same = false;
    for (const auto& step : program.steps) {
      const auto* load = std::get_if<Program::Load>(&step.work);
      if (load == nullptr) return false;
      if (step.target == program.results[i]) same = load->column == i;
    }
    if (!same) return false;
  }
  return true;
}

}  // namespace

void Lowering::finish(exec::Flow flow, std::shared_ptr<exec::Sink> sink) {
  pipelines_.push_back({std::move(flow), std::move(sink)});
}

Open Lowering::lower_over(const plan::Node& node, const std::vector<Expression>& expressions,
                          const std::vector<std::optional<plan::ColumnId>>& names) {
  Chain chain = chain_of(node);
  // Filters right above a scan run inside it, before it reads what only others need.
  std::vector<const Expression*> filters;
  size_t next = 0;
  if (std::holds_alternative<plan::Scan>(chain.base->step)) {
    for (; next < chain.steps.size(); ++next) {
      const auto* filter = std::get_if<plan::Filter>(&chain.steps[next]->step);
      if (filter == nullptr) break;
      filters.push_back(&filter->predicate);
    }
  }
  Open open = filters.empty()
                  ? lower_node(*chain.base)
                  : lower_scan(std::get<plan::Scan>(chain.base->step), *chain.base, filters);
  ProgramBuilder builder;
  Registers registers;
  for (uint32_t i = 0; i < open.columns.size(); ++i) {
    if (open.columns[i]) registers[*open.columns[i]] = builder.load(i, open.types[i]);
  }
  int64_t rows = open.rows;
  for (; next < chain.steps.size(); ++next) {
    const plan::Node& step = *chain.steps[next];
    if (const auto* filter = std::get_if<plan::Filter>(&step.step)) {
      for (const Expression& conjunct : plan::split_conjunction(filter->predicate)) {
        builder.narrow(lower_expression(conjunct, registers, builder));
      }
      rows = rows / filter_divisor + 1;
      continue;
    }
    const auto& project = std::get<plan::Project>(step.step);
    Registers computed;
    for (size_t i = 0; i < project.expressions.size(); ++i) {
      computed[step.output[i].id] = lower_expression(project.expressions[i], registers, builder);
    }
    registers = std::move(computed);
  }
  Open result{.rows = rows};
  for (size_t i = 0; i < expressions.size(); ++i) {
    builder.result(lower_expression(expressions[i], registers, builder));
    result.add(names[i], expressions[i].type);
  }
  Program program = builder.take();
  if (!only_loads(program, open.columns.size())) {
    open.flow.stages.push_back(std::make_unique<exec::FilterProjectStage>(
        environment_.adapt(std::move(program), open.rows)));
  }
  result.flow = std::move(open.flow);
  return result;
}

Open Lowering::lower_columns(const plan::Node& node, const std::vector<Expression>& more) {
  std::vector<Expression> expressions;
  std::vector<std::optional<plan::ColumnId>> names;
  for (const auto& column : node.output) {
    expressions.push_back(plan::column(column));
    names.push_back(column.id);
  }
  for (const Expression& expression : more) {
    expressions.push_back(expression);
    names.push_back(std::nullopt);
  }
  return lower_over(node, expressions, names);
}

Open Lowering::keep(Open open, std::optional<int64_t> limit) {
  auto rows = std::make_shared<exec::Rows>();
  rows->types = open.types;
  finish(std::move(open.flow), std::make_shared<exec::BufferSink>(rows, limit));
  open.flow = {.source = std::make_unique<exec::BufferSource>(rows)};
  if (limit) open.rows = std::min(open.rows, *limit);
  return open;
}

std::shared_ptr<exec::Rows> Lowering::lower_output(const plan::Node& node) {
  const auto* limit = std::get_if<plan::Limit>(&node.step);
  Open open = lower_columns(limit == nullptr ? node : *limit->input);
  auto rows = std::make_shared<exec::Rows>();
  rows->types = open.types;
  std::optional<int64_t> most;
  if (limit != nullptr) most = limit->rows;
  finish(std::move(open.flow), std::make_shared<exec::BufferSink>(rows, most));
  return rows;
}

Open Lowering::lower_node(const plan::Node& node) {
  return std::visit(plan::Overloaded{
                        [&](const plan::Scan& step) { return lower_scan(step, node, {}); },
                        [&](const plan::Fetch& step) { return lower_fetch(step, node); },
                        [&](const plan::External& step) { return lower_external(step, node); },
                        [&](const plan::Values& step) { return lower_values(step, node); },
                        [&](const plan::Range& step) { return lower_range(step, node); },
                        [&](const plan::Filter&) { return lower_columns(node); },
                        [&](const plan::Project&) { return lower_columns(node); },
                        [&](const plan::Aggregate& step) { return lower_aggregate(step, node); },
                        [&](const plan::Sort& step) { return lower_sort(step, node); },
                        [&](const plan::Limit& step) { return lower_limit(step); },
                        [&](const plan::Join& step) { return lower_join(step); },
                        [&](const plan::Union& step) { return lower_union(step, node); },
                        [&](const plan::Expand& step) { return lower_expand(step, node); },
                        [&](const plan::Parse& step) { return lower_parse(step); },
                        [&](const plan::Window& step) { return lower_window(step); },
                        [&](const plan::Sample& step) { return lower_sample(step); },
                        [&](const plan::Apply& step) { return lower_apply(step, node); },
                        [&](const plan::Shared& step) { return lower_shared(step, node); },
                    },
                    node.step);
}

Open Lowering::lower_limit(const plan::Limit& step) {
  return keep(lower_columns(*step.input), step.rows);
}

Open Lowering::lower_sample(const plan::Sample& step) {
  Open open = lower_columns(*step.input);
  auto rows = std::make_shared<exec::Rows>();
  rows->types = open.types;
  finish(std::move(open.flow), std::make_shared<exec::SampleSink>(rows, step.rows));
  open.flow = {.source = std::make_unique<exec::BufferSource>(rows)};
  open.rows = step.rows;
  return open;
}

Open Lowering::lower_shared(const plan::Shared& step, const plan::Node& node) {
  auto found = shared_.find(step.id);
  if (found == shared_.end()) {
    Open open = lower_columns(*step.input);
    auto rows = std::make_shared<exec::Rows>();
    rows->types = open.types;
    const int64_t estimate = open.rows;
    finish(std::move(open.flow), std::make_shared<exec::BufferSink>(rows));
    found = shared_.emplace(step.id, Kept{rows, estimate}).first;
  }
  Open open{.flow = {.source = std::make_unique<exec::BufferSource>(found->second.rows)},
            .rows = found->second.estimate};
  for (const auto& column : node.output) open.add(column.id, column.type);
  return open;
}

Open Lowering::lower_union(const plan::Union& step, const plan::Node& node) {
  Open open;
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    Open input = lower_columns(*step.inputs[i]);
    std::vector<exec::SelectColumnsStage::Column> select;
    for (size_t k = 0; k < node.output.size(); ++k) {
      std::optional<uint32_t> from;
      for (uint32_t at = 0; at < input.columns.size() && step.columns[i][k]; ++at) {
        if (input.columns[at] == step.columns[i][k]) from = at;
      }
      select.push_back({from, node.output[k].type});
    }
    input.flow.stages.push_back(std::make_unique<exec::SelectColumnsStage>(std::move(select)));
    open.flow.inputs.push_back(std::move(input.flow));
    open.rows += input.rows;
  }
  for (const auto& column : node.output) open.add(column.id, column.type);
  return open;
}

}  // namespace vedette::lowering
