#include "compiler/plan/fold.h"

#include "compiler/plan/walk.h"

namespace vedette::plan {
namespace {

std::optional<Value> call_with_constants(const Expression::Call& call, Type type, int64_t now) {
  if (call.overload->evaluate == nullptr) return std::nullopt;
  Arena arena(4096);
  KernelContext context{.arena = &arena, .now = now};
  std::vector<Vector> arguments;
  std::vector<const Value*> constants;
  for (const Expression& argument : call.arguments) {
    const Value* value = constant_of(argument);
    if (value == nullptr) return std::nullopt;
    constants.push_back(value);
    arguments.push_back(constant_vector(*value, arena));
  }
  std::shared_ptr<const void> tool;
  std::string problem;
  if (call.overload->prepare != nullptr) tool = call.overload->prepare(constants, problem);
  if (!problem.empty()) return std::nullopt;
  Vector result{.type = type};
  Call work{context, arguments, Selection{nullptr, 1}, 1, tool.get(), result};
  call.overload->evaluate(work);
  if (!context.failure_code.empty()) return std::nullopt;
  result.type = type;
  return value_at(result, 0);
}

}  // namespace

bool depends_on_run(const Expression& expression) {
  bool depends = false;
  for_each_below(expression, [&](const Expression& part) {
    if (std::holds_alternative<Expression::Subquery>(part.node)) depends = true;
    const auto* call = std::get_if<Expression::Call>(&part.node);
    if (call != nullptr && call->function->purity != Purity::Pure) depends = true;
  });
  return depends;
}

void fold_constants(Expression& expression, int64_t now) {
  auto* call = std::get_if<Expression::Call>(&expression.node);
  if (call == nullptr) return;
  for (Expression& argument : call->arguments) fold_constants(argument, now);
  if (call->function->purity == Purity::PerRow) return;
  if (call->function->purity == Purity::PerQuery && now == any_time) return;
  if (auto value = call_with_constants(*call, expression.type, now)) {
    expression.node = Expression::Constant{std::move(*value)};
  }
}

std::optional<Value> evaluate_constant(const Expression& expression, int64_t now) {
  Expression folded = expression;
  fold_constants(folded, now);
  const Value* value = constant_of(folded);
  if (value == nullptr) return std::nullopt;
  return *value;
}

}  // namespace vedette::plan
