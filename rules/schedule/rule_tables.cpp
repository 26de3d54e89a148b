#include "rules/schedule/rule_tables.h"

#include <set>
#include <string>

namespace vedette::rules {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The text itself, without what the functions it calls read. Wildcards of `union`, and `search`
/// and `find` over everything, mean any table.
bool names_rule_tables(std::string_view text) {
  for (const std::string_view name : {"SecurityAlert", "SecurityIncident", "RuleRuns"}) {
    if (has(text, name)) return true;
  }
  return (has(text, "union") && has(text, "*")) || has(text, "search ") || has(text, "find ") ||
         has(text, "table(");
}

}  // namespace

bool may_read_rule_tables(std::string_view query, const StoredFunctions& functions) {
  if (names_rule_tables(query)) return true;
  std::set<std::string_view> reading;
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [name, function] : functions) {
      if (reading.contains(name)) continue;
      bool reads = names_rule_tables(function.body);
      for (const std::string_view other : reading) reads = reads || has(function.body, other);
      if (reads) grown = reading.insert(name).second;
    }
  }
  for (const std::string_view name : reading) {
    if (has(query, name)) return true;
  }
  return false;
}

}  // namespace vedette::rules
