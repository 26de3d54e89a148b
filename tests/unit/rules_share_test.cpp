#include <gtest/gtest.h>

#include "compiler/session/catalogue_schemas.h"
#include "rules/share/shared_runner.h"
#include "stdlib/stdlib.h"
#include "tests/harness/dice.h"
#include "tests/unit/rules_run_testing.h"

namespace vedette::rules {
namespace {

using testing::answer_text;
using testing::minute;

/// Three tables over a day, and runners over them.
class SharedRunnerTest : public ::testing::Test {
 protected:
  SharedRunnerTest() {
    testing::create_event_tables(*database_);
    database_->create_table({"_Watchlist_Names", {{"SearchKey", Type::String}}});
    Appender names = database_->append("_Watchlist_Names");
    names.column(0).append_text("ann");
    names.end_row();
    names.commit();
    database_->change_functions(std::vector<StoredFunction>{
        {.name = "Failures", .parameters = "()", .body = "{ Logins | where Code == 50126 }"}});
  }

  /// Rows of minutes `from` to `to`, ingested `delay` minutes after they happened.
  void add_rows(int64_t from, int64_t to, int64_t delay, uint64_t seed) {
    Dice dice(seed);
    AppendOptions options;
    options.extent_rows = 500;
    options.ingestion_time = minute(from + delay);
    Appender logins = database_->append("Logins", options);
    Appender processes = database_->append("Processes", options);
    constexpr std::string_view users[] = {"ann", "bob", "Cid", "dora", ""};
    constexpr std::string_view commands[] = {"powershell -enc abc", "cmd /c whoami", "ls -l",
                                             "curl http://example.test/a", "notepad"};
    for (int64_t at = from; at < to; ++at) {
      options.ingestion_time = minute(at + delay);
      logins.set_ingestion_time(minute(at + delay));
      for (uint32_t i = 0; i < 3; ++i) {
        logins.column(0).append_word(minute(at).ticks + i * ticks_per_second);
        logins.column(1).append_text(dice.one_of(users));
        logins.column(2).append_text("198.51.100." + std::to_string(dice.below(9)));
        if (dice.chance(10)) {
          logins.column(3).append_null();
        } else {
          logins.column(3).append_word(dice.chance(15) ? 50126 : 0);
        }
        logins.column(4).append_null();
        logins.end_row();
      }
      processes.column(0).append_word(minute(at).ticks);
      processes.column(1).append_text(dice.one_of(users));
      processes.column(2).append_text(dice.one_of(commands));
      processes.column(3).append_word(dice.below(5000));
      processes.end_row();
    }
    Appender* const both[] = {&logins, &processes};
    database_->commit(both);
  }

  static AnalyticRule rule(std::string query, int64_t every, int64_t back,
                           RuleKind kind = RuleKind::Scheduled) {
    return testing::rule_over(std::move(query), every, back, kind);
  }

  std::unique_ptr<Database> database_ = Database::in_memory();
  CatalogueSchemas schemas_;
  Session session_{standard_library(), database_.get(), &schemas_};
};

std::vector<AnalyticRule> many_rules(const auto& rule) {
  return {
      rule("Logins | where Code == 50126", 60, 60),
      rule("Logins | where Code == 50126 | summarize n = count(), first = min(TimeGenerated) by "
           "User",
           60, 120),
      rule("Logins | where Code == 50126 and User has 'ann'", 30, 30),
      rule("Logins | where User =~ 'CID' | where Code == 50126 | top 3 by TimeGenerated asc", 60,
           240),
      rule("Logins | where Code == 50126 | summarize n = count()", 60, 60),
      rule("Logins | where Code == 50126 | summarize arg_max(TimeGenerated, *) by User", 120, 300),
      rule("let Bad = Logins | where Code == 50126 | distinct User; Processes "
           "| where Command has 'powershell' | where User in (Bad) | take 5",
           60, 60),
      rule("let Names = materialize(Logins | where Code == 50126 | distinct User, Ip); "
           "Processes | where Command contains 'curl' | join kind=inner Names on User "
           "| union (Names | extend Bytes = 1)",
           60, 90),
      rule("Logins | where Code == 50126 | join kind=leftouter (Processes | where Bytes > 4000) on "
           "User",
           60, 60),
      rule("Processes | where Bytes > 4900 | join kind=leftanti (Logins | where Code == 50126) on "
           "User",
           60, 60),
      rule("Failures | where User != 'bob'", 60, 60),
      rule(
          "Failures() | where TimeGenerated > ago(20m) | project User, Age = now() - TimeGenerated",
          60, 60),
      rule(
          "Logins | where Code == 50126 and User in ((_GetWatchlist('Names') | project SearchKey))",
          60, 60),
      rule("Processes | where Command has 'whoami' | make-series n = count() default=0 on "
           "TimeGenerated from ago(1h) to now() step 10m",
           60, 60),
      rule("let limit = toscalar(Processes | where Bytes < 4000 | summarize max(Bytes)); Processes "
           "| where Command has 'ls' | where Bytes > limit",
           60, 60),
      rule("Logins | where Code == 50126 | where ingestion_time() > ago(2h)", 60, 60),
      rule("union Logins, Processes | where User == 'dora' and isnotempty(Command)", 60, 60),
      rule("search in (Logins, Processes) 'whoami' | count", 240, 60),
      rule("Logins | where hourofday(TimeGenerated) between (2 .. 4) | where Code == 50126", 60,
           60),
      rule("Logins | where User matches regex '^[a-c].*' and Code == 50126", 60, 60),
      rule("Logins | where Nothing == 1", 120, 60),
      rule("Logins | where User matches regex '('", 120, 60),
      rule("SigninLogs | where ResultType == '1' | top 3 by TimeGenerated", 120, 60),
      rule("Logins | where Code != 17", 60, 60),
      rule("Logins", 60, 60),
      rule("print x = now()", 240, 60),
      rule("Logins | where Code == 50126; Processes", 240, 60),
      rule("set notruncation; Logins | where Code == 50126 | count", 240, 60),
      rule("Processes | where Bytes > 4800 | evaluate narrow()", 240, 60),
      rule("Processes | where Bytes > 4700 | evaluate pivot(User, count())", 240, 60),
      rule("SecurityAlert | where AlertName == 'odd' | count", 60, 600),
  };
}

TEST_F(SharedRunnerTest, AnswersAsOneByOne) {
  for (const Visibility visibility : {Visibility::Everything, Visibility::AsIngested}) {
    std::vector<AnalyticRule> rules = many_rules(
        [](std::string query, int64_t every, int64_t back) { return rule(query, every, back); });
    rules.push_back(rule("Logins | where Code == 50126", 1, 1, RuleKind::NearRealTime));
    rules.push_back(
        rule("Processes | where Command has 'powershell'", 1, 1, RuleKind::NearRealTime));
    const RunLimits limits{.threads = 1};
    SharedRunner shared(session_, *database_, rules, {}, limits, visibility);
    DirectRunner direct(session_, {}, limits, visibility);
    int64_t compared = 0, with_rows = 0;
    const int64_t day = visibility == Visibility::Everything ? 0 : 1440;
    // Rows arrive while the rules run, some of them late.
    for (int64_t hour = 0; hour < 10; ++hour) {
      add_rows(day + hour * 60, day + hour * 60 + 50, 1, 1 + static_cast<uint64_t>(hour));
      if (hour > 1) add_rows(day + hour * 60 - 70, day + hour * 60 - 60, 90, 100);
      for (const AnalyticRule& each : rules) {
        const bool near = each.kind == RuleKind::NearRealTime;
        const int64_t step = near ? 7 : each.frequency.ticks / ticks_per_minute;
        for (int64_t at = 0; at <= 60; at += step) {
          const Slot slot = slot_at(each, minute(day + hour * 60 + at));
          const std::string one = answer_text(shared.run(each, slot));
          const std::string other = answer_text(direct.run(each, slot));
          ASSERT_EQ(one, other) << each.query.text << " at " << hour << ":" << at;
          ++compared;
          with_rows += other.find('\n') != std::string::npos ? 1 : 0;
        }
      }
    }
    const SharingStatistics done = shared.statistics();
    EXPECT_GT(compared, 500);
    EXPECT_GT(with_rows, 200);
    EXPECT_GT(done.rules_planned, 20);
    EXPECT_GT(done.runs_skipped, 10);
  }
}

TEST_F(SharedRunnerTest, RulesThatAskTheSameShareTheirRows) {
  add_rows(0, 600, 0, 5);
  const std::vector<AnalyticRule> rules = {
      rule("Logins | where Code == 50126 | project User", 60, 60),
      rule("Logins | where Code == 50126 | summarize count() by User", 60, 60),
  };
  SharedRunner shared(session_, *database_, rules, {}, {.threads = 1}, Visibility::Everything);
  for (int64_t hour = 1; hour <= 10; ++hour) {
    for (const AnalyticRule& each : rules) shared.run(each, slot_at(each, minute(hour * 60)));
  }
  const SharingStatistics done = shared.statistics();
  EXPECT_EQ(done.scans, 1);
  EXPECT_EQ(done.rows_read, 1800);
}

TEST_F(SharedRunnerTest, RunsOverTheSameRowsAreRepeated) {
  add_rows(0, 60, 0, 5);
  const std::vector<AnalyticRule> rules = {
      rule("Logins | where Code == 50126 | summarize n = count() by User", 60, 1440),
      rule("Logins | where Code == 50126 | project User, Age = now() - TimeGenerated", 60, 1440),
      rule("Logins | where Code == 50126 and TimeGenerated > ago(10h)", 60, 1440),
  };
  SharedRunner shared(session_, *database_, rules, {}, {.threads = 1}, Visibility::Everything);
  DirectRunner direct(session_, {}, {.threads = 1}, Visibility::Everything);
  const auto repeated_by = [&](const AnalyticRule& each, int64_t hour) {
    const int64_t before = shared.statistics().runs_repeated;
    const Slot slot = slot_at(each, minute(hour * 60));
    EXPECT_EQ(answer_text(shared.run(each, slot)), answer_text(direct.run(each, slot)));
    return shared.statistics().runs_repeated > before;
  };
  for (const int64_t hour : {1, 2}) {
    for (const AnalyticRule& each : rules) repeated_by(each, hour);
  }
  EXPECT_TRUE(repeated_by(rules[0], 3));
  EXPECT_FALSE(repeated_by(rules[1], 3));  // its answer grows older
  EXPECT_TRUE(repeated_by(rules[2], 3));
  EXPECT_FALSE(repeated_by(rules[2], 11));  // rows leave its window
  add_rows(170, 180, 0, 6);
  EXPECT_FALSE(repeated_by(rules[0], 4));  // rows came
  EXPECT_TRUE(repeated_by(rules[0], 5));
}

TEST_F(SharedRunnerTest, NewColumnsAndFunctionsAreSeen) {
  add_rows(0, 60, 0, 5);
  const std::vector<AnalyticRule> rules = {rule("Failures | where City == 'Kyoto'", 60, 60)};
  SharedRunner shared(session_, *database_, rules, {}, {.threads = 1}, Visibility::Everything);
  const Slot slot = slot_at(rules[0], minute(60));
  EXPECT_EQ(shared.run(rules[0], slot).failure, Failure::Permanent);
  const ColumnSchema city{"City", Type::String};
  database_->add_columns("Logins", {&city, 1});
  EXPECT_EQ(shared.run(rules[0], slot).failure, Failure::None);
  EXPECT_EQ(shared.run(rules[0], slot).rows->rows, 0);
  database_->change_functions(std::vector<StoredFunction>{
      {.name = "Failures", .parameters = "()", .body = "{ Logins | extend City = 'Kyoto' }"}});
  EXPECT_EQ(shared.run(rules[0], slot).rows->rows, 180);
}

TEST_F(SharedRunnerTest, LittleMemoryMeansReadingTheTables) {
  add_rows(0, 600, 0, 5);
  const std::vector<AnalyticRule> rules = {rule("Logins | where Code == 50126", 60, 60)};
  SharedRunner shared(session_, *database_, rules, {}, {.threads = 1}, Visibility::Everything,
                      {.memory_bytes = 1});
  DirectRunner direct(session_, {}, {.threads = 1}, Visibility::Everything);
  for (int64_t hour = 1; hour <= 10; ++hour) {
    const Slot slot = slot_at(rules[0], minute(hour * 60));
    EXPECT_EQ(answer_text(shared.run(rules[0], slot)), answer_text(direct.run(rules[0], slot)));
  }
  EXPECT_EQ(shared.statistics().bytes_kept, 0);
}

}  // namespace
}  // namespace vedette::rules
