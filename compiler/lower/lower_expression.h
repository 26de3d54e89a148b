// Bound expressions to program steps.
#pragma once

#include <unordered_map>

#include "compiler/plan/expression.h"
#include "runtime/kernel/program_builder.h"

namespace vedette::lowering {

/// Which register holds a column.
using Registers = std::unordered_map<plan::ColumnId, Register>;

/// Adds the steps of an expression. Throws QueryError when a function rejects a constant argument.
Register lower_expression(const plan::Expression& expression, const Registers& columns,
                          ProgramBuilder& builder);

}  // namespace vedette::lowering
