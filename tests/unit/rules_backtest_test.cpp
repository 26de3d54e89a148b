// A back-test answers in each slot what a run by itself answers.
#include <gtest/gtest.h>

#include "rules/backtest/backtest.h"
#include "stdlib/stdlib.h"
#include "tests/harness/dice.h"
#include "tests/unit/rules_run_testing.h"

namespace vedette::rules {
namespace {

constexpr int64_t hours = 10 * 24;

using testing::answer_text;
using testing::hour;
using testing::rule_over;

/// Ten days of two tables; every ninth row was ingested a day late.
class BacktestTest : public ::testing::Test {
 protected:
  BacktestTest() {
    testing::create_event_tables(*database_);
    Dice dice(11);
    for (int64_t at = 0; at < hours; ++at) {
      for (const bool late : {false, true}) {
        AppendOptions options{.ingestion_time = hour(at + (late ? 24 : 1))};
        Appender logins = database_->append("Logins", options);
        Appender processes = database_->append("Processes", options);
        for (int64_t row = 0; row < (late ? 2 : 16); ++row) {
          const int64_t time = hour(at).ticks + dice.below(3600) * ticks_per_second;
          logins.column(0).append_word(time);
          logins.column(1).append_text("user" + std::to_string(dice.below(6)));
          logins.column(2).append_text("198.51.100." + std::to_string(dice.below(9)));
          logins.column(3).append_word(dice.chance(25) ? 50126 : 0);
          logins.column(4).append_null();
          logins.end_row();
          processes.column(0).append_word(time + ticks_per_second);
          processes.column(1).append_text("user" + std::to_string(dice.below(6)));
          processes.column(2).append_text(dice.chance(20) ? "powershell -enc abc" : "ls -l");
          processes.column(3).append_word(dice.below(5000));
          processes.end_row();
        }
        Appender* const both[] = {&logins, &processes};
        database_->commit(both);
      }
    }
  }

  std::unique_ptr<Database> database_ = Database::in_memory();
  Session session_{standard_library(), database_.get()};
};

TEST_F(BacktestTest, AnswersEachSlotAsARunByItself) {
  std::vector<AnalyticRule> rules = {
      rule_over("Logins | where Code == 50126", 60, 60),
      rule_over("Logins | where Code == 50126 | summarize n = count(), Ips = dcount(Ip) by User",
                60, 240),
      rule_over("Logins | where Code == 50126 | summarize arg_max(TimeGenerated, *) by User | "
                "extend Age = now() - TimeGenerated",
                90, 1440),
      rule_over(
          "Logins | where TimeGenerated > ago(20m) and Code == 50126 | project User, At = now()",
          60, 180),
      rule_over(
          "Logins | where Code == 50126 | join kind=inner (Processes | where Command has "
          "'powershell') on User | where TimeGenerated1 - TimeGenerated between (0min .. 30min) "
          "| project User, TimeGenerated, TimeGenerated1, Ip, Bytes",
          60, 120),
      rule_over(
          "Processes | where Bytes > 4000 | join kind=leftanti (Logins | where Code == 50126 | "
          "where TimeGenerated > ago(1h)) on User",
          60, 60),
      rule_over(
          "let Before = Logins | where TimeGenerated between (ago(2d) .. ago(1h)) | where Code == "
          "50126 | distinct User, Ip; Logins | where TimeGenerated > ago(1h) and Code == 50126 | "
          "join kind=leftanti Before on User, Ip | summarize n = count() by User, Ip",
          60, 2880),
      rule_over(
          "Logins | where Code == 50126 and ingestion_time() > ago(2h) | summarize n = count(), "
          "Last = max(ingestion_time())",
          60, 1440),
      rule_over(
          "let most = toscalar(Processes | where Bytes < 4900 | summarize max(Bytes)); Processes | "
          "where Command has 'powershell' and Bytes > most - 500",
          120, 120),
      rule_over("union Logins, Processes | where User == 'user3' | summarize n = count() by Kind = "
                "iff(isempty(Command), 'login', 'process'), bin(TimeGenerated, 1h)",
                360, 360),
      rule_over(
          "Logins | where Code == 50126 | make-series n = count() default = 0 on TimeGenerated "
          "from "
          "ago(6h) to now() step 1h by User | where array_sum(n) > 8",
          60, 360),
      rule_over("Logins | where Code == 50126 | top 2 by TimeGenerated desc", 30, 30),
  };
  rules.back().suppression = true;
  rules.back().suppression_duration = {2 * ticks_per_hour};
  rules[1].grouping = rules[4].grouping = EventGrouping::AlertPerResult;

  DirectRunner direct(session_, {}, {.threads = 1}, Visibility::Everything);
  std::map<std::string, int64_t> slots, rows, alerts;
  BacktestOptions options{.from = hour(0), .to = hour(hours)};
  options.limits.threads = 1;
  options.on_run = [&](const AnalyticRule& each, const Slot& slot, const QueryRun& run) {
    const QueryRun alone = direct.run(each, slot);
    ASSERT_EQ(answer_text(run), answer_text(alone)) << each.name.text << " at " << to_text(slot.at);
    ++slots[each.name.text];
    rows[each.name.text] += static_cast<int64_t>(alone.rows->rows);
    alerts[each.name.text] +=
        static_cast<int64_t>(make_alerts(each, slot, *alone.rows, slot.due).size());
  };
  const Backtest backtest = run_backtest(session_, *database_, rules, options);
  ASSERT_EQ(backtest.rules.size(), rules.size());
  for (size_t i = 0; i < rules.size(); ++i) {
    const RuleBacktest& result = backtest.rules[i];
    const std::string& name = rules[i].name.text;
    EXPECT_EQ(result.failed, 0) << name << ": " << result.first_problem;
    EXPECT_EQ(result.slots, hours * 60 * ticks_per_minute / rules[i].frequency.ticks + 1) << name;
    EXPECT_EQ(result.slots - result.suppressed, slots[name]) << name;
    EXPECT_EQ(result.rows, rows[name]) << name;
    EXPECT_EQ(result.alerts, alerts[name]) << name;
    EXPECT_GT(result.rows, 10) << name << " finds something";
    EXPECT_EQ(result.incidents, result.alerts) << "each rule has its own book: " << name;
  }
  EXPECT_GT(backtest.rules.back().suppressed, 50);
}

/// What an alert is about, and which events it has seen, counted by hand.
TEST_F(BacktestTest, DuplicatesAreAlertsOfTheSameEvents) {
  AnalyticRule wide =
      rule_over("Logins | where Code == 50126 | summarize n = count() by User", 60, 240);
  AnalyticRule whole = rule_over(wide.query.text, 60, 60);
  whole.grouping = wide.grouping = EventGrouping::AlertPerResult;
  std::map<std::string, std::vector<int64_t>> events;
  const QueryResult all =
      session_.run("Logins | where Code == 50126 | project User, TimeGenerated");
  for (size_t row = 0; row < all.tables[0].rows; ++row) {
    const auto at = static_cast<uint32_t>(row);
    events[std::string(value_at(all.tables[0].data[0].vector(), at).as_text())].push_back(
        value_at(all.tables[0].data[1].vector(), at).as_word());
  }
  int64_t alerts = 0, duplicates = 0;
  for (const auto& [user, times] : events) {
    const auto any = [&](Datetime from, Datetime to) {
      return std::ranges::any_of(
          times, [&](int64_t time) { return time >= from.ticks && time < to.ticks; });
    };
    Datetime told = {};
    for (int64_t at = 0; at <= hours; ++at) {
      if (!any(hour(at - 4), hour(at))) continue;
      ++alerts;
      duplicates += any(hour(at - 4), told) ? 1 : 0;
      told = hour(at);
    }
  }
  BacktestOptions options{.from = hour(0), .to = hour(hours)};
  options.limits.threads = 1;
  const Backtest backtest = run_backtest(session_, *database_, {wide, whole}, options);
  EXPECT_EQ(backtest.rules[0].alerts, alerts);
  EXPECT_EQ(backtest.rules[0].duplicates, duplicates);
  EXPECT_EQ(backtest.rules[0].nothing_else, duplicates);
  EXPECT_GT(duplicates, 100);
  // A rule that looks back as far as it runs sees no event twice.
  EXPECT_GT(backtest.rules[1].alerts, 100);
  EXPECT_EQ(backtest.rules[1].duplicates, 0);
}

}  // namespace
}  // namespace vedette::rules
