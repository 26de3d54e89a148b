// Steps that need all of their input: aggregate, sort, join, window; and those that multiply rows.
#include "compiler/lower/lowering.h"
#include "runtime/exec/aggregate.h"
#include "runtime/exec/apply.h"
#include "runtime/exec/expand.h"
#include "runtime/exec/join.h"
#include "runtime/exec/parse.h"
#include "runtime/exec/sort.h"
#include "runtime/exec/window.h"

namespace vedette::lowering {
namespace {

using plan::Expression;

exec::JoinKind join_kind(plan::JoinKind kind) {
  switch (kind) {
    case plan::JoinKind::InnerUnique:
      return exec::JoinKind::InnerUnique;
    case plan::JoinKind::Inner:
      return exec::JoinKind::Inner;
    case plan::JoinKind::LeftOuter:
      return exec::JoinKind::LeftOuter;
    case plan::JoinKind::RightOuter:
      return exec::JoinKind::RightOuter;
    case plan::JoinKind::FullOuter:
      return exec::JoinKind::FullOuter;
    case plan::JoinKind::LeftSemi:
      return exec::JoinKind::LeftSemi;
    case plan::JoinKind::LeftAnti:
      return exec::JoinKind::LeftAnti;
    case plan::JoinKind::RightSemi:
      return exec::JoinKind::RightSemi;
    case plan::JoinKind::RightAnti:
      return exec::JoinKind::RightAnti;
  }
  return exec::JoinKind::Inner;
}

// A side is built when it is so much smaller that giving up the order of the other side pays.
constexpr int64_t worth_building_left = 8;
constexpr int64_t small_side = 100'000;

bool build_left(plan::JoinKind kind, int64_t left, int64_t right) {
  if (kind == plan::JoinKind::InnerUnique) return true;
  if (kind == plan::JoinKind::RightSemi || kind == plan::JoinKind::RightAnti) {
    return right > small_side || right >= left;
  }
  return right > small_side && left < right / worth_building_left;
}

}  // namespace

Open Lowering::lower_aggregate(const plan::Aggregate& step, const plan::Node& node) {
  exec::AggregateParameters parameters;
  std::vector<Expression> expressions;
  std::vector<std::optional<plan::ColumnId>> names;
  const auto add = [&](const Expression& expression) {
    expressions.push_back(expression);
    names.push_back(std::nullopt);
    return static_cast<uint32_t>(expressions.size() - 1);
  };
  for (const Expression& key : step.keys) {
    parameters.keys.push_back(add(key));
    parameters.key_types.push_back(key.type);
  }
  for (const plan::AggregateCall& call : step.aggregates) {
    exec::AggregateParameters::Call lowered{.body = call.body,
                                            .name = std::string(call.function->name)};
    for (const Expression& argument : call.arguments) {
      lowered.arguments.push_back(add(argument));
      lowered.argument_types.push_back(argument.type);
    }
    for (const Expression& condition : call.condition) lowered.condition = add(condition);
    for (const auto& result : call.results) lowered.results.push_back(result.type);
    parameters.calls.push_back(std::move(lowered));
  }
  Open input = lower_over(*step.input, expressions, names);
  auto groups = std::make_shared<exec::Groups>(std::move(parameters));
  finish(std::move(input.flow), std::make_shared<exec::AggregateSink>(groups));
  Open open{.flow = {.source = std::make_unique<exec::GroupSource>(groups)},
            .rows = step.keys.empty() ? 1 : input.rows / 10 + 1};
  for (size_t i = 0; i < step.keys.size(); ++i) open.add(node.output[i].id, step.keys[i].type);
  for (const plan::AggregateCall& call : step.aggregates) {
    for (const auto& result : call.results) open.add(result.id, result.type);
  }
  return open;
}

Open Lowering::lower_sort(const plan::Sort& step, const plan::Node& node) {
  std::vector<Expression> computed;
  exec::SortParameters parameters{.limit = step.limit,
                                  .output_columns = static_cast<uint32_t>(node.output.size())};
  for (const auto& key : step.keys) {
    auto column = static_cast<uint32_t>(node.output.size() + computed.size());
    const auto id = plan::column_of(key.expression);
    for (uint32_t i = 0; i < node.output.size() && id; ++i) {
      if (node.output[i].id == *id) column = i;
    }
    if (column >= node.output.size()) computed.push_back(key.expression);
    parameters.keys.push_back({column, key.descending, key.nulls_first});
  }
  std::vector<Expression> expressions;
  std::vector<std::optional<plan::ColumnId>> names;
  for (const auto& column : node.output) {
    expressions.push_back(plan::column(column));
    names.push_back(column.id);
  }
  for (Expression& key : computed) {
    expressions.push_back(std::move(key));
    names.push_back(std::nullopt);
  }
  Open input = lower_over(*step.input, expressions, names);
  parameters.types = input.types;
  auto sorted = std::make_shared<exec::SortedRows>(std::move(parameters));
  finish(std::move(input.flow), std::make_shared<exec::SortSink>(sorted));
  Open open{.flow = {.source = std::make_unique<exec::SortedSource>(sorted)},
            .rows = step.limit ? std::min(*step.limit, input.rows) : input.rows};
  for (const auto& column : node.output) open.add(column.id, column.type);
  return open;
}

Open Lowering::lower_join(const plan::Join& step) {
  Open left = lower_columns(*step.left, step.left_keys);
  Open right = lower_columns(*step.right, step.right_keys);
  exec::JoinParameters parameters{
      .kind = join_kind(step.kind),
      .build_left = build_left(step.kind, left.rows, right.rows),
      .left_types = left.types,
      .right_types = right.types,
      .left_columns = static_cast<uint32_t>(step.left->output.size()),
      .right_columns = static_cast<uint32_t>(step.right->output.size()),
      .counts_copies = step.copies.has_value()};
  for (uint32_t i = 0; i < step.left_keys.size(); ++i) {
    parameters.left_keys.push_back(parameters.left_columns + i);
    parameters.right_keys.push_back(parameters.right_columns + i);
  }
  const bool keeps_left =
      step.kind != plan::JoinKind::RightSemi && step.kind != plan::JoinKind::RightAnti;
  const bool keeps_right =
      step.kind != plan::JoinKind::LeftSemi && step.kind != plan::JoinKind::LeftAnti;
  Open open{.rows = std::max(left.rows, right.rows)};
  if (keeps_left) {
    for (const auto& column : step.left->output) open.add(column.id, column.type);
  }
  if (keeps_right) {
    for (const auto& column : step.right->output) open.add(column.id, column.type);
  }
  if (step.copies) open.add(step.copies->id, step.copies->type);
  const bool left_is_built = parameters.build_left;
  auto join = std::make_shared<exec::Join>(std::move(parameters));
  finish(std::move(left_is_built ? left.flow : right.flow),
         std::make_shared<exec::JoinBuildSink>(join));
  open.flow = std::move(left_is_built ? right.flow : left.flow);
  open.flow.stages.push_back(std::make_unique<exec::JoinProbeStage>(join));
  return open;
}

Open Lowering::lower_expand(const plan::Expand& step, const plan::Node& node) {
  using Output = exec::ExpandParameters::Output;
  std::vector<Expression> sources;
  exec::ExpandParameters parameters{.bags_as_arrays = step.bags_as_arrays, .limit = step.limit};
  const auto columns = static_cast<uint32_t>(step.input->output.size());
  for (const auto& item : step.items) {
    parameters.items.push_back({columns + static_cast<uint32_t>(sources.size()), item.result.type});
    sources.push_back(item.source);
  }
  Open input = lower_columns(*step.input, sources);
  Open open{.rows = input.rows * 4};
  for (const auto& column : node.output) {
    Output output{Output::What::Column};
    for (uint32_t i = 0; i < step.items.size(); ++i) {
      if (step.items[i].result.id == column.id) output = {Output::What::Item, i};
    }
    if (step.index && step.index->id == column.id) output = {Output::What::Index};
    for (uint32_t i = 0; i < columns; ++i) {
      if (step.input->output[i].id == column.id) output = {Output::What::Column, i};
    }
    parameters.outputs.push_back(output);
    open.add(column.id, column.type);
  }
  input.flow.stages.push_back(std::make_unique<exec::ExpandStage>(std::move(parameters)));
  open.flow = std::move(input.flow);
  return open;
}

Open Lowering::lower_parse(const plan::Parse& step) {
  Open open = lower_columns(*step.input, {step.source});
  exec::ParseParameters parameters{
      .source = static_cast<uint32_t>(open.columns.size() - 1),
      .mode = step.mode == plan::Parse::Mode::Simple    ? exec::ParseParameters::Mode::Simple
              : step.mode == plan::Parse::Mode::Relaxed ? exec::ParseParameters::Mode::Relaxed
                                                        : exec::ParseParameters::Mode::Regex,
      .regex_flags = step.regex_flags,
      .drop_failures = step.drop_failures};
  for (const auto& part : step.parts) {
    parameters.parts.push_back({part.star, part.text});
    if (!part.result) continue;
    parameters.parts.back().result = part.result->type;
    open.add(part.result->id, part.result->type);
  }
  open.flow.stages.push_back(std::make_unique<exec::ParseStage>(std::move(parameters)));
  return open;
}

Open Lowering::lower_apply(const plan::Apply& step, const plan::Node& node) {
  std::vector<std::shared_ptr<const exec::Rows>> inputs;
  Open open;
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    Open input = lower_over(*step.inputs[i], step.arguments[i],
                            std::vector<std::optional<plan::ColumnId>>(step.arguments[i].size()));
    open.rows += input.rows;
    auto rows = std::make_shared<exec::Rows>();
    rows->types = input.types;
    finish(std::move(input.flow), std::make_shared<exec::BufferSink>(rows));
    inputs.push_back(std::move(rows));
  }
  std::vector<exec::AdaptiveProgram> programs;
  for (const Expression& expression : step.expressions) {
    ProgramBuilder builder;
    Registers registers;
    const plan::ColumnSet read = plan::columns_of(expression);
    for (uint32_t k = 0; k < step.scope.size(); ++k) {
      const plan::Column& column = step.scope[k];
      if (read.contains(column.id)) registers[column.id] = builder.load(k, column.type);
    }
    builder.result(lower_expression(expression, registers, builder));
    programs.push_back(environment_.adapt(builder.take(), open.rows));
  }
  std::vector<Type> types;
  for (const auto& column : node.output) {
    open.add(column.id, column.type);
    types.push_back(column.type);
  }
  open.flow.source = std::make_unique<exec::ApplySource>(step.function, std::move(inputs),
                                                         std::move(types), std::move(programs));
  return open;
}

Open Lowering::lower_window(const plan::Window& step) {
  std::vector<Expression> arguments;
  std::vector<exec::WindowCall> calls;
  const auto columns = static_cast<uint32_t>(step.input->output.size());
  for (const auto& call : step.calls) {
    const auto function = exec::window_function(call.function);
    check(function.has_value(), "the binder knows the functions of row order");
    exec::WindowCall lowered{.function = *function, .result = call.result.type};
    for (const Expression& argument : call.arguments) {
      lowered.arguments.push_back(columns + static_cast<uint32_t>(arguments.size()));
      arguments.push_back(argument);
    }
    calls.push_back(std::move(lowered));
  }
  Open input = lower_columns(*step.input, arguments);
  auto rows = std::make_shared<exec::Rows>();
  rows->types = input.types;
  Open open{.rows = input.rows};
  finish(std::move(input.flow), std::make_shared<exec::BufferSink>(rows));
  for (const auto& column : step.input->output) open.add(column.id, column.type);
  for (const auto& call : step.calls) open.add(call.result.id, call.result.type);
  open.flow.source = std::make_unique<exec::WindowSource>(rows, columns, std::move(calls));
  return open;
}

}  // namespace vedette::lowering
