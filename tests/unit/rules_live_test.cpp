// Rows that come while rules run: near-real-time rules see each of them once, and what an alert
// says it saw is what its query finds afterwards.
#include <gtest/gtest.h>

#include <map>

#include "rules/share/shared_runner.h"
#include "runtime/table/system_time.h"
#include "tests/harness/dice.h"
#include "tests/unit/rules_scheduler_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::Engine;
using testing::numbered_rule;
using testing::simple_rule;

AnalyticRule near_real_time(std::string query) {
  AnalyticRule rule = simple_rule();
  rule.kind = RuleKind::NearRealTime;
  rule.frequency = rule.period = {};
  rule.query.text = std::move(query);
  return rule;
}

/// Counts how often each row (by its column `n`) is in an answer; fails now and then.
class CountingRunner : public QueryRunner {
 public:
  CountingRunner(QueryRunner& runner, uint64_t seed, int failing_percent)
      : runner_(runner), dice_(seed), failing_percent_(failing_percent) {}

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override {
    QueryRun answer = runner_.run(rule, slot);
    EXPECT_EQ(answer.failure, Failure::None) << answer.problem;
    if (dice_.chance(failing_percent_)) return testing::ScriptedRunner::transient();
    const Vector numbers = answer.rows->data[0].vector();
    for (uint32_t row = 0; row < answer.rows->rows; ++row) {
      ++times_seen[value_at(numbers, row).as_word()];
    }
    return answer;
  }

  std::map<int64_t, int> times_seen;

 private:
  QueryRunner& runner_;
  Dice dice_;
  int failing_percent_;
};

/// A process that adds rows, one commit at a time, as slow as it likes: the time of a commit is the
/// one at which it was begun, and it can be seen later. Databases promise that times grow with the
/// order of commits.
class SlowIngest {
 public:
  explicit SlowIngest(Database& database) : database_(database) {
    database.create_table({"Logins", {{"n", Type::Long}, {"TimeGenerated", Type::Datetime}}});
  }

  void commit(Datetime now, int64_t rows, Timespan slowness) {
    last_.ticks = std::max(last_.ticks + 1, now.ticks - slowness.ticks);
    Appender logins = database_.append("Logins", {.ingestion_time = last_});
    for (int64_t i = 0; i < rows; ++i) {
      logins.column(0).append_word(count++);
      // When it happened has nothing to do with when it came.
      logins.column(1).append_word(last_.ticks - i % 7 * 10 * ticks_per_minute);
      logins.end_row();
    }
    logins.commit();
  }

  int64_t count = 0;

 private:
  Database& database_;
  Datetime last_ = {};
};

void expect_that_each_row_is_seen_once(bool shared, int slow_percent, int failing_percent) {
  Engine engine;
  // Ahead of the system's clock, by which the rows of runs are ingested.
  engine.clock.advance_to({system_time().ticks + ticks_per_day});
  SlowIngest ingest(*engine.database);
  engine.rules = {near_real_time("Logins | where n % 2 == 0 | project n"),
                  near_real_time("Logins | where n % 2 == 1 | project n")};
  engine.rules[1].id.text = "8f1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b02";
  Session session(standard_library(), engine.database.get());
  DirectRunner direct(session, {}, {.threads = 1}, Visibility::AsIngested);
  SharedRunner together(session, *engine.database, engine.rules, {}, {.threads = 1},
                        Visibility::AsIngested);
  CountingRunner runner(shared ? static_cast<QueryRunner&>(together) : direct, 3, failing_percent);
  engine.other_runner = &runner;
  engine.restart({.live = true});
  Dice dice(7);
  for (int step = 0; step < 400; ++step) {
    const int64_t seconds = 5 + static_cast<int64_t>(dice.below(60));
    engine.run_until({engine.clock.now().ticks + seconds * ticks_per_second});
    const int64_t slowness = dice.chance(slow_percent) ? dice.below(9 * 60) : dice.below(2);
    ingest.commit(engine.clock.now(), 1 + dice.below(4), {slowness * ticks_per_second});
    if (dice.chance(5)) engine.restart({.live = true});
    if (dice.chance(3)) engine.database->merge_extents("Logins", {.together = 3});
    // The process was away for some time: what it missed, it makes up for.
    if (dice.chance(1)) engine.clock.advance_to({engine.clock.now().ticks + ticks_per_hour});
  }
  engine.run_until({engine.clock.now().ticks + ticks_per_hour});
  ASSERT_EQ(runner.times_seen.size(), static_cast<size_t>(ingest.count));
  for (const auto& [row, times] : runner.times_seen) EXPECT_EQ(times, 1) << "row " << row;
}

TEST(LiveRules, NearRealTimeRulesSeeEachRowOnce) {
  expect_that_each_row_is_seen_once(false, 0, 0);
}

TEST(LiveRules, AlsoWhenCommitsTakeMinutes) {
  expect_that_each_row_is_seen_once(false, 40, 0);
}

TEST(LiveRules, AlsoWhenRunsFailAndAreTriedAgain) {
  expect_that_each_row_is_seen_once(false, 40, 10);
}

TEST(LiveRules, AlsoWhenRulesShareTheirScans) {
  expect_that_each_row_is_seen_once(true, 40, 10);
}

TEST(LiveRules, RowsOfTimesInWhichARuleWasOffAreNotSeen) {
  Engine engine;
  SlowIngest ingest(*engine.database);
  engine.rules = {near_real_time("Logins | project n")};
  Session session(standard_library(), engine.database.get());
  DirectRunner direct(session, {}, {.threads = 1}, Visibility::AsIngested);
  CountingRunner runner(direct, 1, 0);
  engine.other_runner = &runner;
  engine.restart({.live = true});
  engine.run_until(at(10));
  ingest.commit(engine.clock.now(), 1, {});
  engine.run_until(at(20));
  const Datetime seen = *engine.state->rules()[0].seen;
  EXPECT_GE(seen, at(10));
  // More than a day goes by while no process runs: older slots are skipped.
  ingest.commit(at(30), 1, {});
  engine.clock.advance_to(at(30 + 2 * 1440));
  engine.scheduler->run_due();
  EXPECT_EQ(runner.times_seen.size(), 1u);
  ingest.commit(engine.clock.now(), 1, {});
  engine.run_until(at(40 + 2 * 1440));
  EXPECT_EQ(runner.times_seen, (std::map<int64_t, int>{{0, 1}, {2, 1}}));
}

// A run at 5:00 does not see what is committed while it runs, even if it says to be older. Its
// alert says so, and its query answers the same for ever.
TEST(LiveRules, TheQueryOfAnAlertDoesNotSeeWhatCameLater) {
  Engine engine;
  SlowIngest ingest(*engine.database);
  engine.rules = {simple_rule()};
  engine.rules[0].query.text = "Logins | summarize Rows = count(), Newest = max(n)";
  Session session(standard_library(), engine.database.get());
  DirectRunner direct(session, {}, {.threads = 1}, Visibility::AsIngested);
  engine.other_runner = &direct;
  ingest.commit(at(-10), 3, {});
  engine.restart({.live = true});
  engine.run_until(at(5));
  ASSERT_EQ(engine.runs.size(), 1u);
  ingest.commit(at(5), 4, {ticks_per_minute});  // ingested a minute before the run, visible after
  const ResultTable alert = [&] {
    Session reading(standard_library(), engine.database.get());
    return std::move(reading
                         .run("SecurityAlert | project tostring(parse_json(ExtendedProperties)"
                              ".Query)")
                         .tables.at(0));
  }();
  ASSERT_EQ(alert.rows, 1u);
  const std::string query(value_at(alert.data[0].vector(), 0).as_text());
  EXPECT_EQ(engine.query(query), "{\"Rows\":3,\"Newest\":2}\n") << query;
}

TEST(LiveRules, ARuleThatIsAddedRunsAtOnce) {
  Engine engine;
  engine.clock.advance_to({at(0).ticks + 5});  // within a millisecond
  engine.rules = {simple_rule()};
  engine.restart({.live = true});
  EXPECT_EQ(engine.scheduler->run_due(), 1u);
  const Slot& first = engine.runner.asked.at(0).second;
  EXPECT_EQ(first.at, at(0));
  EXPECT_EQ(first.from, at(-120));
  EXPECT_EQ(engine.scheduler->next_due(), at(65)) << "the others wait for events that are late";
  // Not before a start time.
  AnalyticRule later = numbered_rule(2);
  later.start = at(30);
  engine.set_rules({simple_rule(), later});
  EXPECT_EQ(engine.scheduler->run_due(), 0u);
  engine.run_until(at(36));
  ASSERT_EQ(engine.runs.size(), 2u);
  EXPECT_EQ(engine.runs[1].rule_name, "rule 2");
  EXPECT_EQ(engine.runs[1].started, at(35));
  // Near-real-time rules see the rows of a whole minute.
  AnalyticRule minutes = near_real_time("Logins");
  minutes.id.text = numbered_rule(3).id.text;
  engine.set_rules({minutes});
  EXPECT_EQ(engine.scheduler->run_due(), 0u);
}

TEST(LiveRules, AlertsOfALiveSystemAreIngestedWhenTheyArePublished) {
  Engine engine;
  engine.rules = {simple_rule()};
  engine.runner.answer = [](const auto&, const auto&) { return testing::ScriptedRunner::rows(1); };
  engine.restart({.live = true});
  engine.run_until(at(5));
  EXPECT_EQ(engine.query("SecurityAlert | where ingestion_time() > now() - 1h | count"),
            "{\"Count\":1}\n");
  engine.restart({.live = false});
  engine.run_until(at(65));
  EXPECT_EQ(engine.query("SecurityAlert | where ingestion_time() == TimeGenerated | count"),
            "{\"Count\":1}\n");
}

}  // namespace
}  // namespace vedette::rules
