#include "rules/coverage/coverage.h"

#include <algorithm>

#include "compiler/session/stand_ins.h"
#include "rules/alert/details.h"
#include "rules/alert/result_rows.h"
#include "rules/check/attack.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

/// Notes the stored tables that a query scans, and lets it scan them.
class NotedScans : public StandIns {
 public:
  std::shared_ptr<const Table> find(const ScanUse& use) override {
    tables.insert(use.scan.table);
    return nullptr;
  }
  std::set<std::string> tables;
};

/// Finds out what rules read, and whether there is anything.
class Surveyor {
 public:
  Surveyor(Session& session, const NotedSchemas& schemas, const QueryOptions& options, int64_t days)
      : session_(session), schemas_(schemas), options_(options), days_(days) {}

  RuleCoverage survey(const AnalyticRule& rule) {
    RuleCoverage coverage{.rule = rule};
    schemas_.take();
    NotedScans scans;
    QueryOptions options = options_;
    options.stand_ins = &scans;
    for (const Diagnostic& problem : session_.plan(PreparedQuery(rule.query.text), options)) {
      if (problem.severity != Severity::Error) continue;
      coverage.problem = fmt::format("{}: {}", problem.code, problem.message);
      break;
    }
    coverage.tables = scans.tables;
    for (const std::string& declared : schemas_.take()) {
      // Columns that stored rows lack are asked for there, too.
      if (scans.tables.insert(declared).second) coverage.tables.insert(declared);
    }
    for (const std::string& table : coverage.tables) {
      if (!has_rows(table)) coverage.without_rows.insert(table);
    }
    return coverage;
  }

 private:
  bool has_rows(const std::string& table) {
    const auto known = rows_.find(table);
    if (known != rows_.end()) return known->second;
    const auto any = [&](std::string_view condition) {
      return session_.run(fmt::format("['{}']{} | take 1 | count", table, condition), options_);
    };
    QueryResult result = any(fmt::format(" | where TimeGenerated >= ago({}d)", days_));
    if (!result.ok) result = any("");
    const bool found = result.ok && ResultRows(result.tables[0]).text(0, 0) != "0";
    rows_[table] = found;
    return found;
  }

  Session& session_;
  const NotedSchemas& schemas_;
  QueryOptions options_;
  int64_t days_;
  std::map<std::string, bool> rows_;
};

bool has_data(const RuleCoverage& coverage) {
  if (coverage.without_rows.empty()) return true;
  const bool fuzzy = coverage.rule.query.text.find("isfuzzy") != std::string::npos;
  return fuzzy && coverage.without_rows.size() < coverage.tables.size();
}

RuleReadiness readiness_of(const RuleCoverage& coverage) {
  if (!coverage.rule.enabled) return RuleReadiness::Disabled;
  if (!coverage.problem.empty()) return RuleReadiness::Broken;
  if (!has_data(coverage)) return RuleReadiness::NoData;
  if (coverage.tests == 0) return RuleReadiness::Untested;
  return coverage.tests_passed == coverage.tests ? RuleReadiness::Covering : RuleReadiness::Failing;
}

/// The tactics of a rule that a technique serves; all of them when it is not known which it serves,
/// or when the rule means none of those.
std::vector<std::string> tactics_for(const std::vector<std::string>& tactics,
                                     const std::string& technique) {
  const auto known = tactics_of(technique);
  std::vector<std::string> fitting;
  for (const std::string& tactic : tactics) {
    if (known && std::ranges::find(*known, tactic) != known->end()) fitting.push_back(tactic);
  }
  return fitting.empty() ? tactics : fitting;
}

}  // namespace

std::string_view name_of(RuleReadiness readiness) {
  constexpr std::string_view names[] = {"disabled",      "broken",   "no data",
                                        "failing tests", "untested", "covering"};
  return names[static_cast<size_t>(readiness)];
}

RuleReadiness AttackCoverage::best() const {
  RuleReadiness best = RuleReadiness::Disabled;
  for (const RuleCoverage* rule : rules) best = std::max(best, rule->readiness);
  return best;
}

size_t AttackCoverage::count(RuleReadiness readiness) const {
  return static_cast<size_t>(std::ranges::count(rules, readiness, &RuleCoverage::readiness));
}

std::optional<plan::TableColumns> NotedSchemas::find_table(std::string_view name) const {
  auto found = from_.find_table(name);
  if (found) names_.insert(std::string(name));
  return found;
}

Coverage coverage_of(const std::vector<AnalyticRule>& rules, Session& session,
                     const NotedSchemas& schemas, const QueryOptions& options, int64_t days,
                     const std::vector<TestResult>& tests) {
  Coverage coverage;
  Surveyor surveyor(session, schemas, options, days);
  for (const AnalyticRule& rule : rules) {
    RuleCoverage found = surveyor.survey(rule);
    for (const TestResult& test : tests) {
      if (test.rule != rule.name.text) continue;
      ++found.tests;
      if (test.status == TestStatus::Passed) ++found.tests_passed;
    }
    found.readiness = readiness_of(found);
    coverage.rules.push_back(std::move(found));
  }
  for (const RuleCoverage& each : coverage.rules) {
    std::vector<std::string> tactics;
    for (const Written& tactic : each.rule.tactics) {
      for (std::string& name : tactics_in(tactic.text)) tactics.push_back(std::move(name));
    }
    for (const std::string& tactic : tactics) coverage.tactics[tactic].rules.push_back(&each);
    for (const Written& technique : each.rule.techniques) {
      if (!is_technique(technique.text)) continue;
      for (const std::string& tactic : tactics_for(tactics, technique.text)) {
        coverage.techniques[technique.text][tactic].rules.push_back(&each);
      }
    }
  }
  return coverage;
}

}  // namespace vedette::rules
