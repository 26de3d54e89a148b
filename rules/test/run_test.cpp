#include "rules/test/run_test.h"

#include "rules/schedule/rule_tables.h"
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
    : environment_(environment), file_(file), test_(test), rule_(rule), slot_(slot_of(rule)) {
  const bool by_ingestion = goes_by_ingestion(file, test, rule);
  if (by_ingestion) visibility_ = Visibility::AsIngested;
  // A hunting query looks at everything there is.
  any_time_ = test.any_time || slot_.from == slot_.to;
  fixtures_ =
      std::make_unique<Fixtures>(environment, file, test, rule.query.text, by_ingestion, findings);
}

Slot PreparedTest::slot_of(const AnalyticRule& rule) const {
  Slot slot = slot_at(rule, test_.now);
  if (test_.scope_range) {
    slot.from = test_.scope_range->from;
    slot.to = test_.scope_range->to;
  }
  if (test_.scope) slot.from = {test_.now.ticks - test_.scope->ticks};
  return slot;
}

QueryOptions PreparedTest::options(const Slot& slot) const {
  // Compiling kernels takes longer than any fixture takes to read.
  QueryOptions options{.threads = 1, .jit = JitMode::Off};
  options.now = slot.at;
  if (!any_time_) options.scope = scope_of(rule_, slot, visibility_);
  options.cancelled = cancelled_;
  return options;
}

QueryRun PreparedTest::run(std::string_view query, const Slot& slot) const {
  return query_run_of(fixtures_->session().run(query, options(slot)));
}

QueryRun PreparedTest::run(const PreparedQuery& query, const Slot& slot) const {
  return query_run_of(fixtures_->session().run(query, options(slot)));
}

TestOutcome PreparedTest::outcome() const {
  if (test_.simulate) return simulation_of(rule_, nullptr);
  return outcome_of(rule_, run(rule_.query.text, slot_));
}

TestOutcome PreparedTest::outcome_of(const AnalyticRule& rule, QueryRun answer) const {
  TestOutcome outcome{.run = std::move(answer)};
  if (outcome.run.failure != Failure::None) return outcome;
  const Slot slot = slot_of(rule);
  outcome.fired = fires(rule, static_cast<int64_t>(outcome.run.rows->rows));
  outcome.alerts = make_alerts(rule, slot, *outcome.run.rows, slot.due, visibility_);
  IncidentBook book;
  book.add(rule, outcome.alerts);
  outcome.incidents = static_cast<int64_t>(book.incidents().size());
  return outcome;
}

TestOutcome PreparedTest::simulation_of(const AnalyticRule& rule, QueryRunner* runner) const {
  const auto functions = fixtures_->database().snapshot()->functions();
  if (may_read_rule_tables(rule.query.text, *functions)) {
    // What the scheduler writes is read: each simulation needs tables of its own.
    Findings known;  // the same as when the test was prepared
    const Fixtures fixtures(environment_, file_, test_, rule_.query.text, true, known);
    DirectRunner direct(fixtures.session(), options(slot_), {.threads = 1}, visibility_);
    return simulate(rule, *test_.simulate, fixtures.database(), direct, cancelled_);
  }
  const auto published = Database::in_memory();
  DirectRunner direct(fixtures_->session(), options(slot_), {.threads = 1}, visibility_);
  return simulate(rule, *test_.simulate, *published, runner == nullptr ? direct : *runner,
                  cancelled_);
}

std::vector<Mismatch> PreparedTest::mismatches(const TestOutcome& outcome) const {
  return check_expectations(test_, rule_, outcome);
}

}  // namespace vedette::rules
