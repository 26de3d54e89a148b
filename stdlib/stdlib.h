// The words of the language that are functions: all scalar functions, operators and aggregates.
#pragma once

#include "runtime/function/library.h"

namespace vedette {

/// Every family, in the order of the reference. Built once, at first use.
const Library& standard_library();

}  // namespace vedette
