// A year of hourly windows over ten million events, back-tested.
//   backtest_benchmark [ROWS]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "rules/backtest/backtest.h"
#include "runtime/base/format.h"
#include "stdlib/stdlib.h"
#include "tests/harness/dice.h"

namespace {

using namespace vedette;
using namespace vedette::rules;

constexpr int64_t days = 365;
constexpr Datetime first_day{638'396'640'000'000'000 / ticks_per_day * ticks_per_day};
constexpr double most_seconds = 10;

std::unique_ptr<Database> year_of_logins(uint64_t rows) {
  auto database = Database::in_memory();
  database->create_table({"Logins",
                          {{"TimeGenerated", Type::Datetime},
                           {"User", Type::String},
                           {"Address", Type::String},
                           {"Result", Type::String},
                           {"Agent", Type::String}}});
  AppendOptions options;
  options.threads = 2;
  Appender logins = database->append("Logins", options);
  Dice dice(7);
  for (uint64_t row = 0; row < rows; ++row) {
    const double part = static_cast<double>(row) / static_cast<double>(rows);
    logins.column(0).append_word(first_day.ticks +
                                 static_cast<int64_t>(part * days * ticks_per_day));
    logins.column(1).append_text(fmt::format("user{}@example.test", dice.below(3000)));
    logins.column(2).append_text(fmt::format("203.0.{}.{}", dice.below(20), dice.below(250)));
    logins.column(3).append_text(dice.chance(3) ? "bad password" : "ok");
    logins.column(4).append_text(dice.chance(70) ? "browser" : "client 1.0");
    logins.end_row();
  }
  logins.commit();
  return database;
}

AnalyticRule hourly_rule() {
  AnalyticRule rule;
  rule.id.text = "5f0c3f3e-54a1-4c53-9d55-0d2d9a7c1a03";
  rule.name.text = "Failures from one address";
  rule.frequency = rule.period = {ticks_per_hour};
  rule.query.text =
      "Logins | where Result == 'bad password' and Address startswith '203.0.1' "
      "| summarize Failures = count(), Users = dcount(User) by Address | where Failures > 1";
  rule.entities.push_back({.type = {"IP"}, .fields = {{{"Address"}, {"Address"}}}});
  return rule;
}

}  // namespace

int main(int count, char** texts) {
  const uint64_t rows = count > 1 ? std::strtoull(texts[1], nullptr, 10) : 10'000'000;
  const auto database = year_of_logins(rows);
  Session session(standard_library(), database.get());
  const AnalyticRule rule = hourly_rule();
  const RunLimits limits{.threads = 1};
  const BacktestOptions options{.from = first_day,
                                .to = {first_day.ticks + days * ticks_per_day},
                                .limits = limits,
                                .threads = 2};
  const Backtest backtest = run_backtest(session, *database, {rule}, options);
  fmt::print("{}", to_text(backtest).substr(to_text(backtest).rfind("\n20") + 1));

  // The runs of every fiftieth day by themselves.
  DirectRunner alone(session, {}, limits, Visibility::Everything);
  int64_t rows_alone = 0, rows_there = 0;
  const auto started = std::chrono::steady_clock::now();
  int64_t runs = 0;
  std::map<int64_t, int64_t> by_day;
  for (const BacktestBucket& bucket : backtest.rules[0].buckets) {
    by_day[bucket.start.ticks] = bucket.rows;
  }
  for (int64_t day = 3; day < days; day += 50) {
    const int64_t start = first_day.ticks + day * ticks_per_day;
    rows_there += by_day[start];
    for (int64_t hour = 0; hour < 24; ++hour, ++runs) {
      const Slot slot = slot_at(rule, {start + hour * ticks_per_hour});
      rows_alone += static_cast<int64_t>(alone.run(rule, slot).rows->rows);
    }
  }
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const double seconds = std::chrono::duration<double>(backtest.elapsed).count();
  fmt::print("{} runs in {:.2f} s; one by one they would take {:.1f} s\n", backtest.rules[0].slots,
             seconds,
             took / static_cast<double>(runs) * static_cast<double>(backtest.rules[0].slots));
  fmt::print("rows of some days: {}, one by one {}\n", rows_there, rows_alone);
  return rows_there == rows_alone && rows_alone > 0 && seconds < most_seconds ? 0 : 1;
}
