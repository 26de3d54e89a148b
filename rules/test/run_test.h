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
#include "rules/test/fixtures.h"
#include "rules/test/test_file.h"

namespace vedette::rules {

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
  /// How a query of this test is run: its clock, and the rows it sees.
  QueryOptions options() const;

  /// Any query in the test's slot: the rule's own, or another in its place.
  QueryRun run(std::string_view query) const;
  /// The whole test with `query` for the rule's.
  TestOutcome outcome(std::string_view query) const;
  TestOutcome outcome() const { return outcome(rule_.query.text); }
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
  plan::TimeScope scope_;
  std::unique_ptr<Fixtures> fixtures_;
  const std::atomic<bool>* cancelled_ = nullptr;
};

}  // namespace vedette::rules
