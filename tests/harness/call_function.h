// Calls one function of the standard library with constants, without a query around it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/function/definition.h"

namespace vedette {

/// The answer of the first overload that takes the types of `arguments` as they are.
Value call_function(std::string_view name, const std::vector<Value>& arguments);

/// A dynamic value from JSON text.
Value dynamic_of(std::string_view json);

/// The answer as `tostring()` shows it; "null" for a null.
std::string answer(std::string_view name, const std::vector<Value>& arguments);

}  // namespace vedette
