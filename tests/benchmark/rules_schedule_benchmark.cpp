// What the scheduler costs beside the queries: a day of 200 rules, a run every five minutes, on
// disk.
//
//   rules_schedule_benchmark [rules]   prints runs per second; exit status 1 when a promise is
//   broken
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "rules/schedule/scheduler.h"
#include "runtime/base/format.h"

namespace {

using namespace vedette;
using namespace vedette::rules;

constexpr double promised_runs_per_second = 5000;
constexpr int64_t runs_between_alerts = 100;

/// Finds one row now and then, at no cost.
class EasyRunner : public QueryRunner {
 public:
  QueryRun run(const AnalyticRule&, const Slot& slot) override {
    ResultTable rows;
    rows.columns = {{"TimeGenerated", Type::Datetime}, {"User", Type::String}};
    rows.data.emplace_back(Type::Datetime);
    rows.data.emplace_back(Type::String);
    if (slot.number % runs_between_alerts == 0) {
      rows.data[0].append_word(slot.from.ticks);
      rows.data[1].append_text("somebody");
      rows.rows = 1;
    }
    return {.rows = std::make_shared<const ResultTable>(std::move(rows))};
  }
};

}  // namespace

int main(int count, char** arguments) {
  const int rules = count > 1 ? std::atoi(arguments[1]) : 200;
  const auto directory = std::filesystem::absolute("rules_schedule_benchmark.db");
  std::filesystem::remove_all(directory);
  const auto database = Database::open(directory, OpenMode::Create);
  const auto state = State::open(directory);
  std::vector<AnalyticRule> all(static_cast<size_t>(rules));
  for (int i = 0; i < rules; ++i) {
    all[i].id.text = fmt::format("00000000-0000-4000-8000-{:012}", i);
    all[i].name.text = fmt::format("Rule {}", i);
    all[i].frequency = {5 * ticks_per_minute};
    all[i].period = {ticks_per_hour};
    all[i].query.text = "T";
  }
  const Datetime start = {638'500'000'000'000'000};
  VirtualClock clock(start);
  EasyRunner runner;
  Scheduler scheduler(*state, *database, runner, clock,
                      {.visibility = Visibility::Everything, .trigger = RunTrigger::Replay});
  const auto begun = std::chrono::steady_clock::now();
  scheduler.set_rules(all, start);
  const size_t runs = scheduler.replay(start, {start.ticks + ticks_per_day});
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const double speed = static_cast<double>(runs) / seconds;
  std::printf("%zu runs of %d rules in %.2f s: %.0f runs/s (promised: %.0f)\n", runs, rules,
              seconds, speed, promised_runs_per_second);
  std::filesystem::remove_all(directory);
  return speed < promised_runs_per_second ? 1 : 0;
}
