// One test: its fixtures, its rule's query in them, and whether what comes out is as expected.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/alert/alert.h"
#include "rules/incident/incident.h"
#include "rules/rule.h"
#include "rules/run/run_query.h"
#include "rules/run/slot.h"
#include "rules/state/records.h"
#include "rules/test/fixtures.h"
#include "rules/test/test_file.h"

namespace vedette::rules {

/// One run of a simulation.
struct SimulatedRun {
  Slot slot;
  Outcome outcome = Outcome::NoAlert;
  int64_t rows = 0;  // of its result
  int64_t alerts = 0;
  std::string message = {};  // why it failed, or did not take place
};

/// What a test's run, or its simulation, came to.
struct TestOutcome {
  QueryRun run = {};  // of a test of one slot
  bool fired = false;
  std::vector<Alert> alerts = {};
  int64_t incidents = 0;
  // Of a simulation.
  int64_t runs = 0;
  int64_t runs_failed = 0;
  int64_t duplicates = 0;
  std::string first_problem = {};  // of the first run that failed
  std::vector<SimulatedRun> simulated = {};
};

/// An expectation that does not hold.
struct Mismatch {
  std::string field;  // "contains[0]"
  Place place;        // in the test file
  std::string message;
  std::vector<std::string> lines;  // beginning with `- ` (expected), `+ ` (actual) or two spaces
};

/// A test with its fixtures in place. Safe to use from several threads.
class PreparedTest {
 public:
  /// Mistakes in what is given become findings; the test is not to be run then. All arguments
  /// outlive it.
  PreparedTest(const TestEnvironment& environment, const TestFile& file, const RuleTest& test,
               const AnalyticRule& rule, Findings& findings);

  const RuleTest& test() const { return test_; }
  const AnalyticRule& rule() const { return rule_; }
  const Fixtures& fixtures() const { return *fixtures_; }
  const Slot& slot() const { return slot_; }
  /// The slot of `rule` in this test, whose window may be another than that of the test's rule.
  Slot slot_of(const AnalyticRule& rule) const;
  Visibility visibility() const { return visibility_; }
  /// A query of this test sees rows of any time: there is no window.
  bool sees_any_time() const { return any_time_; }
  /// How a query of this test is run: its clock, and the rows it sees.
  QueryOptions options(const Slot& slot) const;

  /// Any query in a slot: the rule's own, or another in its place.
  QueryRun run(std::string_view query, const Slot& slot) const;
  QueryRun run(const PreparedQuery& query, const Slot& slot) const;
  /// What a rule's answer in the test's slot makes of the test.
  TestOutcome outcome_of(const AnalyticRule& rule, QueryRun answer) const;
  /// The test's simulation of `rule`. Queries are answered by `runner`, over the test's fixtures;
  /// nullptr: each by itself. Only for tests that have a simulation.
  TestOutcome simulation_of(const AnalyticRule& rule, QueryRunner* runner) const;
  /// The whole test.
  TestOutcome outcome() const;
  /// The expectations that do not hold; none: the test passes.
  std::vector<Mismatch> mismatches(const TestOutcome& outcome) const;

  /// Ends queries early when it becomes true.
  void set_cancelled(const std::atomic<bool>* cancelled) { cancelled_ = cancelled; }

 private:
  const TestEnvironment& environment_;
  const TestFile& file_;
  const RuleTest& test_;
  const AnalyticRule& rule_;
  Slot slot_;
  Visibility visibility_ = Visibility::Everything;
  bool any_time_ = false;
  std::unique_ptr<Fixtures> fixtures_;
  const std::atomic<bool>* cancelled_ = nullptr;
};

}  // namespace vedette::rules
