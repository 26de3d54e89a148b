// Programs as text, for explain and tests.
#include "runtime/base/format.h"
#include "runtime/kernel/program.h"
#include "runtime/value/render.h"

namespace vedette {
namespace {

std::string list_of(const std::vector<Register>& registers) {
  std::string text;
  for (const Register value : registers) {
    if (!text.empty()) text += ", ";
    text += fmt::format("r{}", value);
  }
  return text;
}

}  // namespace

std::string to_text(const Program& program) {
  std::string text;
  for (const Program::Step& step : program.steps) {
    const auto target = [&] {
      return fmt::format("r{}:{} = ", step.target, name_of(program.types[step.target]));
    };
    if (const auto* load = std::get_if<Program::Load>(&step.work)) {
      text += target() + fmt::format("load {}", load->column);
    } else if (const auto* constant = std::get_if<Program::Constant>(&step.work)) {
      text += target();
      append_json_cell(text, constant->value);
    } else if (const auto* call = std::get_if<Program::Call>(&step.work)) {
      text += target() + fmt::format("{}({})", call->name, list_of(call->arguments));
    } else if (const auto* narrow = std::get_if<Program::Narrow>(&step.work)) {
      text += fmt::format("narrow r{}", narrow->condition);
    } else if (const auto* fused = std::get_if<Program::Fused>(&step.work)) {
      text += fmt::format("fused({}) -> {}{}", list_of(fused->arguments), list_of(fused->results),
                          fused->narrows ? ", narrows" : "");
      if (!fused->text.empty()) text += "  # " + fused->text;
    }
    text += '\n';
  }
  text += "gives " + list_of(program.results) + '\n';
  return text;
}

}  // namespace vedette
