// What a test gives and its rule never looks at.
#pragma once

#include "compiler/plan/schema_source.h"
#include "rules/finding.h"
#include "rules/rule.h"
#include "rules/test/test_file.h"

namespace vedette::rules {

/// Warns of tables and mocks that the rule's query does not name, and of columns that neither the
/// table's schema nor the query knows, but that look like one: most often a slip of the pen, and
/// then a test that passes for the wrong reason.
void check_given(const TestFile& file, const RuleTest& test, const AnalyticRule& rule,
                 const plan::SchemaSource& schemas, Findings& findings);

}  // namespace vedette::rules
