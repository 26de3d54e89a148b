// Many tests at once, their reports, and tests of other tools.
#include <gtest/gtest.h>
#include <unistd.h>

#include "rules/test/import_tests.h"
#include "rules/test/match_value.h"
#include "rules/test/test_report.h"
#include "rules/test/written_value.h"
#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

TEST(WrittenValue, RelativeTimes) {
  EXPECT_EQ(relative_time("-7m")->ticks, -7 * ticks_per_minute);
  EXPECT_EQ(relative_time("+1h30m")->ticks, 90 * ticks_per_minute);
  EXPECT_EQ(relative_time("-01:00:00")->ticks, -ticks_per_hour);
  EXPECT_EQ(relative_time("now")->ticks, 0);
  for (const char* odd : {"7m", "-", "-m", "-5", "soon", "-1h-1m", ""}) {
    EXPECT_FALSE(relative_time(odd)) << odd;
  }
}

TEST(MatchValue, PatternsNumbersAndSets) {
  EXPECT_TRUE(matches_pattern("a*c*", "abcd"));
  EXPECT_FALSE(matches_pattern("a*c", "abcd"));
  EXPECT_TRUE(matches_pattern("*", ""));
  const auto fits = [](const char* yaml, const Value& value) {
    return matches(written_value(YAML::Load(yaml)), value, {});
  };
  EXPECT_TRUE(fits("'>=5'", Value::int64(5)));
  EXPECT_FALSE(fits("'<5'", Value::int64(5)));
  EXPECT_TRUE(fits("2..4", Value::real(2.5)));
  EXPECT_TRUE(fits("9007199254740993", Value::int64(9007199254740993)));
  EXPECT_FALSE(fits("9007199254740992", Value::int64(9007199254740993)));
  EXPECT_TRUE(fits("null", Value::null(Type::Long)));
  EXPECT_TRUE(fits("null", Value::string("")));
  EXPECT_FALSE(fits("0", Value::null(Type::Long)));
  EXPECT_TRUE(fits("[b, a]", Value::string("[\"a\",\"b\"]")));
  EXPECT_FALSE(fits("[a, a]", Value::string("[\"a\",\"b\"]")));
  EXPECT_TRUE(fits("{a: 1}", Value::string("{\"a\":1,\"b\":2}")));
}

SuiteResult three_tests() {
  return run_tests("SigninLogs", R"(
tests:
- { name: "passes <&>", expect: { rows: 0 } }
- { name: "fails # not", expect: { rows: 1 } }
- { name: breaks, given: { SigninLogs: [ { TimeGenerated: soon } ] }, expect: { rows: 1 } }
)");
}

TEST(TestReport, Junit) {
  const std::string text = to_junit(three_tests());
  EXPECT_NE(text.find("tests=\"3\" failures=\"1\" errors=\"1\""), std::string::npos) << text;
  EXPECT_NE(text.find("name=\"passes &lt;&amp;&gt;\""), std::string::npos);
  EXPECT_NE(text.find("<failure type=\"failed\" message="), std::string::npos);
  EXPECT_NE(text.find("<error type=\"broken\" message="), std::string::npos);
}

TEST(TestReport, Tap) {
  const std::string text = to_tap(three_tests());
  EXPECT_TRUE(text.starts_with("TAP version 13\n1..3\nok 1 - ")) << text;
  EXPECT_NE(text.find("not ok 2 - "), std::string::npos);
  EXPECT_NE(text.find("fails \\# not\n  ---\n  severity: fail\n"), std::string::npos);
  EXPECT_NE(text.find("severity: error\n"), std::string::npos);
}

TEST(TestReport, PeopleSeeWhatFailedAndCounts) {
  const std::string text = to_human_text(three_tests(), false, false);
  EXPECT_EQ(text.find("ok "), std::string::npos);
  EXPECT_NE(text.find("FAIL "), std::string::npos);
  EXPECT_NE(text.find("3 tests in 1 file: 1 passed, 1 failed, 1 broken"), std::string::npos);
}

/// Slips of the pen that would let a test pass for the wrong reason.
TEST(Suite, WarnsOfWhatTheRuleNeverLooksAt) {
  const SuiteResult result = run_tests(
      "let names = _GetWatchlist('vip') | project SearchKey;\n"
      "SigninLogs | where UserPrincipalName in (names) and column_ifexists('Odd', 1) == 1\n"
      "| project Extra = column_ifexists('Extra', 2)",
      R"(
tables:
  SigninLog: [ { ResultType: "0" } ]
tests:
- name: misspelt
  given:
    SigninLogs: [ { IPAdress: 203.0.113.9, Zzz: 1, Extra: 1, Odd: 1, vary: { UserPrincpalName: [ a ] } } ]
    _GetWatchlist('vips'): [ { SearchKey: a } ]
    externaldata('https://lists.example/a.csv'): [ { a: b } ]
  expect: { alert: false }
- name: right
  given:
    SigninLogs: { columns: { Mine: string }, rows: [ { IPAddress: 203.0.113.9, Mine: a } ] }
    _GetWatchlist('vip'): [ { SearchKey: a } ]
  expect: { alert: false }
)");
  ASSERT_EQ(result.tests.size(), 2u);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.tests[1].findings.size(), 0u) << said(result.tests[1]);
  EXPECT_EQ(
      said(result.tests[0]),
      "RUL0313 the rule's query reads no table 'SigninLog' 3:3\n"
      "RUL0314 SigninLogs has no column 'IPAdress', and the rule's query does not name it 7:21\n"
      "RUL0314 SigninLogs has no column 'UserPrincpalName', and the rule's query does not "
      "name it 7:78\n"
      "RUL0313 the rule's query reads no watchlist 'vips' 8:5\n"
      "RUL0313 the rule's query reads no address 'https://lists.example/a.csv' 9:5\n");
  const std::string text = to_human_text(result, false, false);
  EXPECT_NE(text.find("did you mean 'IPAddress'?"), std::string::npos) << text;
  EXPECT_NE(text.find("2 tests in 1 file: 2 passed, 5 warnings"), std::string::npos) << text;
  EXPECT_NE(to_junit(result).find("<system-out>"), std::string::npos);
  EXPECT_NE(to_tap(result).find("\n# "), std::string::npos) << to_tap(result);
}

TEST(Suite, ARuleMayHaveSeveralFilesOfTests) {
  const TestFolder folder("rules_files");
  folder.write("Rule.yaml", rule_text("SigninLogs"));
  folder.write("Rule.Other.yaml", rule_text("AuditLogs"));
  constexpr std::string_view tests = "tests: [ { name: one, expect: { rows: 0 } } ]\n";
  folder.write("Rule.test.yaml", tests);
  folder.write("Rule.slow.test.yml",
               "tables: { SigninLogs: { file: a.csv } }\n" +
                   std::string("tests: [ { name: x, expect: { rows: 1 } } ]\n"));
  folder.write("a.csv", "TimeGenerated\n2026-01-01T11:30:00Z\n");
  folder.write("Rule.Other.test.yaml", tests);
  const CatalogueSchemas schemas;
  const SuiteResult result =
      run_suite({folder.path("Rule.yaml")}, {.jobs = 1}, standard_library(), schemas);
  EXPECT_TRUE(result.passed()) << to_human_text(result, true, false);
  EXPECT_EQ(result.files, 2u);
  const std::vector<std::string> sources = {folder.path("Rule.slow.test.yml"),
                                            folder.path("Rule.test.yaml"), folder.path("Rule.yaml"),
                                            folder.path("a.csv")};
  EXPECT_EQ(result.sources, sources);
}

TEST(ImportTests, Panther) {
  Findings findings;
  const std::string text = import_tests(R"(
AnalysisType: rule
Tests:
- Name: console without a second factor
  ExpectedResult: true
  Log: { eventTime: "2026-01-02 11:00:00", eventName: ConsoleLogin, level: 5,
         userIdentity: { type: Root, ids: [1, 2] } }
- Name: another event
  ExpectedResult: false
  Log: { eventName: ListBuckets }
  Mocks: [ { objectName: lookup, returnValue: 1 } ]
)",
                                        "aws.yml", {.table = "Trail_CL"}, findings);
  ASSERT_EQ(findings.errors(), 0u);
  EXPECT_EQ(findings.warnings(), 1u);
  const TestFolder folder("rules_panther");
  folder.write("Rule.yaml", rule_text("Trail_CL | where eventName == 'ConsoleLogin'\n"
                                      "| where level == 5 and userIdentity.type == 'Root'"));
  folder.write("Rule.test.yaml", text);
  const CatalogueSchemas schemas;
  const SuiteResult result = run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 2u) << text;
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.status, TestStatus::Passed) << said(test) << text;
  }
}

/// Logs have other letters than the columns of their table, and objects where it has columns.
TEST(ImportTests, FieldsOfLogsAreColumnsOfADeclaredTable) {
  const CatalogueSchemas schemas;
  Findings findings;
  const std::string text = import_tests(
      R"(
Tests:
- Name: root signs in
  ExpectedResult: true
  Log: { eventTime: "2026-01-02T11:00:00Z", eventName: ConsoleLogin, requestParameters: { a: 1 },
         userIdentity: { type: Root, sessionContext: { sessionIssuer: { userName: ops } } },
         p_log_type: AWS.CloudTrail, EventSource: signin }
- Name: nobody
  ExpectedResult: false
  Log: { eventName: ConsoleLogin }
)",
      "aws.yml", {.table = "AWSCloudTrail", .columns = *schemas.find_table("AWSCloudTrail")},
      findings);
  ASSERT_EQ(findings.errors(), 0u);
  const TestFolder folder("rules_panther_declared");
  folder.write("Rule.yaml",
               rule_text("AWSCloudTrail | where EventName == 'ConsoleLogin' and EventSource == "
                         "'signin'\n| where UserIdentityType == 'Root' and SessionIssuerUserName "
                         "== 'ops'\n| where RequestParameters has '\"a\":1' and "
                         "tostring(userIdentity.type) == 'Root'"));
  folder.write("Rule.test.yaml", text);
  const SuiteResult result = run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 2u) << text;
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.status, TestStatus::Passed) << said(test) << text;
    EXPECT_TRUE(test.findings.empty()) << said(test) << text;
  }
}

TEST(ImportTests, TimesAsNumbersAndResourcesOfPolicies) {
  Findings findings;
  const std::string text = import_tests(
      "Tests:\n- { Name: a, ExpectedResult: true, Log: { ts: 1767352200000, n: 1 } }\n"
      "- { Name: b, ExpectedResult: false, Resource: { time: 1767352200.5, n: 1.5, x: y } }\n",
      "rule.yml", {.table = "T_CL"}, findings);
  EXPECT_EQ(findings.all().size(), 0u);
  EXPECT_NE(text.find("\"TimeGenerated\": 2026-01-02T11:10:00.0000000Z"), std::string::npos)
      << text;
  EXPECT_NE(text.find("now: 2026-01-02T11:11:00.5"), std::string::npos) << text;
  EXPECT_NE(text.find("    columns:\n      \"ts\": long\n      \"n\": real\n      \"time\": "
                      "real\n      \"x\": string\ntests:\n"),
            std::string::npos)
      << text;
}

TEST(ImportTests, Contentctl) {
  Findings findings;
  const std::string text = import_tests(R"(
name: Something
tests:
- name: True Positive Test
  attack_data:
  - { data: "https://logs.example/T1110/events.json", source: audit, sourcetype: json }
)",
                                        "detection.yml", {.table = "Events_CL"}, findings);
  EXPECT_EQ(findings.errors(), 0u);
  EXPECT_EQ(findings.warnings(), 1u);
  Findings of_ours;
  const TestFile file = read_test_file(text, "x.test.yaml", of_ours);
  EXPECT_EQ(of_ours.errors(), 0u) << text;
  ASSERT_EQ(file.tests.size(), 1u);
  EXPECT_TRUE(file.tests[0].any_time);
  EXPECT_EQ(file.tests[0].given[0].files[0].text, "fixtures/events.json");
  EXPECT_TRUE(*file.tests[0].expect.alert);
  EXPECT_NE(text.find("  # source: audit\n"), std::string::npos) << text;
  EXPECT_TRUE(import_tests("a: 1", "x.yml", {.table = "T"}, of_ours).empty());
  EXPECT_EQ(of_ours.errors(), 1u);
}

TEST(Suite, FiveHundredTestsTakeLessThanFiveSeconds) {
  const TestFolder folder("rules_many");
  for (int rule = 0; rule < 50; ++rule) {
    folder.write(fmt::format("Rule{}.yaml", rule),
                 rule_text(fmt::format(
                     "let known = SigninLogs | where ResultType == '0' | distinct IPAddress;\n"
                     "SigninLogs\n| where ResultType == '50126' and UserPrincipalName has 'u'\n"
                     "| where IPAddress !in (known)\n"
                     "| extend Country = tostring(LocationDetails.countryOrRegion)\n"
                     "| summarize Failures = count(), Accounts = dcount(UserPrincipalName) by "
                     "IPAddress, bin(TimeGenerated, 1h)\n"
                     "| join kind=leftouter (AuditLogs | summarize Changes = count() by "
                     "IPAddress = tostring(InitiatedBy.user.ipAddress)) on IPAddress\n"
                     "| where Accounts > {}",
                     rule % 10)));
    std::string tests = "now: 2026-01-02T12:00:00Z\ntests:\n";
    for (int test = 0; test < 10; ++test) {
      tests += fmt::format(
          "- name: test {0}\n  given:\n    SigninLogs:\n"
          "    - {{ TimeGenerated: -7m, IPAddress: 203.0.113.{0}, UserPrincipalName: \"u {{i}}\", "
          "ResultType: \"50126\", repeat: 20, every: 10s }}\n"
          "    - {{ IPAddress: 198.51.100.1, ResultType: \"0\" }}\n"
          "  expect: {{ alert: true, rows: 1, contains: [ {{ IPAddress: 203.0.113.{0} }} ] }}\n",
          test);
    }
    folder.write(fmt::format("Rule{}.test.yaml", rule), tests);
  }
  const CatalogueSchemas schemas;
  const SuiteResult result = run_suite({folder.path()}, {.jobs = 2}, standard_library(), schemas);
  EXPECT_EQ(result.tests.size(), 500u);
  EXPECT_TRUE(result.passed()) << to_human_text(result, false, false);
  RecordProperty("seconds", fmt::format("{:.3f}", result.seconds));
#ifdef NDEBUG
  EXPECT_LT(result.seconds, 5.0);
#endif
}

}  // namespace
}  // namespace vedette::rules
