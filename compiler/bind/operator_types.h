// Between which types an operator is defined, what its operands become, and what it gives.
#pragma once

#include <string_view>

#include "runtime/value/type.h"

namespace vedette::binding {

enum class OperatorFamily { Arithmetic, Order, Equality, Text, TermSearch };

/// `name` is an operator of two operands as KQL spells it.
OperatorFamily operator_family(std::string_view name);

struct OperatorTypes {
  bool defined = true;
  Type left = Type::Error;  // what the operands become; Error: as they are
  Type right = Type::Error;
  Type result = Type::Bool;
};

OperatorTypes operator_types(std::string_view name, Type left, Type right);

}  // namespace vedette::binding
