#include "rules/test/run_test.h"

#include "rules/test/expectations.h"
#include "rules/test/simulate.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// Without delays and without ingestion_time() nobody can tell when rows came.
bool goes_by_ingestion(const TestFile& file, const RuleTest& test, const AnalyticRule& rule) {
  return test.simulate || (test.file_tables && has_ingestion_delay(file.tables)) ||
         has_ingestion_delay(test.given) ||
         rule.query.text.find("ingestion_time") != std::string::npos;
}

}  // namespace

PreparedTest::PreparedTest(const TestEnvironment& environment, const TestFile& file,
                           const RuleTest& test, const AnalyticRule& rule, Findings& findings)
    : environment_(environment),
      file_(file),
      test_(test),
      rule_(rule),
      slot_(slot_at(rule, test.now)) {
  const bool by_ingestion = goes_by_ingestion(file, test, rule);
  if (by_ingestion) visibility_ = Visibility::AsIngested;
  if (test.scope) slot_.from = {test.now.ticks - test.scope->ticks};
  // A hunting query looks at everything there is.
  const bool any_time = test.any_time || slot_.from == slot_.to;
  if (!any_time) {
    scope_ = scope_of(rule, slot_, visibility_);
  }
  fixtures_ = std::make_unique<Fixtures>(environment, file, test, by_ingestion, findings);
}

QueryOptions PreparedTest::options() const {
  // Compiling kernels takes longer than any fixture takes to read.
  QueryOptions options{.threads = 1, .jit = JitMode::Off};
  options.now = slot_.at;
  options.scope = scope_;
  options.cancelled = cancelled_;
  return options;
}

QueryRun PreparedTest::run(std::string_view query) const {
  return query_run_of(fixtures_->session().run(query, options()));
}

TestOutcome PreparedTest::outcome(std::string_view query) const {
  if (test_.simulate) {
    AnalyticRule rule = rule_;
    rule.query.text = query;
    Findings known;  // the same as when the test was prepared
    const Fixtures fixtures(environment_, file_, test_, true, known);
    return simulate(rule, *test_.simulate, fixtures, options(), cancelled_);
  }
  TestOutcome outcome{.run = run(query)};
  if (outcome.run.failure != Failure::None) return outcome;
  outcome.fired = fires(rule_, static_cast<int64_t>(outcome.run.rows.rows));
  outcome.alerts = make_alerts(rule_, slot_, outcome.run.rows, slot_.due, visibility_);
  IncidentBook book;
  book.add(rule_, outcome.alerts);
  outcome.incidents = static_cast<int64_t>(book.incidents().size());
  return outcome;
}

std::vector<Mismatch> PreparedTest::mismatches(const TestOutcome& outcome) const {
  return check_expectations(test_, rule_, outcome);
}

}  // namespace vedette::rules
