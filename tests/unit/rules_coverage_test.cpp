// Coverage: a rule counts when it is on, has rows to look at, and a test that passes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "compiler/session/catalogue_schemas.h"
#include "rules/alert/table_rows.h"
#include "rules/coverage/coverage.h"
#include "rules/load/externals.h"
#include "rules/load/load.h"
#include "runtime/base/error.h"
#include "runtime/value/json.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::rows_of;
using testing::simple_rule;

AnalyticRule rule(std::string name, std::string query) {
  AnalyticRule result = simple_rule();
  result.name.text = std::move(name);
  result.query.text = std::move(query);
  return result;
}

TestResult test_of(std::string name, TestStatus status) {
  return {.file = "x.test.yaml", .name = "a test", .rule = std::move(name), .status = status};
}

/// SigninLogs has a row of the last days, AuditLogs an old one.
std::unique_ptr<Database> database() {
  auto result = Database::in_memory();
  ResultTable rows = rows_of("print TimeGenerated = datetime(2022-09-26), UserPrincipalName = 'a'");
  rows.name = "SigninLogs";
  append_rows_to(*result, rows).commit();
  rows = rows_of("print TimeGenerated = datetime(2021-01-01), OperationName = 'a'");
  rows.name = "AuditLogs";
  append_rows_to(*result, rows).commit();
  return result;
}

Coverage coverage(const std::vector<AnalyticRule>& rules, const std::vector<TestResult>& tests) {
  const auto data = database();
  const CatalogueSchemas catalogue;
  const NotedSchemas schemas(catalogue);
  Session session(standard_library(), data.get(), &schemas);
  return coverage_of(rules, session, schemas, {.now = at(0)}, 30, tests);
}

TEST(Coverage, EachRuleHasItsReadiness) {
  std::vector<AnalyticRule> rules = {
      rule("good", "SigninLogs | where UserPrincipalName has 'a'"),
      rule("untested", "SigninLogs"),
      rule("failing", "SigninLogs"),
      rule("old", "SigninLogs | join kind=inner AuditLogs on TimeGenerated"),
      rule("missing", "let x = DeviceEvents; x | where ActionType == 'x'"),
      rule("fuzzy", "union isfuzzy=true SigninLogs, DeviceEvents | where 1 == 1"),
      rule("broken", "SigninLogs | where Nope == 1 | frobnicate"),
      rule("off", "SigninLogs")};
  rules.back().enabled = false;
  const Coverage found =
      coverage(rules, {test_of("good", TestStatus::Passed), test_of("failing", TestStatus::Passed),
                       test_of("failing", TestStatus::Failed), test_of("old", TestStatus::Passed),
                       test_of("fuzzy", TestStatus::Passed), test_of("off", TestStatus::Passed)});
  const auto readiness = [&](size_t i) { return found.rules[i].readiness; };
  EXPECT_EQ(readiness(0), RuleReadiness::Covering);
  EXPECT_EQ(readiness(1), RuleReadiness::Untested);
  EXPECT_EQ(readiness(2), RuleReadiness::Failing);
  EXPECT_EQ(readiness(3), RuleReadiness::NoData);
  EXPECT_EQ(found.rules[3].without_rows, std::set<std::string>{"AuditLogs"});
  EXPECT_EQ(readiness(4), RuleReadiness::NoData);
  EXPECT_EQ(found.rules[4].tables, std::set<std::string>{"DeviceEvents"});
  EXPECT_EQ(readiness(5), RuleReadiness::Covering);
  EXPECT_EQ(readiness(6), RuleReadiness::Broken);
  EXPECT_EQ(readiness(7), RuleReadiness::Disabled);
  EXPECT_EQ(found.tactics.at("InitialAccess").count(RuleReadiness::Covering), 2u);
}

TEST(Coverage, TechniquesStandBelowTheirTactics) {
  AnalyticRule both = rule("both", "SigninLogs");
  both.tactics = {{"CredentialAccess"}, {"Impact"}};
  both.techniques = {{"T1110.003"}, {"T1486"}, {"T9999"}};
  const Coverage found = coverage({both}, {test_of("both", TestStatus::Passed)});
  EXPECT_EQ(found.techniques.at("T1110.003").size(), 1u);
  EXPECT_TRUE(found.techniques.at("T1110.003").contains("CredentialAccess"));
  EXPECT_TRUE(found.techniques.at("T1486").contains("Impact"));
  EXPECT_EQ(found.techniques.at("T9999").size(), 2u);
}

TEST(Coverage, IsWrittenThreeWays) {
  const Coverage found = coverage({rule("good", "SigninLogs"), rule("missing", "DeviceEvents")},
                                  {test_of("good", TestStatus::Passed)});
  EXPECT_EQ(coverage_text(found),
            "Tactic                   Rules  covering  Techniques   covered\n"
            "InitialAccess                2         1           1         1\n"
            "\n"
            "Technique  Best           Rules\n"
            "T1078.004  covering       good; missing\n"
            "\n"
            "1 of 2 rules cover something\n"
            "  missing: no data: DeviceEvents\n");
  DynamicBuilder json;
  ASSERT_TRUE(parse_json_text(coverage_json(found), json));
  EXPECT_EQ(json.view().find("rules").at(1).find("withoutRows").at(0).as_text(), "DeviceEvents");
  EXPECT_EQ(json.view().find("techniques").at(0).find("best").as_text(), "covering");
  DynamicBuilder layer;
  ASSERT_TRUE(parse_json_text(coverage_layer(found), layer));
  EXPECT_EQ(layer.view().find("domain").as_text(), "enterprise-attack");
  EXPECT_EQ(layer.view().find("layout").find("expandedSubtechniques").as_text(), "annotated");
  const DynamicView technique = layer.view().find("techniques").at(0);
  EXPECT_EQ(technique.find("techniqueID").as_text(), "T1078.004");
  EXPECT_EQ(technique.find("tactic").as_text(), "initial-access");
  EXPECT_EQ(technique.find("score").as_long(), 1);
}

TEST(Externals, LieBesideTheRules) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "vedette_externals_test";
  std::filesystem::create_directories(folder / "feeds");
  std::ofstream(folder / "externals.yaml") << "https://feeds.example/a.csv: feeds/a.csv\n";
  std::ofstream(folder / "rule.yaml") << "name: A rule\n";
  const std::pair<std::string, std::string> expected = {"https://feeds.example/a.csv",
                                                        (folder / "feeds/a.csv").string()};
  EXPECT_EQ(externals_beside(folder.string()), std::vector{expected});
  EXPECT_EQ(externals_beside((folder / "rule.yaml").string()), std::vector{expected});
  EXPECT_EQ(rule_files(folder.string()).size(), 1u);
  std::ofstream(folder / "externals.yaml") << "[a, b]\n";
  EXPECT_THROW(externals_beside(folder.string()), QueryError);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace vedette::rules
