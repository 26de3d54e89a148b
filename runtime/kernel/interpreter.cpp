#include "runtime/kernel/interpreter.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/kernel/compiled_loop.h"

namespace vedette {
namespace {

// A dictionary that is this many times larger than the rows met so far is not worth a table yet.
constexpr uint64_t entries_per_row = 64;

}  // namespace

ProgramRunner::ProgramRunner(const Program& program, DictionaryCache* cache)
    : program_(program),
      cache_(cache),
      states_(program.steps.size()),
      registers_(program.types.size()),
      results_(program.results.size()) {
  std::vector<bool> constant(program.types.size());
  for (size_t at = 0; at < program.steps.size(); ++at) {
    const Program::Step& step = program.steps[at];
    if (const auto* value = std::get_if<Program::Constant>(&step.work)) {
      registers_[step.target] = constant_vector(value->value, constants_);
      registers_[step.target].type = program.types[step.target];
      constant[step.target] = true;
    } else if (const auto* call = std::get_if<Program::Call>(&step.work)) {
      states_[at].constant =
          call->purity != Purity::PerRow &&
          std::ranges::all_of(call->arguments, [&](Register r) { return constant[r]; });
      constant[step.target] = states_[at].constant;
    }
  }
}

ProgramRunner::~ProgramRunner() = default;

std::span<const Vector> ProgramRunner::run(Batch& batch, KernelContext& context) {
  context.arena = batch.arena;
  for (size_t at = 0; at < program_.steps.size(); ++at) {
    const Program::Step& step = program_.steps[at];
    if (const auto* load = std::get_if<Program::Load>(&step.work)) {
      registers_[step.target] = batch.columns[load->column];
    } else if (const auto* call = std::get_if<Program::Call>(&step.work)) {
      run_call(*call, states_[at], step.target, batch, context);
    } else if (const auto* narrow_by = std::get_if<Program::Narrow>(&step.work)) {
      narrow(registers_[narrow_by->condition], batch);
    } else if (const auto* fused = std::get_if<Program::Fused>(&step.work)) {
      run_fused(*fused, batch, context);
    }
    // Nothing is left; bodies have no rows to work on, but results must be vectors.
    if (batch.selection.count == 0) {
      for (size_t i = 0; i < results_.size(); ++i) {
        results_[i] = null_vector(program_.types[program_.results[i]]);
      }
      return results_;
    }
  }
  for (size_t i = 0; i < results_.size(); ++i) results_[i] = registers_[program_.results[i]];
  return results_;
}

void ProgramRunner::run_call(const Program::Call& call, StepState& state, Register target,
                             Batch& batch, KernelContext& context) {
  if (state.constant && state.done) return;
  arguments_.clear();
  bool all_constant = call.purity != Purity::PerRow;
  for (const Register argument : call.arguments) {
    arguments_.push_back(registers_[argument]);
    all_constant &= arguments_.back().shape == Shape::Constant;
  }
  Vector result{.type = program_.types[target]};
  if (all_constant) {
    Arena& arena = state.constant ? constants_ : *batch.arena;
    context.arena = &arena;
    vedette::Call evaluation{context, arguments_, {nullptr, 1}, 1, call.tool.get(), result};
    call.overload->evaluate(evaluation);
    context.arena = batch.arena;
    if (result.shape == Shape::Dictionary) result = flatten(result, {nullptr, 1}, 1, arena);
    result.shape = Shape::Constant;
    state.done = true;
  } else if (!run_by_entry(call, state, result, batch, context)) {
    vedette::Call evaluation{context,    arguments_,      batch.selection,
                             batch.rows, call.tool.get(), result};
    call.overload->evaluate(evaluation);
  }
  result.type = program_.types[target];
  registers_[target] = result;
}

bool ProgramRunner::run_by_entry(const Program::Call& call, StepState& state, Vector& result,
                                 Batch& batch, KernelContext& context) {
  if (cache_ == nullptr || call.purity == Purity::PerRow) return false;
  const Vector* coded = nullptr;
  for (const Vector& argument : arguments_) {
    if (argument.shape == Shape::Flat) return false;
    if (argument.shape == Shape::Constant) continue;
    if (coded != nullptr &&
        (coded->dictionary != argument.dictionary || coded->codes != argument.codes)) {
      return false;
    }
    coded = &argument;
  }
  if (coded == nullptr) return false;
  const Dictionary& dictionary = *coded->dictionary;
  const uint32_t* codes = coded->codes;
  if (state.dictionary != dictionary.id) {
    state.dictionary = dictionary.id;
    state.table = nullptr;
    state.rows_seen = 0;
  }
  state.rows_seen += batch.selection.count;
  if (state.table == nullptr) {
    if (state.rows_seen * entries_per_row < dictionary.size) return false;
    state.table = &cache_->table(call.id, dictionary, result.type);
    state.source = cache_->table_of(dictionary);
  }
  EntryTable& table = *state.table;
  claimed_.clear();
  awaited_.clear();
  table.claim(codes, batch.selection, claimed_, awaited_);
  if (!claimed_.empty()) evaluate_entries(call, table, context);
  if (!table.complete() && table.mostly_ready() &&
      (state.source == nullptr || state.source->complete())) {
    claimed_.clear();
    while (table.claim_rest(claimed_)) {
      evaluate_entries(call, table, context);
      claimed_.clear();
    }
  }
  table.await(awaited_);
  result.values = nullptr;
  result.validity = nullptr;
  if (result.type == Type::Bool && table.all_false()) {
    // What a search mostly finds: nothing.
    static constexpr uint8_t no = 0;
    result.shape = Shape::Constant;
    result.values = &no;
    return true;
  }
  result.shape = Shape::Dictionary;
  result.codes = codes;
  result.dictionary = &table.dictionary();
  return true;
}

void ProgramRunner::evaluate_entries(const Program::Call& call, EntryTable& table,
                                     KernelContext& context) {
  // The claimed entries are a batch of their own; its rows are codes like any others.
  for (Vector& argument : arguments_) {
    if (argument.shape == Shape::Dictionary) argument.codes = claimed_.data();
  }
  const auto count = static_cast<uint32_t>(claimed_.size());
  Vector answers{.type = table.dictionary().entries.type};
  vedette::Call evaluation{context, arguments_, {nullptr, count}, count, call.tool.get(), answers};
  call.overload->evaluate(evaluation);
  if (entries_ == nullptr) entries_ = &cache_->make_arena();
  table.publish(claimed_, answers, *entries_);
  const size_t bytes = entries_->reserved();
  const auto grown = static_cast<int64_t>(bytes - entries_bytes_);
  entries_bytes_ = bytes;
  cache_->report(grown, count);
}

void ProgramRunner::run_fused(const Program::Fused& fused, Batch& batch, KernelContext& context) {
  arguments_.clear();
  for (const Register argument : fused.arguments) arguments_.push_back(registers_[argument]);
  std::vector<Vector> results;
  for (const Register result : fused.results) results.push_back({.type = program_.types[result]});
  run_loop(*fused.loop, arguments_, results, fused.narrows, batch.rows, batch.selection,
           *context.arena);
  for (size_t i = 0; i < results.size(); ++i) registers_[fused.results[i]] = results[i];
}

void ProgramRunner::narrow(const Vector& condition, Batch& batch) {
  const Reader reader(condition);
  const Selection before = batch.selection;
  if (condition.shape == Shape::Constant) {
    if (!reader.valid(0) || reader.get<uint8_t>(0) == 0) batch.selection = {nullptr, 0};
    return;
  }
  uint16_t* rows = batch.arena->array<uint16_t>(before.count).data();
  uint32_t count = 0;
  const auto keep = [&](auto&& passes) {
    for_each_row(before, [&](uint32_t row) {
      rows[count] = static_cast<uint16_t>(row);
      count += passes(row) ? 1 : 0;
    });
  };
  if (condition.shape == Shape::Flat && condition.validity == nullptr) {
    const auto* values = condition.as<uint8_t>();
    keep([&](uint32_t row) { return values[row] != 0; });
  } else if (reader.all_valid()) {
    keep([&](uint32_t row) { return reader.get<uint8_t>(row) != 0; });
  } else {
    keep([&](uint32_t row) { return reader.get<uint8_t>(row) != 0 && reader.valid(row); });
  }
  if (count < before.count) batch.selection = {rows, count};
}

Value evaluate_constant(const Program& program, KernelContext& context) {
  Arena arena;
  Batch batch{.rows = 1, .selection = {nullptr, 1}, .columns = {}, .arena = &arena};
  ProgramRunner runner(program);
  const auto results = runner.run(batch, context);
  Value value = value_at(results[0], 0);
  context.arena = nullptr;
  return value;
}

}  // namespace vedette
