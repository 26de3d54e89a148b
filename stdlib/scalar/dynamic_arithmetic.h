// Arithmetic between two dynamic values, by what they turn out to be.
#pragma once

#include "runtime/function/definition.h"

namespace vedette::stdlib {

Overload dynamic_sum();
Overload dynamic_difference();
Overload dynamic_product();
Overload dynamic_quotient();
Overload dynamic_remainder();
Overload dynamic_negation();

}  // namespace vedette::stdlib
