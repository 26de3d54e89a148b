#include "runtime/kernel/program_builder.h"

#include <algorithm>
#include <atomic>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette {

uint64_t next_call_id() {
  static std::atomic<uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

namespace {

/// The bytes of a value, so that values that only look alike (0.0 and -0.0) stay apart.
std::string key_of(const Value& value) {
  std::string key = fmt::format("constant {} ", static_cast<int>(value.type()));
  if (value.is_null()) return key + "null";
  const auto add = [&](const auto& stored) {
    key.append(reinterpret_cast<const char*>(&stored), sizeof(stored));
  };
  switch (layout_of(value.type())) {
    case Layout::Byte:
      add(value.as_bool());
      break;
    case Layout::Word:
      add(value.as_word());
      break;
    case Layout::Double:
      add(value.as_real());
      break;
    case Layout::Decimal:
      add(value.as_decimal());
      break;
    case Layout::Text:
      key += value.as_text();
      break;
    case Layout::Guid:
      add(value.as_guid());
      break;
  }
  return key;
}

}  // namespace

Register ProgramBuilder::add(decltype(Program::Step::work) work, Type type) {
  const auto target = static_cast<Register>(program_.types.size());
  step_of_[target] = program_.steps.size();
  program_.steps.push_back({std::move(work), target});
  program_.types.push_back(type);
  return target;
}

Register ProgramBuilder::load(uint32_t column, Type type) {
  const auto [at, is_new] = made_.try_emplace(fmt::format("load {}", column), 0);
  if (is_new) at->second = add(Program::Load{column}, type);
  return at->second;
}

Register ProgramBuilder::constant(Value value) {
  const auto [at, is_new] = made_.try_emplace(key_of(value), 0);
  const Type type = value.type();
  if (is_new) at->second = add(Program::Constant{std::move(value)}, type);
  return at->second;
}

const Value* ProgramBuilder::constant_of(Register value) const {
  const auto* step = std::get_if<Program::Constant>(&program_.steps[step_of_.at(value)].work);
  return step == nullptr ? nullptr : &step->value;
}

Register ProgramBuilder::call(const ScalarFunction& function, const Overload& overload,
                              Type returns, std::vector<Register> arguments, std::string& problem) {
  check(overload.evaluate != nullptr, "only functions with a body get into programs");
  std::string key;
  if (function.purity != Purity::PerRow) {
    key = fmt::format("call {} {}", static_cast<const void*>(&overload), static_cast<int>(returns));
    for (const Register argument : arguments) key += fmt::format(" {}", argument);
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
  }
  std::shared_ptr<const void> tool;
  if (overload.prepare != nullptr) {
    std::vector<const Value*> constants;
    for (const Register argument : arguments) constants.push_back(constant_of(argument));
    tool = overload.prepare(constants, problem);
  }
  const Register target = add(Program::Call{.overload = &overload,
                                            .arguments = std::move(arguments),
                                            .tool = std::move(tool),
                                            .name = function.name,
                                            .purity = function.purity},
                              returns);
  if (!key.empty()) made_[key] = target;
  return target;
}

void ProgramBuilder::narrow(Register condition) {
  program_.steps.push_back({Program::Narrow{condition}, condition});
}

}  // namespace vedette
