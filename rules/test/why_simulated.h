// Why a simulation raised fewer alerts than were expected: slot by slot.
#pragma once

#include <string>
#include <vector>

#include "rules/test/run_test.h"

namespace vedette::rules {

/// Names the slots in which no alert came although rows of the test lay in their windows, with what
/// kept them from it; slots with the same reason are one entry. Nothing when enough alerts came.
std::vector<std::string> explain_missing_alerts(const PreparedTest& test,
                                                const TestOutcome& outcome);

}  // namespace vedette::rules
