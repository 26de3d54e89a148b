// Which attacks the rules would see: tactics and techniques of rules that can fire here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "compiler/session/session.h"
#include "rules/rule.h"
#include "rules/test/suite.h"

namespace vedette::rules {

/// How far a rule is from being of use, from worst to best.
enum class RuleReadiness {
  Disabled,  // by its author
  Broken,    // its query is wrong here
  NoData,    // a table it reads is not there, or had no rows of late
  Failing,   // it has tests that do not pass
  Untested,
  Covering,  // enabled, with rows to look at, and a test that passes
};

/// `disabled`, `broken`, `no data`, `failing tests`, `untested`, `covering`.
std::string_view name_of(RuleReadiness readiness);

/// One rule, and why it covers what it covers.
struct RuleCoverage {
  AnalyticRule rule;
  RuleReadiness readiness = RuleReadiness::Untested;
  std::set<std::string> tables;        // that its query reads
  std::set<std::string> without_rows;  // of them
  size_t tests = 0, tests_passed = 0;
  std::string problem;  // of a broken one
};

/// A tactic, or a technique below it, with what its rules come to.
struct AttackCoverage {
  std::vector<const RuleCoverage*> rules;

  /// The best of its rules; Disabled for none.
  RuleReadiness best() const;
  size_t count(RuleReadiness readiness) const;
};

/// May be moved, not copied: tactics and techniques point to its rules.
struct Coverage {
  Coverage() = default;
  Coverage(Coverage&&) = default;
  Coverage& operator=(Coverage&&) = default;

  std::vector<RuleCoverage> rules;
  std::map<std::string, AttackCoverage> tactics;
  /// By technique ("T1110.003"), then by tactic.
  std::map<std::string, std::map<std::string, AttackCoverage>> techniques;
};

/// Names of tables that were asked for and have no rows of their own, noted while queries are
/// bound: those that are only declared.
class NotedSchemas : public plan::SchemaSource {
 public:
  explicit NotedSchemas(const plan::SchemaSource& from) : from_(from) {}

  std::optional<plan::TableColumns> find_table(std::string_view name) const override;
  std::vector<std::string> table_names() const override { return from_.table_names(); }

  /// The names since the last call.
  std::set<std::string> take() const { return std::exchange(names_, {}); }

 private:
  const plan::SchemaSource& from_;
  mutable std::set<std::string> names_;
};

/// What rules cover in the database of `session`, whose declared tables are `schemas`. A table
/// counts when it had rows in the `days` before `options.now`; where a union is fuzzy, one of the
/// tables is enough. `tests` are results of the rules' tests.
Coverage coverage_of(const std::vector<AnalyticRule>& rules, Session& session,
                     const NotedSchemas& schemas, const QueryOptions& options, int64_t days,
                     const std::vector<TestResult>& tests);

/// A table of tactics and techniques, and the rules that could do better.
std::string coverage_text(const Coverage& coverage);
/// An object: rules, tactics, techniques.
std::string coverage_json(const Coverage& coverage);
/// A layer of the ATT&CK Navigator.
std::string coverage_layer(const Coverage& coverage);

}  // namespace vedette::rules
