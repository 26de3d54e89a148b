// What a test expects against what came out.
#pragma once

#include <vector>

#include "rules/rule.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// The expectations of a test that do not hold.
std::vector<Mismatch> check_expectations(const RuleTest& test, const AnalyticRule& rule,
                                         const TestOutcome& outcome);

/// `more than`, `fewer than`, `exactly`, `anything but`.
std::string_view trigger_text(Trigger trigger);

/// A row on one line: `{User: ann, Failures: 3}`; columns without a value are left out.
std::string row_text(const ResultTable& rows, size_t row);

}  // namespace vedette::rules
