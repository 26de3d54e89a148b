// Calls of one function, aggregate or operator, run in every way and compared.
#pragma once

#include <string>
#include <vector>

#include "tests/harness/argument_pool.h"
#include "tests/harness/callables.h"

namespace vedette {

struct CallReport {
  size_t calls = 0;   // that bind
  size_t values = 0;  // of them, those that answered something that is not null
  std::vector<std::string> failures;
};

/// Makes calls over a generated table and runs those that bind interpreted and compiled, in batches
/// of 1, 7 and 2,048 rows, over plain and dictionary segments; aggregates also on four threads.
CallReport check_calls(const Callable& callable, ArgumentPool& pool, size_t most_calls);

}  // namespace vedette
