// Why a rule did not find what it should have: the step that lost the rows, and what rejected the
// row that came nearest.
#pragma once

#include <string>
#include <vector>

#include "rules/test/run_test.h"

namespace vedette::rules {

/// Lines for people, with places in the rule's file; none when nothing can be said. Runs the
/// query's parts over the fixtures, so it is for tests that failed.
std::vector<std::string> explain_missing_rows(const PreparedTest& test, const TestOutcome& outcome);

/// The same for the rule's query in one slot, where it has no rows.
std::vector<std::string> explain_no_rows(const PreparedTest& test, const Slot& slot);

}  // namespace vedette::rules
