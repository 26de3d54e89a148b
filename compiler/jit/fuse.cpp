#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "compiler/jit/jit.h"
#include "compiler/jit/loop.h"
#include "runtime/base/format.h"

namespace vedette {
namespace {

// A loop with more vectors than this would outgrow `run_loop`.
constexpr size_t most_vectors = 48;
constexpr size_t most_steps = 200;

bool fits_a_lane(Type type) {
  const Layout layout = layout_of(type);
  return type != Type::Error &&
         (layout == Layout::Byte || layout == Layout::Word || layout == Layout::Double);
}

bool is_symbolic(const Program& program, const Program::Step& step) {
  const auto* call = std::get_if<Program::Call>(&step.work);
  if (call == nullptr || call->overload->emit == nullptr ||
      !fits_a_lane(program.types[step.target]))
    return false;
  return std::all_of(call->arguments.begin(), call->arguments.end(),
                     [&](Register argument) { return fits_a_lane(program.types[argument]); });
}

bool is_free(const Program::Step& step) {
  return std::holds_alternative<Program::Load>(step.work) ||
         std::holds_alternative<Program::Constant>(step.work);
}

std::vector<Register> reads_of(const Program::Step& step) {
  if (const auto* call = std::get_if<Program::Call>(&step.work)) return call->arguments;
  if (const auto* narrow = std::get_if<Program::Narrow>(&step.work)) return {narrow->condition};
  if (const auto* fused = std::get_if<Program::Fused>(&step.work)) return fused->arguments;
  return {};
}

/// The steps `first .. end - 1` of a program as a loop; loads and constants among them stay
/// outside.
struct Run {
  size_t first, end;
  size_t work = 0;  // calls and narrows
};

// Maximal runs of symbolic calls and narrows over them, with loads and constants in between.
std::vector<Run> find_runs(const Program& program) {
  std::vector<Run> runs;
  std::unordered_set<Register> inside;
  Run open{0, 0};
  const auto close = [&] {
    if (open.work >= 2) runs.push_back(open);
    open.work = 0;
    inside.clear();
  };
  for (size_t i = 0; i < program.steps.size(); ++i) {
    const Program::Step& step = program.steps[i];
    const auto* narrow = std::get_if<Program::Narrow>(&step.work);
    const bool joins =
        is_symbolic(program, step) || (narrow != nullptr && inside.contains(narrow->condition));
    if (joins) {
      if (open.work == 0) open.first = i;
      ++open.work;
      open.end = i + 1;
      if (narrow == nullptr) inside.insert(step.target);
      if (open.work >= most_steps) close();
    } else if (!is_free(step)) {
      close();
    }
  }
  close();
  return runs;
}

jit::Loop loop_of(const Program& program, const Run& run) {
  jit::Loop loop{.types = &program.types};
  std::unordered_map<Register, const Value*> constants;
  for (const auto& step : program.steps) {
    const auto* constant = std::get_if<Program::Constant>(&step.work);
    if (constant != nullptr) constants.emplace(step.target, &constant->value);
  }
  std::unordered_set<Register> inside, seen;
  for (size_t i = run.first; i < run.end; ++i) {
    const Program::Step& step = program.steps[i];
    if (is_free(step)) continue;
    loop.steps.push_back(&step);
    for (Register read : reads_of(step)) {
      if (inside.contains(read) || !seen.insert(read).second) continue;
      const auto constant = constants.find(read);
      if (constant != constants.end())
        loop.constants.emplace_back(read, constant->second);
      else
        loop.arguments.push_back(read);
    }
    if (std::holds_alternative<Program::Narrow>(step.work))
      loop.narrows = true;
    else
      inside.insert(step.target);
  }
  std::unordered_set<Register> wanted(program.results.begin(), program.results.end());
  for (size_t i = run.end; i < program.steps.size(); ++i) {
    for (Register read : reads_of(program.steps[i])) wanted.insert(read);
  }
  for (const auto* step : loop.steps) {
    if (std::holds_alternative<Program::Narrow>(step->work)) continue;
    if (wanted.contains(step->target)) loop.results.push_back(step->target);
  }
  return loop;
}

std::string describe(const jit::Loop& loop) {
  std::string text;
  for (const auto* step : loop.steps) {
    if (!text.empty()) text += ", ";
    const auto* call = std::get_if<Program::Call>(&step->work);
    text += call == nullptr ? "keep" : std::string(call->name);
  }
  return text;
}

}  // namespace

bool can_fuse(const Program& program) {
  return !find_runs(program).empty();
}

Program fuse(const Program& program, FuseCounters& counters, FuseMode mode, bool* complete) {
  Program result{.types = program.types, .results = program.results};
  if (complete != nullptr) *complete = true;
  size_t next = 0;
  for (const Run& run : find_runs(program)) {
    const jit::Loop loop = loop_of(program, run);
    if (loop.arguments.size() > most_vectors || loop.results.size() > most_vectors) continue;
    bool cached = mode == FuseMode::OnlyCached;
    const auto compiled = cached ? jit::find_compiled(loop) : jit::compile(loop, cached);
    if (compiled == nullptr) {
      if (complete != nullptr) *complete = false;
      continue;
    }
    ++(cached ? counters.reused : counters.compiled);
    for (; next < run.first; ++next) result.steps.push_back(program.steps[next]);
    for (; next < run.end; ++next) {
      if (is_free(program.steps[next])) result.steps.push_back(program.steps[next]);
    }
    result.steps.push_back({Program::Fused{.loop = compiled,
                                           .arguments = loop.arguments,
                                           .results = loop.results,
                                           .narrows = loop.narrows,
                                           .text = describe(loop)}});
  }
  for (; next < program.steps.size(); ++next) result.steps.push_back(program.steps[next]);
  return result;
}

}  // namespace vedette

namespace vedette::jit {

std::string key_of(const Loop& loop) {
  // Registers are numbered by their first appearance, so that equal loops of different programs
  // have equal keys.
  std::unordered_map<Register, size_t> number;
  const auto name = [&](Register at) { return number.emplace(at, number.size()).first->second; };
  std::string key;
  for (Register argument : loop.arguments) {
    key += fmt::format("a{}:{} ", name(argument), static_cast<int>((*loop.types)[argument]));
  }
  for (const auto& [at, value] : loop.constants) {
    key += fmt::format("c{}:{}=", name(at), static_cast<int>(value->type()));
    if (value->is_null()) {
      key += "null ";
    } else if (layout_of(value->type()) == Layout::Double) {
      key += fmt::format("{:x} ", std::bit_cast<uint64_t>(value->as_real()));
    } else if (layout_of(value->type()) == Layout::Byte) {
      key += value->as_bool() ? "true " : "false ";
    } else {
      key += fmt::format("{} ", value->as_word());
    }
  }
  for (const auto* step : loop.steps) {
    if (const auto* narrow = std::get_if<Program::Narrow>(&step->work)) {
      key += fmt::format("keep({}) ", name(narrow->condition));
      continue;
    }
    const auto& call = std::get<Program::Call>(step->work);
    key +=
        fmt::format("{}:{}={}(", name(step->target), static_cast<int>((*loop.types)[step->target]),
                    reinterpret_cast<const void*>(call.overload->emit));
    for (Register argument : call.arguments) key += fmt::format("{} ", name(argument));
    key += ") ";
  }
  for (Register result : loop.results) key += fmt::format("r{} ", name(result));
  return key;
}

}  // namespace vedette::jit
