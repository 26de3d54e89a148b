// Functions and aggregates of the library as readable text: for `help`, the REPL and the pages.
#pragma once

#include <string>
#include <vector>

#include "runtime/function/library.h"

namespace vedette::shell {

/// `bin(value: long, size: long) -> long`, one an overload; parameters that may be left out are in
/// brackets, ones that repeat end in `...`.
std::vector<std::string> signatures_of(const ScalarFunction& function);
std::vector<std::string> signatures_of(const AggregateFunction& aggregate);

/// `bin(value, size)`.
std::string call_of(const ScalarFunction& function);
std::string call_of(const AggregateFunction& aggregate);

}  // namespace vedette::shell
