// Tests of other tools as tests of ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "rules/finding.h"

namespace vedette::rules {

/// What another tool's file cannot say: which table its logs belong to here.
struct ImportOptions {
  std::string table;
  std::string rule;  // the rule file that the tests are for; empty: the one beside them
  plan::TableColumns columns = {};  // of the table, where it is declared
};

/// The text of a test file with the tests of a Panther rule (`Tests:` with `Log` and
/// `ExpectedResult`) or of a Splunk contentctl detection (`tests:` with `attack_data`). Empty, with
/// findings, when there are none. `file` is what findings call it.
std::string import_tests(std::string_view text, const std::string& file,
                         const ImportOptions& options, Findings& findings);

}  // namespace vedette::rules
