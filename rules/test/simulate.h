// The real scheduler over the rows of a test.
#pragma once

#include <atomic>

#include "rules/test/fixtures.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// Runs the rule in all its slots of the range, both ends included, by a clock that nobody waits
/// for. Rows are there once they have been ingested. `fixtures` gets the tables that the scheduler
/// fills, so each simulation needs its own.
TestOutcome simulate(const AnalyticRule& rule, const Simulation& range, const Fixtures& fixtures,
                     QueryOptions options, const std::atomic<bool>* cancelled);

}  // namespace vedette::rules
