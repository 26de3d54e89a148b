// Rules, results and slots for tests.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "compiler/session/session.h"
#include "rules/rule.h"
#include "rules/run/slot.h"
#include "stdlib/stdlib.h"

namespace vedette::rules::testing {

inline Datetime at(int64_t minutes) {
  return {638'000'000'000'000'000 + minutes * ticks_per_minute};
}

/// A rule that fires on any row, every hour over two hours.
inline AnalyticRule simple_rule() {
  AnalyticRule rule;
  rule.id.text = "8F1D7A0E-0c57-4f4b-9a55-3f8f6a2d5b01";
  rule.name.text = "Odd sign-in";
  rule.description = "Somebody signed in oddly.";
  rule.frequency = {ticks_per_hour};
  rule.period = {2 * ticks_per_hour};
  rule.tactics = {{"InitialAccess"}};
  rule.techniques = {{"T1078.004"}};
  rule.query.text = "Logins";
  return rule;
}

inline EntityMapping mapping(std::string type,
                             std::vector<std::pair<std::string, std::string>> fields) {
  EntityMapping result{.type = {std::move(type)}};
  for (auto& [identifier, column] : fields) {
    result.fields.push_back({{std::move(identifier)}, {std::move(column)}});
  }
  return result;
}

/// The result of a query that needs no table.
inline ResultTable rows_of(std::string_view query) {
  Session session(standard_library(), nullptr);
  QueryResult result = session.run(query);
  if (!result.ok || result.tables.size() != 1) {
    throw std::runtime_error(result.diagnostics.empty() ? "no result"
                                                        : result.diagnostics[0].message);
  }
  return std::move(result.tables[0]);
}

/// Rows that are alike, for counting: `n` of them with a column `i`.
inline ResultTable some_rows(int64_t n) {
  return rows_of("range i from 1 to " + std::to_string(n) + " step 1");
}

}  // namespace vedette::rules::testing
