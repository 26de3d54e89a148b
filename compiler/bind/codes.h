// The stable codes of what the binder reports.
#pragma once

#include <string_view>

namespace vedette::binding::code {

// Names.
constexpr std::string_view unknown_table = "KQL0101";
constexpr std::string_view unknown_name = "KQL0102";
constexpr std::string_view unknown_function = "KQL0103";
constexpr std::string_view ambiguous_name = "KQL0104";
constexpr std::string_view already_declared = "KQL0105";
constexpr std::string_view duplicate_column = "KQL0106";
constexpr std::string_view wildcard_not_allowed = "KQL0107";
constexpr std::string_view column_expected = "KQL0108";
constexpr std::string_view arguments_missing = "KQL0109";

// Types.
constexpr std::string_view type_expected = "KQL0120";
constexpr std::string_view operator_undefined = "KQL0121";
constexpr std::string_view scalar_expected = "KQL0122";
constexpr std::string_view table_expected = "KQL0123";
constexpr std::string_view dynamic_not_allowed = "KQL0124";
constexpr std::string_view not_indexable = "KQL0125";
constexpr std::string_view no_common_type = "KQL0126";
constexpr std::string_view unknown_type = "KQL0127";

// Calls.
constexpr std::string_view argument_count = "KQL0140";
constexpr std::string_view no_overload = "KQL0141";
constexpr std::string_view constant_expected = "KQL0142";
constexpr std::string_view literal_expected = "KQL0143";
constexpr std::string_view bad_choice = "KQL0144";
constexpr std::string_view star_not_allowed = "KQL0145";
constexpr std::string_view bad_argument_name = "KQL0146";
constexpr std::string_view recursion = "KQL0147";
constexpr std::string_view bad_constant = "KQL0148";

// Aggregates, windows, plugins.
constexpr std::string_view aggregate_not_allowed = "KQL0160";
constexpr std::string_view not_an_aggregate = "KQL0161";
constexpr std::string_view not_serialized = "KQL0162";
constexpr std::string_view window_not_allowed = "KQL0163";
constexpr std::string_view plugin_not_allowed = "KQL0164";

// Operators.
constexpr std::string_view must_be_first = "KQL0180";
constexpr std::string_view cannot_be_first = "KQL0181";
constexpr std::string_view unknown_parameter = "KQL0182";
constexpr std::string_view bad_parameter = "KQL0183";
constexpr std::string_view bad_join_condition = "KQL0184";
constexpr std::string_view bad_pattern = "KQL0185";
constexpr std::string_view several_columns = "KQL0186";
constexpr std::string_view too_many_names = "KQL0187";
constexpr std::string_view wrong_value_count = "KQL0188";
constexpr std::string_view no_columns = "KQL0189";
constexpr std::string_view invalid_value = "KQL0190";
constexpr std::string_view no_result = "KQL0191";
constexpr std::string_view pattern_not_declared = "KQL0194";

// Warnings.
constexpr std::string_view no_row_has_column = "KQL0195";
constexpr std::string_view missing_watchlist = "KQL0192";
constexpr std::string_view unknown_property = "KQL0193";

// What there will never be here.
constexpr std::string_view needs_service = "KQL0901";

}  // namespace vedette::binding::code
