// Slots: the grid of a rule never drifts, and a run sees exactly its window.
#include <gtest/gtest.h>

#include "rules/run/run_query.h"
#include "rules/run/slot.h"
#include "runtime/table/database.h"
#include "stdlib/stdlib.h"

namespace vedette::rules {
namespace {

Datetime at(int64_t minutes) {
  return {638'000'000'000'000'000 + minutes * ticks_per_minute};
}

AnalyticRule hourly() {
  AnalyticRule rule;
  rule.frequency = {ticks_per_hour};
  rule.period = {2 * ticks_per_hour};
  rule.query.text = "Logins | summarize Rows = count(), Now = max(now())";
  return rule;
}

/// One row a minute from `at(0)` on, ingested ten minutes later.
std::unique_ptr<Database> logins(int64_t minutes) {
  auto database = Database::in_memory();
  database->create_table({.name = "Logins", .columns = {{"TimeGenerated", Type::Datetime}}});
  Appender appender = database->append("Logins");
  for (int64_t minute = 0; minute < minutes; ++minute) {
    appender.set_ingestion_time(at(minute + 10));
    appender.column(0).append_word(at(minute).ticks);
    appender.end_row();
  }
  appender.commit();
  return database;
}

int64_t rows_seen(const AnalyticRule& rule, const Slot& slot, Visibility visibility) {
  const auto database = logins(600);
  Session session(standard_library(), database.get());
  DirectRunner runner(session, {}, {}, visibility);
  const QueryRun run = runner.run(rule, slot);
  EXPECT_EQ(run.failure, Failure::None) << run.problem;
  return value_at(run.rows->data[0].vector(), 0).as_word();
}

TEST(Slot, GridDoesNotDrift) {
  const AnalyticRule rule = hourly();
  EXPECT_EQ(slot_number(rule, at(7), 1000).at, at(7 + 60'000));
  EXPECT_EQ(slot_number(rule, at(7), 1000).from, at(7 + 60'000 - 120));
  EXPECT_EQ(slot_number(rule, at(7), 1000).due, at(7 + 60'000 + 5));
}

TEST(Slot, FirstSlotFromATime) {
  const AnalyticRule rule = hourly();
  EXPECT_EQ(first_slot_from(rule, at(0), at(-500)).number, 0);
  EXPECT_EQ(first_slot_from(rule, at(0), at(60)).number, 1);
  EXPECT_EQ(first_slot_from(rule, at(0), at(61)).number, 2);
}

TEST(DirectRunner, SeesItsWindowOnly) {
  const AnalyticRule rule = hourly();
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(300)), Visibility::Everything), 120);
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(60)), Visibility::Everything), 60);
}

TEST(DirectRunner, TheWindowBoundsWhatTheQueryItselfAsksFor) {
  AnalyticRule rule = hourly();
  rule.query.text =
      "Logins | where TimeGenerated > ago(14d) | union (Logins | where TimeGenerated < now()) "
      "| summarize Rows = count()";
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(300)), Visibility::Everything), 2 * 120);
  rule.query.text =
      "datatable(TimeGenerated:datetime)[datetime(2001-01-01)] | summarize n = count()";
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(300)), Visibility::Everything), 1)
      << "what is no stored table has no window";
}

TEST(DirectRunner, LateRowsAreNotThereYet) {
  const AnalyticRule rule = hourly();
  // Due at 305: rows up to minute 294 had been ingested.
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(300)), Visibility::AsIngested), 115);
}

TEST(DirectRunner, NearRealTimeGoesByIngestion) {
  AnalyticRule rule = hourly();
  rule.kind = RuleKind::NearRealTime;
  rule.query.text = "Logins | summarize Rows = count(), First = min(TimeGenerated)";
  EXPECT_EQ(rows_seen(rule, slot_at(rule, at(300)), Visibility::AsIngested), 1);
}

TEST(DirectRunner, TwoResultsAreAFailure) {
  AnalyticRule rule = hourly();
  rule.query.text = "Logins | count; Logins | count";
  const auto database = logins(1);
  Session session(standard_library(), database.get());
  DirectRunner runner(session, {}, {}, Visibility::Everything);
  const QueryRun run = runner.run(rule, slot_at(rule, at(300)));
  EXPECT_EQ(run.failure, Failure::Permanent);
  EXPECT_EQ(run.code, "RUL0201");
}

}  // namespace
}  // namespace vedette::rules
