// What proves an alert: its rows, and a query that finds them again.
#pragma once

#include <string>

#include "rules/alert/result_rows.h"
#include "rules/rule.h"
#include "rules/run/slot.h"

namespace vedette::rules {

/// Most bytes of rows that an alert carries.
constexpr size_t most_evidence_bytes = 10 * 1024;

/// The rule's query with the time and the window of a slot before it: whenever it runs, it sees
/// what the run saw.
std::string replay_query(const AnalyticRule& rule, const Slot& slot, Visibility visibility);

/// A query that carries one row, compressed, and needs no table. Nothing when the row is too large
/// for an alert.
std::string event_query(const ResultRows& rows, size_t row);

/// A replay query that answers only the row of an alert, where the row cannot be carried: it is
/// told from others by the hash of its text.
std::string narrowed_query(std::string query, const ResultRows& rows, size_t row);

/// Rows as JSON: `{"columns":[{"name":..,"type":..}],"rows":[[..]],"left_out":0}`, as many as an
/// alert can carry.
std::string evidence_json(const ResultRows& rows, size_t first, size_t last);

/// Which program made the alert: "vedette 0.1.0".
std::string engine_version();

}  // namespace vedette::rules
