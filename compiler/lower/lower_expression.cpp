#include "compiler/lower/lower_expression.h"

#include "compiler/plan/walk.h"

namespace vedette::lowering {

using plan::Expression;

Register lower_expression(const Expression& expression, const Registers& columns,
                          ProgramBuilder& builder) {
  return std::visit(
      plan::Overloaded{
          [&](const Expression::Constant& constant) { return builder.constant(constant.value); },
          [&](const Expression::ColumnRef& reference) {
            const auto found = columns.find(reference.column);
            check(found != columns.end(), "an expression reads columns of its input");
            return found->second;
          },
          [&](const Expression::Call& call) {
            std::vector<Register> arguments;
            for (const Expression& argument : call.arguments) {
              arguments.push_back(lower_expression(argument, columns, builder));
            }
            std::string problem;
            const Register result = builder.call(*call.function, *call.overload, expression.type,
                                                 std::move(arguments), problem);
            if (!problem.empty()) {
              throw QueryError(ErrorKind::Semantic, "KQL0190", problem, expression.span);
            }
            return result;
          },
          [&](const Expression::Subquery&) -> Register {
            throw InternalError("subqueries are run before their query is lowered");
          },
      },
      expression.node);
}

}  // namespace vedette::lowering
