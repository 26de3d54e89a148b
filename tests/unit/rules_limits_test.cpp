// What single rules may use: the file beside them, and runs that want more.
#include <gtest/gtest.h>

#include "rules/load/limits.h"
#include "rules/load/load.h"
#include "rules/share/shared_runner.h"
#include "tests/unit/rules_scheduler_testing.h"
#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

using testing::numbered_rule;

TEST(Limits, LieBesideTheRulesAndMeanThemByNameOrId) {
  const TestFolder folder("limits");
  folder.write("limits.yaml",
               "'*': { timeout: 1m }\n"
               "rule 1: { timeout: 30s, memory: 512M }\n"
               "00000000-0000-4000-8000-000000000002: { memory: 1G }\n"
               "nobody: { memory: 1G }\n");
  folder.write("rule.yaml", "name: A rule\n");
  std::vector<AnalyticRule> rules = {numbered_rule(1), numbered_rule(2)};
  const auto limits = limits_beside(folder.path());
  EXPECT_EQ(limits_beside(folder.path("rule.yaml")).size(), limits.size());
  apply_limits(limits, rules);
  EXPECT_EQ(rules[0].limits.timeout, std::chrono::seconds(30));
  EXPECT_EQ(rules[0].limits.memory_bytes, 512ll << 20);
  EXPECT_EQ(rules[1].limits.timeout, std::chrono::minutes(1));
  EXPECT_EQ(rules[1].limits.memory_bytes, 1ll << 30);
  EXPECT_EQ(limits_of(rules[1], {.threads = 3}).threads, 3);
  Findings findings;
  check_limits(limits, rules, findings);
  ASSERT_EQ(findings.all().size(), 1u);
  EXPECT_EQ(findings.all()[0].code, "RUL0404");
  EXPECT_EQ(findings.all()[0].place.line, 4);
  EXPECT_EQ(rule_files(folder.path()).size(), 1u);
}

TEST(Limits, FilesThatSayAnythingElseAreRefused) {
  for (const std::string_view text :
       {"[a]", "rule: 30s", "rule: { timeout: soon }", "rule: { memory: much }",
        "rule: { cores: 4 }", "rule: { timeout: 0s }", "rule: {", "rule: { memory: 0 }"}) {
    const TestFolder folder("limits_bad");
    folder.write("limits.yaml", text);
    EXPECT_THROW(limits_beside(folder.path()), QueryError) << text;
  }
}

TEST(Limits, SizesHaveUnits) {
  EXPECT_EQ(parse_bytes("1000"), 1000);
  EXPECT_EQ(parse_bytes("1.5GiB"), 3ll << 29);
  EXPECT_EQ(parse_bytes("512MB"), 512ll << 20);
  for (const std::string_view text : {"", "M", "1X", "-1", "1MM", "9e30"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

/// A rule whose query works hard without reading a table.
AnalyticRule hungry_rule(int number, std::string query) {
  AnalyticRule rule = numbered_rule(number);
  rule.query.text = std::move(query);
  return rule;
}

TEST(Limits, RunsThatWantMoreAreRecordedAsSuch) {
  AnalyticRule slow =
      hungry_rule(1, "range x from 1 to 2000000000 step 1 | summarize n = sum(x % 7) by b = x % 3");
  slow.limits.timeout = std::chrono::milliseconds(20);
  AnalyticRule large =
      hungry_rule(2, "range x from 1 to 1000000 step 1 | summarize count() by tostring(x)");
  large.limits.memory_bytes = 1 << 16;
  AnalyticRule modest = hungry_rule(3, "range x from 1 to 10 step 1");
  for (const bool shared : {false, true}) {
    testing::Engine engine;
    Session session(standard_library(), engine.database.get());
    const std::vector<AnalyticRule> rules = {slow, large, modest};
    DirectRunner direct(session, {}, {.threads = 1}, Visibility::AsIngested);
    SharedRunner sharing(session, *engine.database, rules, {}, {.threads = 1},
                         Visibility::AsIngested);
    engine.other_runner = shared ? static_cast<QueryRunner*>(&sharing) : &direct;
    engine.restart();
    engine.set_rules(rules);
    engine.clock.advance_to(*engine.scheduler->next_due());
    engine.scheduler->run_due();
    const std::string told = engine.query(
        "RuleRuns | order by RuleName asc "
        "| project Rule = RuleName, Outcome, Code = substring(Message, 0, 7)");
    EXPECT_EQ(told,
              "{\"Rule\":\"rule 1\",\"Outcome\":\"Transient\",\"Code\":\"KQL0702\"}\n"
              "{\"Rule\":\"rule 2\",\"Outcome\":\"Permanent\",\"Code\":\"KQL0701\"}\n"
              "{\"Rule\":\"rule 3\",\"Outcome\":\"Alerted\",\"Code\":\"\"}\n");
  }
}

}  // namespace
}  // namespace vedette::rules
