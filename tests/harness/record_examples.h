// The examples in the records of a library and of the tabular operators, run as tests.
#pragma once

#include <vector>

#include "runtime/function/library.h"
#include "tests/harness/case_runner.h"

namespace vedette {

/// Examples of functions are calls: `print <call>` must answer one row, one value. Examples of
/// aggregates and operators are queries with results as test files write them.
std::vector<CaseFailure> run_record_examples(const Library& library);

size_t count_record_examples(const Library& library);

}  // namespace vedette
