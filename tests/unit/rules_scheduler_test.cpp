// The promises of docs/rules/running.md: which slots run when, and what becomes of them.
#include <gtest/gtest.h>

#include "runtime/table/catalogue.h"
#include "tests/unit/rules_scheduler_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::Engine;
using testing::numbered_rule;
using testing::ScriptedRunner;
using testing::simple_rule;
using Outcomes = std::vector<Outcome>;

std::vector<int64_t> slots_of(const Engine& engine) {
  std::vector<int64_t> numbers;
  for (const auto& [name, slot] : engine.runner.asked) numbers.push_back(slot.number);
  return numbers;
}

using Numbers = std::vector<int64_t>;

TEST(Scheduler, ASlotRunsFiveMinutesAfterItsTime) {
  Engine engine;
  engine.set_rules({simple_rule()});
  EXPECT_EQ(engine.scheduler->next_due(), at(5));
  engine.clock.advance_to(at(4));
  EXPECT_EQ(engine.scheduler->run_due(), 0u);
  engine.clock.advance_to(at(5));
  EXPECT_EQ(engine.scheduler->run_due(), 1u);
  const Slot& slot = engine.runner.asked.at(0).second;
  EXPECT_EQ(slot.number, 0);
  EXPECT_EQ(slot.at, at(0));
  EXPECT_EQ(slot.from, at(-120));
  EXPECT_EQ(engine.scheduler->next_due(), at(65));
}

TEST(Scheduler, NearRealTimeRulesRunEachMinuteTwoMinutesLater) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.kind = RuleKind::NearRealTime;
  rule.frequency = {};
  const auto minute = [](int64_t n) {
    return Datetime{(at(n).ticks / ticks_per_minute) * ticks_per_minute};
  };
  engine.clock.advance_to({minute(0).ticks + 1});
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), minute(3));
  engine.run_until(minute(6));
  EXPECT_EQ(slots_of(engine), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(engine.runner.asked[3].second.at, minute(4));
  EXPECT_EQ(engine.runner.asked[3].second.from, minute(3));
}

TEST(Scheduler, LateSlotsRunOldestFirstWithTheirOwnWindows) {
  Engine engine;
  engine.set_rules({numbered_rule(1), numbered_rule(2)});
  engine.clock.advance_to(at(130));
  EXPECT_EQ(engine.scheduler->run_due(), 6u);
  EXPECT_EQ(slots_of(engine), (Numbers{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(engine.runner.asked[5].second.to, at(120));
  EXPECT_EQ(engine.runs[0].started, at(130));
  EXPECT_EQ(engine.runs[0].slot.at, at(0));
}

TEST(Scheduler, SlotsThatPassedMoreThanADayAgoAreSkipped) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.clock.advance_to(at(5 + 60 * 40));
  EXPECT_EQ(engine.scheduler->run_due(), 25u);
  ASSERT_EQ(engine.runs.size(), 26u);
  EXPECT_EQ(engine.runs[0].outcome, Outcome::Skipped);
  EXPECT_EQ(engine.runs[0].message, "16 slots had passed more than a day ago");
  EXPECT_EQ(engine.runs[0].slot.from, at(-120));
  EXPECT_EQ(engine.runs[0].slot.to, at(15 * 60));
  EXPECT_EQ(engine.runs[1].slot.number, 16);
  EXPECT_EQ(engine.runs.back().slot.number, 40);
}

TEST(Scheduler, TheGridSurvivesRestarts) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.run_until(at(70));
  engine.clock.advance_to(at(133));
  engine.restart();
  EXPECT_EQ(engine.scheduler->next_due(), at(125));
  engine.scheduler->run_due();
  EXPECT_EQ(engine.runs.back().slot.at, at(120));
  EXPECT_EQ(engine.scheduler->next_due(), at(185));
}

TEST(Scheduler, AnotherFrequencyIsAnotherGrid) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  engine.set_rules({rule});
  engine.run_until(at(70));
  rule.frequency = {10 * ticks_per_minute};
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), at(75));
  engine.run_until(at(80));
  EXPECT_EQ(engine.runs.back().slot.at, at(70));
  EXPECT_EQ(engine.runs.back().slot.number, 0);
}

TEST(Scheduler, ANewGridOfAReplayBeginsWithIt) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  engine.scheduler->set_rules({rule}, at(0));
  engine.scheduler->replay(at(0), at(60));
  rule.frequency = {30 * ticks_per_minute};
  engine.scheduler->set_rules({rule}, at(0));
  engine.scheduler->replay(at(0), at(150));
  std::string times;
  for (const auto& [name, slot] : engine.runner.asked) {
    times += fmt::format(" {}", (slot.at.ticks - at(0).ticks) / ticks_per_minute);
  }
  EXPECT_EQ(times, " 0 60 90 120 150");
}

TEST(Scheduler, ARuleWithAStartTimeBeginsThen) {
  Engine engine;
  AnalyticRule later = numbered_rule(1), earlier = numbered_rule(2);
  later.start = at(90);
  earlier.start = at(-100);  // every hour: -100, -40, 20, 80
  engine.set_rules({later, earlier});
  EXPECT_EQ(engine.scheduler->next_due(), at(25));
  engine.run_until(at(200));
  std::vector<std::pair<std::string, Datetime>> expected = {{"rule 2", at(20)},
                                                            {"rule 2", at(80)},
                                                            {"rule 1", at(90)},
                                                            {"rule 2", at(140)},
                                                            {"rule 1", at(150)}};
  std::vector<std::pair<std::string, Datetime>> ran;
  for (const RunRecord& run : engine.runs) ran.emplace_back(run.rule_name, run.slot.at);
  EXPECT_EQ(ran, expected);
  EXPECT_EQ(engine.runs[0].slot.number, 0);
  EXPECT_EQ(engine.runs[2].slot.number, 0);
  engine.clock.advance_to(at(200));
  engine.restart();
  EXPECT_EQ(engine.scheduler->next_due(), at(205)) << "its grid stays";
}

TEST(Scheduler, AnotherStartTimeIsAnotherGrid) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  engine.set_rules({rule});
  engine.run_until(at(70));
  rule.start = at(-20);  // the grid of now, and not by whole hours
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), at(105));
  engine.run_until(at(110));
  rule.start = at(-80);  // another text of the same grid
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), at(165));
  rule.start = at(400);
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), at(405));
  engine.restart();
  EXPECT_EQ(engine.scheduler->next_due(), at(405));
  EXPECT_EQ(engine.state->rules()[0].next_slot, 0);
  engine.run_until(at(500));
  EXPECT_EQ(engine.runs.back().slot.at, at(460));
  EXPECT_EQ(engine.runs.back().slot.number, 1);
}

TEST(Scheduler, ThresholdsDecideOnTheNumberOfRows) {
  Engine engine;
  AnalyticRule none = numbered_rule(1), more = numbered_rule(2);
  none.trigger = Trigger::Equal;
  none.threshold = 0;
  more.threshold = 3;
  engine.set_rules({none, more});
  engine.run_until(at(5));
  EXPECT_EQ(engine.outcomes(), (Outcomes{Outcome::Alerted, Outcome::NoAlert}));
  EXPECT_EQ(engine.runs[0].alerts, 1);
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(4); };
  engine.run_until(at(65));
  EXPECT_EQ(engine.outcomes(),
            (Outcomes{Outcome::Alerted, Outcome::NoAlert, Outcome::NoAlert, Outcome::Alerted}));
  EXPECT_EQ(engine.runs[3].rows_returned, 4);
}

TEST(Scheduler, SuppressionStopsTheQueryAndKeepsThePhase) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.suppression = true;
  rule.suppression_duration = {150 * ticks_per_minute};
  engine.set_rules({rule});
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(1); };
  engine.run_until(at(185));
  EXPECT_EQ(slots_of(engine), (Numbers{0, 3}));
  EXPECT_EQ(engine.outcomes(), (Outcomes{Outcome::Alerted, Outcome::Suppressed, Outcome::Suppressed,
                                         Outcome::Alerted}));
  engine.restart();
  engine.run_until(at(245));
  EXPECT_EQ(engine.runs.back().outcome, Outcome::Suppressed) << "also after a restart";
}

TEST(Scheduler, TransientFailuresAreTriedAgainWithTheSameWindow) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.runner.answer = [](const auto&, const Slot& slot) {
    return slot.number == 0 ? ScriptedRunner::transient() : ScriptedRunner::rows(0);
  };
  engine.run_until(at(59));
  ASSERT_EQ(engine.runs.size(), 6u);
  const int64_t minutes[] = {5, 6, 8, 12, 20, 36};
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(engine.runs[i].started, at(minutes[i]));
    EXPECT_EQ(engine.runs[i].slot.at, at(0));
    EXPECT_EQ(engine.runs[i].attempt, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(engine.runs[i].outcome, Outcome::Transient);
  }
  EXPECT_EQ(engine.scheduler->next_due(), at(65));
  EXPECT_TRUE(engine.state->retries().empty());
  EXPECT_TRUE(engine.state->rules()[0].runs());
}

TEST(Scheduler, ARetryDoesNotHoldUpTheNextSlotAndSurvivesRestarts) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.frequency = {5 * ticks_per_minute};
  engine.set_rules({rule});
  bool failing = true;
  engine.runner.answer = [&](const auto&, const Slot& slot) {
    return slot.number == 0 && failing ? ScriptedRunner::transient() : ScriptedRunner::rows(1);
  };
  engine.run_until(at(11));  // 5, 6, 8; slot 1 at 10
  EXPECT_EQ(engine.outcomes(), (Outcomes{Outcome::Transient, Outcome::Transient, Outcome::Transient,
                                         Outcome::Alerted}));
  failing = false;
  engine.restart();
  engine.run_until(at(12));
  EXPECT_EQ(engine.runs.back().slot.at, at(0));
  EXPECT_EQ(engine.runs.back().attempt, 4);
  EXPECT_EQ(engine.runs.back().outcome, Outcome::Alerted);
  EXPECT_TRUE(engine.state->retries().empty());
}

TEST(Scheduler, SixPermanentFailuresWithOneCodeDisableARule) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.runner.answer = [](const auto&, const Slot& slot) {
    return ScriptedRunner::permanent(slot.number == 2 ? "KQL0701" : "KQL0102");
  };
  engine.run_until(at(60 * 12));
  EXPECT_EQ(engine.runs.size(), 9u) << "the count began anew at slot 3";
  const RuleState state = engine.state->rules()[0];
  EXPECT_FALSE(state.runs());
  EXPECT_EQ(state.disabled_reason, "6 runs in a row failed alike: KQL0102: no such table");
  EXPECT_EQ(engine.runs.back().message, "KQL0102: no such table; AUTO DISABLED after 6 failures");
  EXPECT_EQ(engine.scheduler->next_due(), std::nullopt);
  engine.restart();
  EXPECT_EQ(engine.scheduler->next_due(), std::nullopt) << "also after a restart";

  engine.rules[0].query.text += " | take 1";
  engine.restart();
  EXPECT_TRUE(engine.state->rules()[0].runs()) << "a rule that was changed gets another chance";
}

TEST(Scheduler, ARunThatWorksForgetsFailures) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.runner.answer = [](const auto&, const Slot& slot) {
    return slot.number % 6 == 5 ? ScriptedRunner::rows(0) : ScriptedRunner::permanent();
  };
  engine.run_until(at(60 * 20));
  EXPECT_TRUE(engine.state->rules()[0].runs());
}

TEST(Scheduler, ARerunKeepsItsWindowAndRaisesNothingTwice) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.grouping = EventGrouping::AlertPerResult;
  engine.set_rules({rule});
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(2); };
  engine.run_until(at(70));
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(3); };
  const std::string id = engine.state->rules()[0].id;
  const RunRecord run = engine.scheduler->rerun(id, at(0));
  EXPECT_EQ(run.slot.from, at(-120));
  EXPECT_EQ(run.attempt, 2);
  EXPECT_EQ(run.trigger, RunTrigger::Manual);
  EXPECT_EQ(run.outcome, Outcome::Alerted);
  EXPECT_EQ(run.alerts, 1) << "the late row";
  EXPECT_EQ(engine.query("SecurityAlert | summarize Alerts = count(), Ids = dcount(SystemAlertId)"),
            "{\"Alerts\":5,\"Ids\":5}\n");
  EXPECT_EQ(engine.state->rules()[0].next_slot, 2);
  for (const Datetime time : {at(30), at(-60), at(120)}) {
    EXPECT_THROW(engine.scheduler->rerun(id, time), QueryError);
  }
  EXPECT_THROW(engine.scheduler->rerun("nobody", at(0)), QueryError);
}

TEST(Scheduler, WhatIsStoppedRunsAgain) {
  Engine engine;
  engine.set_rules({numbered_rule(1), numbered_rule(2)});
  std::atomic<bool> stop = false;
  engine.restart({.stop = &stop});
  engine.runner.answer = [&](const AnalyticRule& rule, const auto&) {
    if (rule.name.text == "rule 1") return ScriptedRunner::rows(0);
    stop = true;
    return ScriptedRunner::transient();
  };
  engine.clock.advance_to(at(5));
  engine.scheduler->run_due();
  EXPECT_EQ(engine.outcomes(), Outcomes{Outcome::NoAlert});
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(0); };
  engine.restart();
  engine.scheduler->run_due();
  EXPECT_EQ(engine.runs.back().rule_name, "rule 2");
  EXPECT_EQ(engine.runs.back().attempt, 1);
  EXPECT_EQ(engine.runs.size(), 2u);
}

TEST(Scheduler, RunsAreRowsOfRuleRuns) {
  Engine engine;
  engine.set_rules({simple_rule()});
  engine.run_until(at(65));
  EXPECT_EQ(engine.query("RuleRuns | project RunNumber, RuleName, RuleKind, SlotNumber, Outcome, "
                         "Attempt, Trigger, EngineVersion, Window = WindowEnd - WindowStart, "
                         "Delay = Started - SlotTime | order by RunNumber asc"),
            R"({"RunNumber":1,"RuleName":"Odd sign-in","RuleKind":"Scheduled","SlotNumber":0,)"
            R"("Outcome":"NoAlert","Attempt":1,"Trigger":"Scheduled","EngineVersion":"test",)"
            R"("Window":"02:00:00","Delay":"00:05:00"})"
            "\n"
            R"({"RunNumber":2,"RuleName":"Odd sign-in","RuleKind":"Scheduled","SlotNumber":1,)"
            R"("Outcome":"NoAlert","Attempt":1,"Trigger":"Scheduled","EngineVersion":"test",)"
            R"("Window":"02:00:00","Delay":"00:05:00"})"
            "\n");
  plan::TableColumns declared;
  const auto schema = find_catalogue_table("RuleRuns");
  for (const ColumnSchema& column : schema->columns) {
    declared.emplace_back(column.name, column.type);
  }
  EXPECT_EQ(declared, run_columns()) << "rules over RuleRuns bind before any run";
}

TEST(Scheduler, RulesSeeTheAlertsOfOthers) {
  Engine engine;
  engine.database->create_table({"Logins", {{"TimeGenerated", Type::Datetime}}});
  Appender logins = engine.database->append("Logins");
  logins.column(0).append_word(at(30).ticks);
  logins.end_row();
  logins.commit();
  Session session(standard_library(), engine.database.get());
  DirectRunner runner(session, {}, {}, Visibility::Everything);
  engine.other_runner = &runner;
  AnalyticRule first = numbered_rule(2), over_alerts = numbered_rule(1);
  over_alerts.query.text = "SecurityAlert | where AlertName == 'rule 2'";
  engine.rules = {first, over_alerts};
  engine.restart({.visibility = Visibility::Everything, .trigger = RunTrigger::Replay});
  engine.scheduler->replay(at(0), at(240));
  EXPECT_EQ(engine.query("RuleRuns | where Outcome == 'Alerted' | project RuleName, SlotNumber, "
                         "Trigger | order by RuleName asc, SlotNumber asc"),
            R"({"RuleName":"rule 1","SlotNumber":2,"Trigger":"Replay"})"
            "\n"
            R"({"RuleName":"rule 1","SlotNumber":3,"Trigger":"Replay"})"
            "\n"
            R"({"RuleName":"rule 1","SlotNumber":4,"Trigger":"Replay"})"
            "\n"
            R"({"RuleName":"rule 2","SlotNumber":1,"Trigger":"Replay"})"
            "\n"
            R"({"RuleName":"rule 2","SlotNumber":2,"Trigger":"Replay"})"
            "\n");
  EXPECT_EQ(engine.clock.now(), at(245));
}

TEST(Scheduler, AReplayIsDoneOnce) {
  Engine engine;
  engine.set_rules({simple_rule()});
  EXPECT_EQ(engine.scheduler->replay(at(0), at(120)), 3u);
  EXPECT_EQ(engine.scheduler->replay(at(0), at(120)), 0u);
  EXPECT_EQ(engine.scheduler->replay(at(60), at(180)), 1u) << "only what is new";
  EXPECT_EQ(engine.scheduler->replay(at(360), at(360)), 1u);
  EXPECT_EQ(engine.runs.at(4).message, "2 slots came before the time of the replay");
}

TEST(Scheduler, AReplayThatBeginsWithinAMillisecondHasASlotThen) {
  Engine engine;
  const Datetime begin = {at(0).ticks + ticks_per_millisecond / 2};
  engine.scheduler->set_rules({simple_rule()}, begin);
  EXPECT_EQ(engine.scheduler->replay(begin, at(120)), 2u);
  const Slot& first = engine.runner.asked.at(0).second;
  EXPECT_EQ(first.number, 0);
  EXPECT_EQ(first.at.ticks, at(0).ticks + ticks_per_millisecond);
  EXPECT_EQ(engine.outcomes(), (Outcomes{Outcome::NoAlert, Outcome::NoAlert}));
}

TEST(Scheduler, WhatPassesWhileARuleIsOffInItsFileIsNotMadeUpFor) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  const auto turn = [&](bool on) {
    rule.enabled = on;
    engine.set_rules({rule});
  };
  turn(false);
  engine.run_until(at(100));
  EXPECT_EQ(engine.state->rules().at(0).runs(), false);
  turn(true);  // T0 is now
  engine.run_until(at(240));
  EXPECT_EQ(slots_of(engine), (Numbers{0, 1, 2}));
  EXPECT_EQ(engine.runner.asked.at(0).second.at, at(100));
  turn(false);
  engine.run_until(at(500));
  EXPECT_EQ(engine.runner.asked.size(), 3u);
  turn(true);
  engine.run_until(at(600));
  EXPECT_EQ(slots_of(engine), (Numbers{0, 1, 2, 7, 8})) << "the grid of before";
}

TEST(Scheduler, ARuleWithoutAScheduleDoesNotRun) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.frequency = {};
  engine.set_rules({rule});
  EXPECT_EQ(engine.scheduler->next_due(), std::nullopt);
  EXPECT_EQ(engine.scheduler->replay(at(0), at(120)), 0u);
}

TEST(Scheduler, ThreadsDoNotChangeTheOrder) {
  std::string expected;
  for (const int threads : {1, 4}) {
    Engine engine;
    std::vector<AnalyticRule> rules;
    for (int i = 0; i < 40; ++i) rules.push_back(numbered_rule(100 - i));
    engine.runner.answer = [](const AnalyticRule& rule, const auto&) {
      return ScriptedRunner::rows(rule.name.text.back() % 3);
    };
    engine.rules = rules;
    engine.restart({.threads = threads});
    engine.scheduler->replay(at(0), at(300));
    const std::string runs = engine.query("RuleRuns | project-away Duration, PeakMemoryBytes");
    const std::string rest = engine.query("SecurityIncident") + engine.query("SecurityAlert");
    EXPECT_NE(rest.find("rule 98"), std::string::npos);
    if (expected.empty()) expected = runs + rest;
    EXPECT_EQ(runs + rest, expected);
  }
}

TEST(Scheduler, IncidentsComeOfAlertsOfManyRuns) {
  Engine engine;
  AnalyticRule rule = simple_rule();
  rule.incident.group = true;
  rule.incident.matching = IncidentMatching::AnyAlert;
  engine.set_rules({rule});
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(1); };
  engine.run_until(at(70));
  engine.restart();
  engine.run_until(at(130));
  EXPECT_EQ(engine.query("SecurityIncident | summarize arg_max(TimeGenerated, AlertIds), "
                         "Rows = count() by IncidentNumber | project IncidentNumber, Rows, "
                         "Alerts = array_length(AlertIds)"),
            "{\"IncidentNumber\":1,\"Rows\":3,\"Alerts\":3}\n")
      << "also across a restart";
}

}  // namespace
}  // namespace vedette::rules
