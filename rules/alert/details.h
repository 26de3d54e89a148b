// The texts of an alert that its rows may decide: name, description, severity, tactics, custom
// details, properties.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/alert/alert.h"
#include "rules/alert/result_rows.h"

namespace vedette::rules {

constexpr size_t longest_alert_name = 256;
constexpr size_t longest_alert_description = 5 * 1024;
constexpr size_t most_detail_values = 50;
constexpr size_t most_detail_bytes = 2 * 1024;

/// A format with the values of a row in the places of `{{Column}}`. Nothing when a column is not
/// there or has no value in this row: then the alert shows what the rule says.
std::optional<std::string> filled_format(std::string_view format, const ResultRows& rows,
                                         size_t row);

/// Names, texts and properties of an alert whose first row is `row`, as the rule's settings make
/// them; what the row cannot say is left as it is.
void override_details(const AnalyticRule& rule, const ResultRows& rows, size_t row, Alert& alert);

/// The distinct values of each custom detail in some rows, in their order, within limits.
std::vector<std::pair<std::string, std::vector<std::string>>> custom_details_of(
    const AnalyticRule& rule, const ResultRows& rows, size_t first, size_t last);

/// `{"User":["ann","bob"]}`; `{}` for none.
std::string custom_details_json(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& details);

/// Tactics and techniques in a text: a list with commas or a JSON array. What is none is left out.
std::vector<std::string> tactics_in(std::string_view text);
std::vector<std::string> techniques_in(std::string_view text);

/// Puts techniques where they belong: T1110.003 is a sub-technique, and T1110 its technique.
void set_techniques(Alert& alert, const std::vector<std::string>& techniques);

}  // namespace vedette::rules
