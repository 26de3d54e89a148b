// A day of generated events for the tables that a set of rules reads.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rules/rule.h"
#include "runtime/function/library.h"
#include "runtime/table/database.h"

namespace vedette {

/// Rules whose queries run over tables of the catalogue, and what they read of them.
struct ReadableRules {
  std::vector<rules::AnalyticRule> rules;
  std::map<std::string, std::set<std::string>> columns;  // of each table that some rule reads
  std::map<std::string, std::vector<size_t>> readers;    // of each table: places in `rules`
};

/// The scheduled and near-real-time rules below `paths` that can be planned over the catalogue.
ReadableRules readable_rules(const Library& library, const std::vector<std::string>& paths);

struct DayPlan {
  uint64_t seed = 1;
  uint64_t rows = 5'000'000;
  Datetime from;                      // the day begins
  Timespan length = {ticks_per_day};  // and lasts so long
  uint32_t extent_rows = 1'048'576;
  uint32_t wanted_of_10000 = 20;  // rows that take what some rule compares with
};

/// Creates the tables and fills them, rows in the order of TimeGenerated. Tables that many rules
/// read get most of the rows. The same plan, the same rows.
void generate_day(Database& database, const ReadableRules& rules, const DayPlan& plan);

}  // namespace vedette
