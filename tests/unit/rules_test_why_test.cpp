// A failing test says which predicate rejected the nearest row, and which key found no partner.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

std::string why(std::string_view query, std::string_view given,
                std::string_view expect = "{ alert: true }") {
  const SuiteResult result = run_tests(
      query,
      fmt::format("now: 2026-01-02T12:00:00Z\ntests:\n- name: one\n  given: {}\n  expect: {}\n",
                  given, expect));
  std::string text;
  for (const std::string& line : result.tests[0].why) text += line + "\n";
  return text.empty() ? said(result.tests[0]) : text;
}

TEST(Why, NamesThePredicateThatRejectedTheNearestRow) {
  EXPECT_EQ(why("SigninLogs\n"
                "| where ResultType == '50126' and Identity has 'x'\n"
                "| where UserPrincipalName startswith 'adm'\n"
                "| project UserPrincipalName",
                "{ SigninLogs: [ { ResultType: '0', UserPrincipalName: ann },"
                " { ResultType: '50126', Identity: x y, UserPrincipalName: bob } ] }"),
            "nearest of 2 rows, passing 2 of 3 conditions: {TimeGenerated: "
            "2026-01-02T11:59:00.0000000Z, ResultType: 50126, Identity: x y, "
            "UserPrincipalName: bob, Type: SigninLogs}\n"
            "rejected by Rule.yaml:15: UserPrincipalName startswith 'adm'   "
            "(UserPrincipalName is 'bob')\n");
}

TEST(Why, NearestGroupOfAThreshold) {
  const std::string text =
      why("SigninLogs | summarize Failures = count() by IPAddress\n| where Failures > 10",
          "{ SigninLogs: [ { IPAddress: a, repeat: 3 }, { IPAddress: b, repeat: 9 },"
          " { IPAddress: c } ] }");
  EXPECT_EQ(text,
            "nearest of 3 rows, passing 0 of 1 conditions: {IPAddress: b, Failures: 9}\n"
            "rejected by Rule.yaml:14: Failures > 10   (Failures is 9)\n");
}

TEST(Why, KeysWithoutPartner) {
  const std::string text =
      why("let risky = AADUserRiskEvents | where RiskLevel == 'high';\n"
          "SigninLogs\n| join kind=inner risky on $left.UserId == $right.UserId",
          "{ SigninLogs: [ { UserId: u1 }, { UserId: u2 } ],"
          " AADUserRiskEvents: [ { UserId: u3, RiskLevel: high } ] }");
  EXPECT_EQ(text,
            "Rule.yaml:15: join kind=inner leaves nothing of 2 rows on the left and 1 on the "
            "right\n"
            "left UserId without partner: 'u1'; 'u2'\n"
            "right UserId without partner: 'u3'\n");
}

TEST(Why, LooksIntoLetTablesAndSidesOfJoins) {
  const std::string text = why(
      "let risky = AADUserRiskEvents\n| where RiskLevel == 'high';\n"
      "SigninLogs\n| join kind=inner (risky) on UserId",
      "{ SigninLogs: [ { UserId: u1 } ], AADUserRiskEvents: [ { UserId: u1, RiskLevel: low } ] }");
  EXPECT_NE(text.find("on the left and 0 on the right"), std::string::npos) << text;
  EXPECT_NE(text.find("rejected by Rule.yaml:14: RiskLevel == 'high'   (RiskLevel is 'low')"),
            std::string::npos)
      << text;
}

TEST(Why, LooksIntoFunctionsWithParameters) {
  EXPECT_EQ(why("let failures = (source: string, least: long = 5) {\n"
                "  table(source)\n"
                "  | where ResultType == '50126'\n"
                "  | summarize n = count() by UserId\n"
                "  | where n > least\n"
                "};\n"
                "union isfuzzy=true failures('SigninLogs'), failures(least = 1, source = "
                "'AADNonInteractiveUserSignInLogs')",
                "{ SigninLogs: [ { UserId: u1, ResultType: '50126', repeat: 3 } ] }"),
            "Rule.yaml:19: failures('SigninLogs')\n"
            "nearest of 1 row, passing 0 of 1 conditions: {UserId: u1, n: 3}\n"
            "rejected by Rule.yaml:17: n > least   (n is 3)\n"
            "Rule.yaml:19: failures(least = 1, source = 'AADNonInteractiveUserSignInLogs')\n"
            "the test gives no rows to table(source)\n");
}

TEST(Why, NamesOneRowOfMany) {
  const std::string text = why("SigninLogs\n| where ResultType == '0' and UserId == 'u19999'",
                               "{ SigninLogs: [ { TimeGenerated: -50m, UserId: 'u{i}', "
                               "ResultType: '1', repeat: 20000 } ] }");
  EXPECT_NE(text.find("nearest of 20000 rows, passing 1 of 2 conditions: {TimeGenerated: "
                      "2026-01-02T11:10:00.0000000Z, ResultType: 1, UserId: u19999"),
            std::string::npos)
      << text;
}

TEST(Why, RowsOutsideOfTheWindow) {
  EXPECT_EQ(why("SigninLogs | where UserId == 'u1'",
                "{ SigninLogs: [ { TimeGenerated: -2h, UserId: u1 } ] }"),
            "1 row of SigninLogs, none of them within 2026-01-02T11:00:00.0000000Z .. "
            "2026-01-02T12:00:00.0000000Z\n");
  EXPECT_EQ(why("SigninLogs | where UserId == 'u1'", "{}"),
            "the test gives no rows to SigninLogs\n");
}

TEST(Why, FollowsTheRowThatIsMissing) {
  const std::string text =
      why("SigninLogs | where ResultType == '0'",
          "{ SigninLogs: [ { UserId: u1, ResultType: '0' }, { UserId: u2, ResultType: '5' } ] }",
          "{ contains: [ { UserId: u1 }, { UserId: u2 } ] }");
  EXPECT_NE(text.find("nearest of 1 row, passing 0 of 1"), std::string::npos) << text;
  EXPECT_NE(text.find("(ResultType is '5')"), std::string::npos) << text;
}

TEST(Why, SaysHowManyRowsEachStepLeaves) {
  EXPECT_EQ(why("SigninLogs\n| where ResultType == '0'\n| summarize n = count() by UserId",
                "{ SigninLogs: [ { UserId: u1, ResultType: '0', repeat: 2 }, { UserId: u2, "
                "ResultType: '5' } ] }",
                "{ rows: 2 }"),
            "Rule.yaml:13: 3 rows after `SigninLogs`\n"
            "Rule.yaml:14: 2 rows after `where ResultType == '0'`\n"
            "Rule.yaml:15: 1 row after `summarize n = count() by UserId`\n");
}

TEST(Why, LooksIntoBothSidesOfAUnionAndThroughLets) {
  const std::string text =
      why("let failed = SigninLogs | where ResultType == '50126';\n"
          "let odd = AuditLogs\n| where OperationName has 'role';\n"
          "union failed, odd\n| project TimeGenerated",
          "{ SigninLogs: [ { ResultType: '0' } ], AuditLogs: [ { OperationName: Add user } ] }");
  EXPECT_NE(text.find("rejected by Rule.yaml:13: ResultType == '50126'   (ResultType is '0')"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("rejected by Rule.yaml:15: OperationName has 'role'"), std::string::npos)
      << text;
}

TEST(Why, ThresholdBehindAJoinOfLets) {
  const std::string text = why(
      "let tried = SigninLogs | where ResultType == '50126' | summarize Tried = count() by "
      "UserId;\n"
      "let got = SigninLogs | where ResultType == '0' | summarize Got = count() by UserId;\n"
      "tried\n| join kind=inner got on UserId\n| where Tried > 3 and Got > 0",
      "{ SigninLogs: [ { UserId: u1, ResultType: '50126', repeat: 2 }, { UserId: u1, ResultType: "
      "'0' } ] }");
  EXPECT_NE(text.find("nearest of 1 row, passing 1 of 2 conditions"), std::string::npos) << text;
  EXPECT_NE(text.find("rejected by Rule.yaml:17: Tried > 3   (Tried is 2)"), std::string::npos)
      << text;
}

/// A simulation of three slots, 10:00 to 12:00, with this text of a test behind it.
std::string why_simulated(std::string_view query, std::string_view test,
                          std::string_view more = {}) {
  const SuiteResult result =
      run_tests(query,
                fmt::format("tests:\n- name: one\n  simulate: {{ from: 2026-01-02T10:00:00Z, to: "
                            "2026-01-02T12:00:00Z }}\n{}",
                            test),
                more);
  std::string text;
  for (const std::string& line : result.tests[0].why) text += line + "\n";
  return text.empty() ? said(result.tests[0]) : text;
}

TEST(Why, NamesTheSlotsOfASimulationThatRaisedNothing) {
  const std::string text = why_simulated(
      "SigninLogs\n| where ResultType == '50126'\n| summarize n = count() by UserId\n| where n > 5",
      "  given: { SigninLogs: [ { TimeGenerated: 2026-01-02T10:30:00Z, UserId: u1, ResultType: "
      "'50126', repeat: 4 } ] }\n  expect: { alerts: 1 }\n");
  EXPECT_EQ(text,
            "no alert at 2026-01-02T11:00:00.0000000Z, which sees 2026-01-02T10:00:00.0000000Z .. "
            "2026-01-02T11:00:00.0000000Z:\n"
            "  nearest of 1 row, passing 0 of 1 conditions: {UserId: u1, n: 4}\n"
            "  rejected by Rule.yaml:16: n > 5   (n is 4)\n"
            "no alert at 2026-01-02T10:00:00.0000000Z, which sees 2026-01-02T09:00:00.0000000Z .. "
            "2026-01-02T10:00:00.0000000Z:\n"
            "  no row of the test lies in the window, as far as it was ingested\n"
            "no alert at 2026-01-02T12:00:00.0000000Z, which sees 2026-01-02T11:00:00.0000000Z .. "
            "2026-01-02T12:00:00.0000000Z:\n"
            "  no row of the test lies in the window, as far as it was ingested\n");
}

TEST(Why, SlotsThatWereSuppressedOrFailed) {
  const std::string suppressed = why_simulated(
      "SigninLogs",
      "  given: { SigninLogs: [ { TimeGenerated: 2026-01-02T09:30:00Z, every: 1h, repeat: 3 } ] }\n"
      "  expect: { alerts: 3 }\n",
      "suppressionEnabled: true\nsuppressionDuration: 2h\n");
  EXPECT_NE(suppressed.find("no alert at 2026-01-02T11:00:00.0000000Z"), std::string::npos)
      << suppressed;
  EXPECT_NE(suppressed.find("suppressed: the run of 2026-01-02T10:00:00"), std::string::npos)
      << suppressed;
  const std::string failed = why_simulated("Nowhere | take 1", "  expect: { alerts: 1 }\n");
  EXPECT_NE(failed.find("no alert at 3 slots from"), std::string::npos) << failed;
  EXPECT_NE(failed.find("the run failed: KQL0101"), std::string::npos) << failed;
}

}  // namespace
}  // namespace vedette::rules
