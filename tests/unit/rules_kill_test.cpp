// A replay that is killed at any step, and started again, leaves what one leaves that was not
// disturbed: nothing is missing, nothing is there twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/session/catalogue_schemas.h"
#include "tests/unit/rules_scheduler_testing.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;
using testing::at;
using testing::numbered_rule;
using testing::simple_rule;

/// Answers as the wrapped runner, but fails at the first attempts of one slot.
class UnluckyRunner : public QueryRunner {
 public:
  UnluckyRunner(QueryRunner& runner, Clock& clock) : runner_(runner), clock_(clock) {}

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override {
    // What fails depends on the time alone: a process that was started again fails alike.
    const bool early = clock_.now().ticks < slot.due.ticks + 2 * ticks_per_minute;
    if (slot.at == at(120) && early && rule.name.text == "rule 2") {
      return testing::ScriptedRunner::transient();
    }
    return runner_.run(rule, slot);
  }

 private:
  QueryRunner& runner_;
  Clock& clock_;
};

std::vector<AnalyticRule> some_rules() {
  AnalyticRule each_row = numbered_rule(1), unlucky = numbered_rule(2), chained = numbered_rule(3);
  each_row.grouping = EventGrouping::AlertPerResult;
  each_row.incident.group = true;
  each_row.incident.matching = IncidentMatching::AnyAlert;
  unlucky.query.text = "Logins | summarize Rows = count() by User";
  chained.query.text = "SecurityAlert | where AlertName == 'rule 1'";
  chained.frequency = {2 * ticks_per_hour};
  return {each_row, unlucky, chained};
}

void make_database(const std::string& directory) {
  const auto database = Database::open(directory, OpenMode::Create);
  database->create_table({"Logins", {{"TimeGenerated", Type::Datetime}, {"User", Type::String}}});
  Appender logins = database->append("Logins");
  for (int64_t minute = -60; minute < 300; minute += 45) {
    logins.column(0).append_word(at(minute).ticks);
    logins.column(1).append_text(minute % 2 == 0 ? "ann" : "bob");
    logins.end_row();
  }
  logins.commit();
}

/// Everything but what is measured.
std::string tables_as_text(const std::string& directory) {
  const auto database = Database::open(directory, OpenMode::ReadOnly);
  Session session(standard_library(), database.get());
  std::string text;
  for (const char* query :
       {"RuleRuns | project-away Duration, PeakMemoryBytes", "SecurityAlert", "SecurityIncident"}) {
    // One thread: a process that forked has no others.
    const QueryResult result = session.run(query, {.threads = 1});
    text += result.ok ? shell::write_ndjson(result.tables[0]) : result.diagnostics[0].message;
    text += "----\n";
  }
  return text;
}

/// A process of its own: what it does, and how it ended. Killed before step `last`, if it has that
/// many; writes the number of steps, or the tables, to the file `report`.
struct Process {
  fs::path directory;
  std::string report = "report";

  bool run(const std::function<std::string()>& work) const {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        std::ofstream(directory / report) << work();
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
                (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    return WIFEXITED(status);
  }

  std::string result() const {
    std::ifstream file(directory / report);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
};

std::string replay(const fs::path& directory, size_t runs_together, int64_t last_step) {
  int64_t steps = 0;
  const auto step = [&](std::string_view) {
    if (++steps == last_step) ::kill(::getpid(), SIGKILL);
  };
  const auto database = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto state = State::open(directory / "db");
  state->sqlite().before_write = step;
  const CatalogueSchemas schemas;
  Session session(standard_library(), database.get(), &schemas);
  VirtualClock clock(at(0));
  DirectRunner direct(session, {}, {.threads = 1}, Visibility::Everything);
  UnluckyRunner runner(direct, clock);
  SchedulerOptions options{.visibility = Visibility::Everything,
                           .trigger = RunTrigger::Replay,
                           .most_pending = runs_together,
                           .merged_together = 2,
                           .before_step = step};
  Scheduler scheduler(*state, *database, runner, clock, options);
  scheduler.set_rules(some_rules(), at(0));
  scheduler.replay(at(0), at(240));
  return std::to_string(steps);
}

void expect_that_kills_change_nothing(size_t runs_together) {
  const fs::path base = fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  const fs::path folder = base / ("vedette_rules_" + std::to_string(::getpid()));
  const auto begin = [&] {
    fs::remove_all(folder / "work");
    fs::copy(folder / "fresh", folder / "work", fs::copy_options::recursive);
    return Process{folder / "work"};
  };
  fs::remove_all(folder);
  fs::create_directories(folder / "fresh");
  ASSERT_TRUE(Process{folder / "fresh"}.run([&] {
    make_database(folder / "fresh" / "db");
    return std::string();
  }));

  Process process = begin();
  ASSERT_TRUE(process.run([&] { return replay(folder / "work", runs_together, 0); }));
  const int64_t steps = std::stoll(process.result());
  ASSERT_GT(steps, 100);
  const auto tables = [&] {
    EXPECT_TRUE(process.run([&] { return tables_as_text(folder / "work" / "db"); }));
    return process.result();
  };
  const std::string expected = tables();
  ASSERT_NE(expected.find("\"Transient\""), std::string::npos);
  ASSERT_NE(expected.find("\"AlertName\":\"rule 3\""), std::string::npos);
  ASSERT_NE(expected.find("\"IncidentNumber\":3"), std::string::npos);

  for (int64_t last = 1; last <= steps; ++last) {
    begin();
    ASSERT_FALSE(process.run([&] { return replay(folder / "work", runs_together, last); })) << last;
    // Every other time the next process is killed too.
    if (last % 2 == 0)
      process.run([&] { return replay(folder / "work", runs_together, last / 2); });
    ASSERT_TRUE(process.run([&] { return replay(folder / "work", runs_together, 0); })) << last;
    ASSERT_EQ(tables(), expected) << "killed before step " << last << " of " << steps;
  }
  fs::remove_all(folder);
}

TEST(KilledRules, LeaveWhatAnUndisturbedReplayLeaves) {
  expect_that_kills_change_nothing(1);
}

TEST(KilledRules, AlsoWhenRunsAreRecordedTogether) {
  expect_that_kills_change_nothing(3);
}

}  // namespace
}  // namespace vedette::rules
