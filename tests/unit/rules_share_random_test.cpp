// Random rules over random tables that change while the rules run: shared runs answer what runs one
// by one answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "compiler/session/catalogue_schemas.h"
#include "compiler/session/deep_stack.h"
#include "rules/share/shared_runner.h"
#include "runtime/base/format.h"
#include "runtime/value/dynamic_builder.h"
#include "stdlib/stdlib.h"
#include "tests/harness/dice.h"
#include "tests/unit/rules_run_testing.h"

namespace vedette::rules {
namespace {

using testing::minute;

constexpr std::string_view hosts[] = {"web1", "web2", "db-main", "mail", "Laptop 7", ""};
constexpr std::string_view words[] = {"login failed for admin", "LOGIN ok",
                                      "curl http://a.test",     "whoami /all",
                                      "file removed",           "Admin added"};

/// Queries that rules could have, none of which depends on chance or on the order of groups.
class QueryMaker {
 public:
  explicit QueryMaker(Dice& dice) : dice_(dice) {}

  std::string query() {
    switch (dice_.below(12)) {
      case 0:
        return fmt::format("{} | join kind={} ({} | project Host, Other = Code) on Host{}", rows(),
                           join_kind(), rows(), ending());
      case 1:
        return fmt::format("union ({}), ({} | project-away Flag){}", rows(), rows(), ending());
      case 2:
        return fmt::format("let Seen = {} | distinct Host; {} | where Host {} (Seen){}", rows(),
                           rows(), dice_.chance(50) ? "in" : "!in", ending());
      case 3:
        return fmt::format(
            "let limit = toscalar({} | summarize max(Size)); {} | where Size * 2 > limit{}", rows(),
            rows(), ending());
      case 4:
        return fmt::format("{} | project Host, Extra | evaluate bag_unpack(Extra) | count", rows());
      case 5:
        return fmt::format("{} | evaluate pivot(Flag, count(), Host) | where Host != 'mail'",
                           rows());
      case 6:
        return fmt::format(
            "let All = materialize({}); All | summarize n = count() by Host | join kind=inner (All "
            "| summarize top = max(Size) by Host) on Host",
            rows());
      case 7:
        return fmt::format(
            "{} | make-series n = count() default=0 on TimeGenerated from ago({}m) to now() step "
            "10m by Host",
            rows(), 10 * (1 + dice_.below(9)));
      default:
        return rows() + ending();
    }
  }

 private:
  /// Rows of one table under some conditions; all columns are there.
  std::string rows() {
    std::string text = dice_.chance(15) ? "Recent" : fmt::format("Events{}", dice_.below(3));
    const uint64_t steps = dice_.below(4);
    for (uint64_t i = 0; i < steps; ++i) {
      text += dice_.chance(80) ? " | where " + condition()
                               : fmt::format(" | extend Twice{} = Size * 2", i);
    }
    return text;
  }

  std::string condition() {
    std::string text = simple_condition();
    if (dice_.chance(25)) text += (dice_.chance(50) ? " and " : " or ") + simple_condition();
    return text;
  }

  std::string simple_condition() {
    switch (dice_.below(14)) {
      case 0:
        return fmt::format("Code == {}", dice_.below(6));
      case 1:
        return fmt::format("Code in ({}, {})", dice_.below(6), dice_.below(6));
      case 2:
        return fmt::format("Host =~ '{}'", dice_.one_of(hosts));
      case 3:
        return "Text has 'admin'";
      case 4:
        return "Text contains 'in'";
      case 5:
        return fmt::format("Size > {}", dice_.below(1000));
      case 6:
        return fmt::format("TimeGenerated > ago({}m)", 5 + dice_.below(100));
      case 7:
        return fmt::format("TimeGenerated between (ago({}m) .. ago({}m))", 30 + dice_.below(60),
                           dice_.below(30));
      case 8:
        return fmt::format("now() - TimeGenerated < {}m", 5 + dice_.below(90));
      case 9:
        return fmt::format("ingestion_time() > ago({}m)", 5 + dice_.below(90));
      case 10:
        return fmt::format("hourofday(TimeGenerated) % 2 == {}", dice_.below(2));
      case 11:
        return "tostring(Extra.kind) == 'b'";
      case 12:
        return dice_.chance(50) ? "Flag" : "isnull(Code)";
      default:
        return "Text matches regex '[a-z]+ed'";
    }
  }

  std::string join_kind() {
    constexpr std::string_view kinds[] = {"inner", "leftouter", "leftanti", "leftsemi",
                                          "rightanti"};
    return std::string(dice_.one_of(kinds));
  }

  std::string ending() {
    switch (dice_.below(9)) {
      case 0:
        return " | count";
      case 1:
        return " | summarize n = count(), last = max(TimeGenerated), sum(Size) by Host, Code";
      case 2:
        return " | distinct Host, Code";
      case 3:
        return " | summarize dcount(Text), set = array_sort_asc(make_set(Code)) by bin("
               "TimeGenerated, 30m)";
      case 4:
        return " | summarize arg_max(Size, Host) by Code";
      case 5:
        return " | project Age = now() - TimeGenerated, Host, Text, Size";
      case 6:
        return " | summarize n = countif(Flag)";
      case 7:
        return " | project TimeGenerated, Host, Code, Size, Extra";
      default:
        return "";
    }
  }

  Dice& dice_;
};

class RandomSharing : public ::testing::TestWithParam<uint64_t> {
 protected:
  RandomSharing() : dice_(GetParam()) {
    for (int table = 0; table < 3; ++table) {
      database_->create_table({fmt::format("Events{}", table),
                               {{"TimeGenerated", Type::Datetime},
                                {"Host", Type::String},
                                {"Text", Type::String},
                                {"Code", Type::Int},
                                {"Size", Type::Long},
                                {"Flag", Type::Bool},
                                {"Extra", Type::Dynamic}}});
    }
    database_->create_table({"SecurityAlert",
                             {{"TimeGenerated", Type::Datetime},
                              {"AlertName", Type::String},
                              {"AlertSeverity", Type::String}}});
    database_->change_functions(std::vector<StoredFunction>{
        {.name = "Recent", .parameters = "()", .body = "{ Events0 | where Code != 3 }"}});
  }

  /// Rows of the minutes `from` to `to`, in no strict order of time.
  void add_events(int table, int64_t from, int64_t to, int64_t delay) {
    AppendOptions options;
    options.extent_rows = 50 + static_cast<uint32_t>(dice_.below(400));
    Appender rows = database_->append(fmt::format("Events{}", table), options);
    const bool shuffled = dice_.chance(30);
    for (int64_t at = from; at < to; ++at) {
      rows.set_ingestion_time(minute(at + delay));
      const auto here = static_cast<int64_t>(dice_.below(6));
      for (int64_t i = 0; i < here; ++i) {
        const int64_t back = shuffled ? static_cast<int64_t>(dice_.below(20)) : 0;
        rows.column(0).append_word(minute(at - back).ticks + i * ticks_per_second);
        rows.column(1).append_text(dice_.one_of(hosts));
        std::string text(dice_.one_of(words));
        if (dice_.chance(30)) text += fmt::format(" #{}", dice_.below(500));
        rows.column(2).append_text(text);
        if (dice_.chance(20)) {
          rows.column(3).append_null();
        } else {
          rows.column(3).append_word(static_cast<int64_t>(dice_.below(6)));
        }
        rows.column(4).append_word(next_size_++);  // no ties
        rows.column(5).append_bool(dice_.chance(50));
        if (dice_.chance(30)) {
          rows.column(6).append_null();
        } else {
          DynamicBuilder bag;
          bag.begin_object();
          bag.key(dice_.chance(70) ? "kind" : "sort");
          bag.add_string(dice_.chance(50) ? "a" : "b");
          bag.end_object();
          rows.column(6).append_text(bag.take());
        }
        rows.end_row();
      }
    }
    rows.commit();
  }

  void add_alert(int64_t at) {
    Appender rows = database_->append("SecurityAlert");
    rows.set_ingestion_time(minute(at));
    rows.column(0).append_word(minute(at).ticks);
    rows.column(1).append_text(dice_.chance(50) ? "first" : "second");
    rows.column(2).append_text("High");
    rows.end_row();
    rows.commit();
  }

  std::vector<AnalyticRule> make_rules() {
    QueryMaker maker(dice_);
    std::vector<AnalyticRule> rules;
    for (int i = 0; i < 30; ++i) {
      AnalyticRule rule;
      rule.query.text = maker.query();
      rule.kind = dice_.chance(20) ? RuleKind::NearRealTime : RuleKind::Scheduled;
      rule.frequency = {static_cast<int64_t>(5 + dice_.below(50)) * ticks_per_minute};
      rule.period = {static_cast<int64_t>(5 + dice_.below(200)) * ticks_per_minute};
      rules.push_back(std::move(rule));
    }
    AnalyticRule alerts;
    alerts.frequency = {20 * ticks_per_minute};
    alerts.period = {90 * ticks_per_minute};
    alerts.query.text = "SecurityAlert | where AlertName == 'first' | summarize n = count()";
    rules.push_back(alerts);
    alerts.query.text =
        "SecurityAlert | where AlertName == 'second' | join kind=inner (Events1 | where Flag | "
        "extend AlertSeverity = 'High') on AlertSeverity | project Host, AlertName, Size";
    rules.push_back(alerts);
    return rules;
  }

  struct Due {
    const AnalyticRule* rule;
    Slot slot;
    std::string answer;
  };

  /// The slots of `(from, to]`, with now and then an old one: retries and reruns.
  std::vector<Due> due_between(const std::vector<AnalyticRule>& rules, int64_t from, int64_t to) {
    std::vector<Due> due;
    for (const AnalyticRule& rule : rules) {
      const bool near = rule.kind == RuleKind::NearRealTime;
      const int64_t step = near ? 6 : rule.frequency.ticks / ticks_per_minute;
      for (int64_t at = from + 1; at <= to; ++at) {
        if (at % step == 0) due.push_back({&rule, slot_at(rule, minute(at)), {}});
      }
      if (dice_.chance(5)) {
        const auto back = static_cast<int64_t>(dice_.below(static_cast<uint64_t>(to) + 1));
        due.push_back({&rule, slot_at(rule, minute(back)), {}});
      }
    }
    std::ranges::sort(due, {}, [](const Due& each) { return each.slot.at.ticks; });
    return due;
  }

  /// All of them, on some threads.
  static void run_all(QueryRunner& runner, std::vector<Due>& due, int threads) {
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      session::run_on_deep_stack([&] {
        for (size_t at = next++; at < due.size(); at = next++) {
          due[at].answer = testing::answer_text(runner.run(*due[at].rule, due[at].slot),
                                                testing::RowOrder::Sorted);
        }
      });
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
  }

  Dice dice_;
  int64_t next_size_ = 1;
  std::unique_ptr<Database> database_ = Database::in_memory();
  CatalogueSchemas schemas_;
  Session session_{standard_library(), database_.get(), &schemas_};
};

TEST_P(RandomSharing, AnswersAsOneByOne) {
  const Visibility visibility = dice_.chance(50) ? Visibility::Everything : Visibility::AsIngested;
  const std::vector<AnalyticRule> rules = make_rules();
  const RunLimits limits{.threads = 1};
  // Once in a while there is too little memory to keep rows.
  const SharingOptions sharing{.memory_bytes = dice_.chance(20) ? 20'000 : int64_t{1} << 30};
  SharedRunner shared(session_, *database_, rules, {}, limits, visibility, sharing);
  DirectRunner direct(session_, {}, limits, visibility);
  const int threads = 1 + static_cast<int>(dice_.below(4));
  size_t compared = 0, with_rows = 0;
  for (int64_t round = 0; round < 10; ++round) {
    const int64_t from = round * 30, to = from + 30;
    for (int table = 0; table < 3; ++table) {
      if (dice_.chance(85)) add_events(table, from, to, 1);
      if (dice_.chance(30) && round > 2) add_events(table, from - 70, from - 50, 75);
    }
    if (dice_.chance(40)) add_alert(to - 5);
    if (round == 5 && dice_.chance(50)) {
      const ColumnSchema added{"Added", Type::String};
      database_->add_columns("Events1", {&added, 1});
    }
    if (round == 7 && dice_.chance(50)) {
      database_->change_functions(std::vector<StoredFunction>{
          {.name = "Recent", .parameters = "()", .body = "{ Events2 | where Size > 10 }"}});
    }
    std::vector<Due> due = due_between(rules, from, to);
    std::vector<Due> alone = due;
    run_all(shared, due, threads);
    run_all(direct, alone, 1);
    for (size_t i = 0; i < due.size(); ++i) {
      ASSERT_EQ(due[i].answer, alone[i].answer)
          << due[i].rule->query.text << "\nperiod " << to_text(due[i].rule->period) << " at "
          << to_text(due[i].slot.at);
      ++compared;
      with_rows += alone[i].answer.find('\n') != std::string::npos ? 1 : 0;
    }
  }
  const SharingStatistics done = shared.statistics();
  EXPECT_GT(compared, 300u);
  EXPECT_GT(with_rows, 60u);
  EXPECT_EQ(done.runs, static_cast<int64_t>(compared));
  EXPECT_LE(done.bytes_kept, sharing.memory_bytes);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSharing, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace vedette::rules
