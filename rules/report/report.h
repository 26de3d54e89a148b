// Findings as people and programs read them.
#pragma once

#include <string>
#include <vector>

#include "rules/finding.h"

namespace vedette::rules {

/// `file:line:column: error RUL0045: message` with the field and the hint below; one finding.
std::string to_human_text(const Finding& finding);

/// An array of objects: level, code, message, hint, file, line, column, field.
std::string to_json(const std::vector<Finding>& findings);

/// A SARIF 2.1.0 log of one run, for the annotations of a code review.
std::string to_sarif(const std::vector<Finding>& findings, std::string_view version);

}  // namespace vedette::rules
