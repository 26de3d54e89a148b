// Two tables of logins and processes, rules over them, and answers as texts.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "rules/alert/result_rows.h"
#include "rules/run/run_query.h"
#include "runtime/table/database.h"

namespace vedette::rules::testing {

/// Midnight of the day that events happen on.
constexpr int64_t first_day = 638'000'000'000'000'000 / ticks_per_day * ticks_per_day;

inline Datetime minute(int64_t number) {
  return {first_day + number * ticks_per_minute};
}

inline Datetime hour(int64_t number) {
  return minute(60 * number);
}

/// Logins and Processes, without rows.
inline void create_event_tables(Database& database) {
  database.create_table({"Logins",
                         {{"TimeGenerated", Type::Datetime},
                          {"User", Type::String},
                          {"Ip", Type::String},
                          {"Code", Type::Int},
                          {"Details", Type::Dynamic}}});
  database.create_table({"Processes",
                         {{"TimeGenerated", Type::Datetime},
                          {"User", Type::String},
                          {"Command", Type::String},
                          {"Bytes", Type::Long}}});
}

/// A rule that is called what it asks, with its schedule in minutes.
inline AnalyticRule rule_over(std::string query, int64_t every, int64_t back,
                              RuleKind kind = RuleKind::Scheduled) {
  AnalyticRule rule;
  rule.name.text = query;
  rule.query.text = std::move(query);
  rule.kind = kind;
  rule.frequency = {every * ticks_per_minute};
  rule.period = {back * ticks_per_minute};
  return rule;
}

enum class RowOrder { Kept, Sorted };

/// What was answered, for comparing: the problem, columns with their types, rows. Sorted where the
/// query leaves the order open.
inline std::string answer_text(const QueryRun& run, RowOrder order = RowOrder::Kept) {
  std::string text = run.problem + "|";
  for (const auto& [name, type] : run.rows->columns) {
    text += name + ":" + std::string(name_of(type)) + " ";
  }
  const ResultRows rows(*run.rows);
  std::vector<std::string> lines(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) rows.append_cells(lines[row], row);
  if (order == RowOrder::Sorted) std::ranges::sort(lines);
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

}  // namespace vedette::rules::testing
