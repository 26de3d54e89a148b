// A table function at work on each group of its rows by itself.
#pragma once

#include <memory>

#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// `function`, run once for each group of rows of its first input. The first `keys` columns of that
/// input tell groups apart and are not shown to the function; they come first in the output too.
std::shared_ptr<const TableFunction> by_group(std::shared_ptr<const TableFunction> function,
                                              size_t keys);

}  // namespace vedette::tabular
