// Rule files to rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.h"
#include "rules/rule.h"

namespace vedette::rules {

/// All files below `path` (or the file it is) that may hold rules: .yaml, .yml and .json, in the
/// order of their names. Tests of rules (*.test.yaml) and
/// externals.yaml are left out. Throws QueryError when there is
/// no such path.
std::vector<std::string> rule_files(const std::string& path);

/// The rules of a file: one of a YAML template (several documents give several), any number of an
/// ARM export (rules as resources, however deep), one of a Defender custom detection. What is wrong
/// goes to `findings`; a rule with errors is given back as far as it could be read.
std::vector<AnalyticRule> load_rules(const std::string& file, Findings& findings);

/// As `load_rules`, from text. `file` is what findings call it.
std::vector<AnalyticRule> read_rules(std::string_view text, const std::string& file,
                                     Findings& findings);

}  // namespace vedette::rules
