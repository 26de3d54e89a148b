// Joins whose kind does not matter, because of a filter behind them.
#pragma once

#include "rules/mutate/mutants.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// The mutant makes an inner join keep rows without a partner, and a filter right behind the join
/// rejects just those: it compares a column of the right side, which is null in them. The test says
/// which columns there are.
bool filter_undoes(const Mutant& mutant, const PreparedTest& test);

}  // namespace vedette::rules
