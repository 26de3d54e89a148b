// The real scheduler over the rows of a test.
#pragma once

#include <atomic>

#include "rules/test/fixtures.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// Runs the rule in all its slots of the range, both ends included, by a clock that nobody waits
/// for. Rows are there once they have been ingested. `published` gets the tables that the scheduler
/// fills; a rule that reads those needs them where `runner` reads.
TestOutcome simulate(const AnalyticRule& rule, const Simulation& range, Database& published,
                     QueryRunner& runner, const std::atomic<bool>* cancelled);

}  // namespace vedette::rules
