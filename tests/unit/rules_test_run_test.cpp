// Tests of rules: what is given, what is expected, and what a simulation counts.
#include <gtest/gtest.h>
#include <unistd.h>

#include "rules/mutate/mutation_run.h"
#include "tests/harness/source_tree.h"
#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

constexpr std::string_view spray =
    "SigninLogs\n"
    "| where ResultType == '50126'\n"
    "| summarize Accounts = dcount(UserPrincipalName), Last = max(TimeGenerated) by IPAddress\n"
    "| where Accounts > 10";

constexpr std::string_view address_entity =
    "entityMappings:\n"
    "- entityType: IP\n"
    "  fieldMappings:\n"
    "  - { identifier: Address, columnName: IPAddress }\n";

void expect_passed(const SuiteResult& result) {
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.status, TestStatus::Passed) << test.name << "\n" << said(test);
  }
}

TEST(RulesTest, RowsRepeatAndVary) {
  expect_passed(run_tests(spray, R"(
now: 2026-01-02T12:00:00Z
tests:
- name: many accounts
  given:
    SigninLogs:
    - TimeGenerated: -7m
      IPAddress: 203.0.113.9
      UserPrincipalName: "u{i}@contoso.example"
      ResultType: "50126"
      repeat: 30
      every: 10s
    - { IPAddress: 198.51.100.1, ResultType: 50126, vary: { UserPrincipalName: [a, b] } }
  expect:
    rows: 1
    alert: { name: Many*, severity: Medium, tactics: [CredentialAccess] }
    contains: [ { IPAddress: 203.0.113.9, Accounts: 30, Last: 2026-01-02T11:57:50Z } ]
    lacks: [ { IPAddress: 198.51.100.1 } ]
    columns: [ IPAddress, Accounts, Last ]
    entities: [ { type: IP, Address: 203.0.113.9 } ]
    alerts: 1
    incidents: 1
- name: nothing
  expect: { alert: false, rows: 0, alerts: 0, incidents: 0 }
)",
                          address_entity));
}

TEST(RulesTest, OnlyTheWindowIsSeen) {
  expect_passed(run_tests("SigninLogs", R"(
now: 2026-01-02T12:00:00Z
tests:
- name: bounds
  given:
    SigninLogs:
    - { TimeGenerated: -1h }
    - { TimeGenerated: -1h1s }
    - { TimeGenerated: now }
    - { UserPrincipalName: a minute ago }
  expect: { rows: 2 }
- name: any time
  scope: none
  given: { SigninLogs: [ { TimeGenerated: -400d }, { TimeGenerated: +1h } ] }
  expect: { rows: 2 }
- name: another window
  scope: 2d
  given: { SigninLogs: [ { TimeGenerated: -36h } ] }
  expect: { rows: 1 }
)"));
}

TEST(RulesTest, TypesAreThoseOfTheTableOrOfTheValue) {
  expect_passed(
      run_tests("Mine_CL | project TimeGenerated, Type = gettype(Count), Real = gettype(Share), "
                "Bag = tostring(Bag.a), Text = gettype(Text), When = gettype(When)",
                R"(
tests:
- name: by value
  given:
    Mine_CL:
    - { Count: 5, Share: 1, Bag: { a: [1, x] }, Text: "5", When: 2026-01-02T12:00:00Z }
    - { Share: 0.5 }
  expect:
    rows: 2
    contains:
    - { Type: long, Real: real, Bag: '[1,"x"]', Text: string, When: datetime }
)"));
  const SuiteResult misfit = run_tests("SigninLogs", R"(
tests:
- name: misfit
  given:
    SigninLogs:
    - { TimeGenerated: soon }
  expect: { alert: false }
)");
  ASSERT_EQ(misfit.tests.size(), 1u);
  EXPECT_EQ(misfit.tests[0].status, TestStatus::Broken);
  EXPECT_EQ(said(misfit.tests[0]),
            "RUL0303 'soon' is not a datetime, the type of column 'TimeGenerated' of SigninLogs "
            "6:24\n");
}

TEST(RulesTest, MocksAnswerForWhatIsNotATable) {
  expect_passed(
      run_tests("let vip = _GetWatchlist('vip') | project SearchKey, Team;\n"
                "let bad = externaldata(Address: string)['https://lists.example/bad.csv?sig=x'];\n"
                "Parser(1) | join kind=inner vip on $left.User == $right.SearchKey\n"
                "| where Address in (bad)",
                R"yaml(
tests:
- name: all of them
  given:
    "Parser(level: long)":
    - { User: ann, Address: 203.0.113.9, Score: 7 }
    - { User: bob, Address: 203.0.113.9, Score: 8 }
    _GetWatchlist('vip'): [ { User: ann, Team: 7 } ]
    externaldata('https://lists.example/bad.csv'): [ { Address: 203.0.113.9 } ]
  expect: { contains: [ { User: ann, Team: "7", Score: 7 } ], rows: 1 }
)yaml"));
}

TEST(RulesTest, FilesGiveRows) {
  const TestFolder folder("rules_files");
  folder.write("Rule.yaml", rule_text("SigninLogs | where isnotempty(Extra)"));
  folder.write("fixtures/rows.jsonl",
               "{\"IPAddress\":\"203.0.113.9\",\"Extra\":1}\n"
               "{\"TimeGenerated\":\"2025-12-31T11:59:30Z\",\"Extra\":2}\n");
  folder.write("fixtures/wrong.jsonl", "{\"TimeGenerated\":\"soon\"}\n");
  folder.write("Rule.test.yaml", R"(
tables: { SigninLogs: { file: fixtures/rows.jsonl } }
tests:
- name: of the file
  expect: { rows: 1, contains: [ { Extra: 1, IPAddress: 203.0.113.9 } ] }
- name: more
  given: { SigninLogs: [ { Extra: 3 } ] }
  expect: { rows: 2 }
- name: without
  tables: none
  expect: { rows: 0 }
- name: wrong
  given: { SigninLogs: { file: fixtures/wrong.jsonl } }
  expect: { rows: 0 }
- name: missing
  given: { SigninLogs: { file: fixtures/none.jsonl } }
  expect: { rows: 0 }
)");
  // `Extra` is a column that only the rows bring: without them it is not there.
  const CatalogueSchemas schemas;
  const SuiteResult result =
      run_suite({folder.path()}, {.names = {"of the file", "more", "wrong", "missing"}, .jobs = 2},
                standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 4u);
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
  EXPECT_EQ(result.tests[1].status, TestStatus::Passed) << said(result.tests[1]);
  EXPECT_NE(said(result.tests[2]).find("wrong.jsonl:1: 'soon' is not a datetime"),
            std::string::npos)
      << said(result.tests[2]);
  EXPECT_NE(said(result.tests[3]).find("RUL0305"), std::string::npos) << said(result.tests[3]);
}

TEST(RulesTest, ParquetFilesGiveRows) {
  const TestFolder folder("rules_parquet");
  const auto shipped = source_root() / "tests" / "data" / "parquet" / "signins_v1_snappy.parquet";
  std::ifstream file(shipped, std::ios::binary);
  const std::string rows(std::istreambuf_iterator<char>(file), {});
  folder.write("fixtures/rows.parquet", rows);
  folder.write("fixtures/cut.parquet", rows.substr(0, rows.size() / 2));
  folder.write("Rule.yaml",
               rule_text("SigninLogs | where ResultType == '50126'\n"
                         "| project IPAddress, City = tostring(LocationDetails.city)"));
  folder.write("Rule.test.yaml", R"(
now: 2024-05-01T08:05:00Z
tests:
- name: of the file
  given: { SigninLogs: { file: fixtures/rows.parquet } }
  expect:
    rows: 2
    contains: [ { IPAddress: 203.0.113.0, City: Zürich }, { IPAddress: 203.0.113.4, City: "" } ]
- name: cut off
  given: { SigninLogs: { file: fixtures/cut.parquet } }
  expect: { rows: 0 }
)");
  const CatalogueSchemas schemas;
  const SuiteResult result = run_suite({folder.path()}, {.names = {"of the file", "cut off"}},
                                       standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 2u);
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
  EXPECT_NE(said(result.tests[1]).find("does not end with PAR1"), std::string::npos)
      << said(result.tests[1]);
}

TEST(RulesTest, DifferencesAreShown) {
  const SuiteResult result = run_tests(spray, R"(
tests:
- name: different
  given:
    SigninLogs:
    - { IPAddress: 203.0.113.9, UserPrincipalName: "u{i}", ResultType: "50126", repeat: 11 }
  expect:
    rows: 2..4
    alert: { severity: High }
    contains: [ { IPAddress: 203.0.113.9, Accounts: ">11" } ]
    lacks: [ { IPAdress: x } ]
    entities: [ { type: IP, Address: 198.51.100.1 } ]
    alerts: 0
)",
                                       address_entity);
  const std::string text = said(result.tests[0]);
  EXPECT_NE(text.find("rows: the number of rows is another\n- 2..4\n+ 1\n"), std::string::npos);
  EXPECT_NE(text.find("contains[0]: no row of 1 is like this; nearest is row 1\n"
                      "  IPAddress: 203.0.113.9\n- Accounts: >11\n+ Accounts: 11\n"),
            std::string::npos);
  EXPECT_NE(text.find("did you mean 'IPAddress'?"), std::string::npos);
  EXPECT_NE(text.find("- severity: High\n+ severity: Medium\n"), std::string::npos);
  EXPECT_NE(text.find("- {type: IP, Address: 198.51.100.1}\n+ {type: ip, Address: 203.0.113.9}\n"),
            std::string::npos);
  EXPECT_NE(text.find("alerts: the number of alerts is another\n- 0\n+ 1\n"), std::string::npos)
      << text;
}

TEST(RulesTest, QueriesThatFail) {
  const SuiteResult result = run_tests("SigninLogs | where Nowhere == 1", R"(
tests:
- { name: as expected, error: "'Nowhere'" }
- { name: in another way, expect: { error: memory } }
- { name: not expected, expect: { alert: true } }
)");
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
  EXPECT_EQ(result.tests[1].status, TestStatus::Failed);
  EXPECT_NE(said(result.tests[2]).find("query: the query failed"), std::string::npos);
}

TEST(RulesTest, MistakesInTheFileAreReportedAtOnce) {
  const SuiteResult result = run_tests("SigninLogs", R"(
now: someday
tests:
- name: one
  gven: {}
  expect: { rows: many, alrt: true }
- name: one
- name: two
  given: { SigninLogs: [ { repeat: -1, every: often, vary: 5 } ], "F(": [], SigninLogs: [] }
  simulate: { from: 2026-01-02T00:00:00Z, to: 2026-01-01T00:00:00Z }
  expect: { rows: 1, alert: { nme: x } }
)");
  ASSERT_EQ(result.tests.size(), 1u);
  const std::string text = said(result.tests[0]);
  for (const char* part :
       {"RUL0014 'now' is not a time", "RUL0012 'tests[0].gven' is not a field",
        "RUL0304 'many' is not a number", "RUL0012 'tests[0].expect.alrt'",
        "RUL0302 two tests have the name 'one'", "RUL0306 the test expects nothing",
        "must be between 0 and", "'often'", "vary' must have a list", "no closing parenthesis",
        "must be after 'from'", "RUL0308", "'nme' is not a field of an alert",
        "RUL0015 'tests[2].given.SigninLogs' is written twice"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

constexpr std::string_view two_attacks = R"(
tests:
- name: simulated
  simulate: { from: 2026-01-01T00:00:00Z, to: 2026-01-01T06:00:00Z }
  given:
    SigninLogs:
    - { TimeGenerated: 2026-01-01T01:10:00Z, every: 10s, IPAddress: 203.0.113.9,
        UserPrincipalName: "u{i}", ResultType: "50126", repeat: 30 }
    - { TimeGenerated: 2026-01-01T03:10:00Z, every: 10s, IPAddress: 203.0.113.9,
        UserPrincipalName: "u{i}", ResultType: "50126", repeat: 30 }
    - { TimeGenerated: 2026-01-01T04:10:00Z, IPAddress: 203.0.113.9, ingestion_delay: 2h,
        UserPrincipalName: "u{i}", ResultType: "50126", repeat: 30 }
  expect: EXPECTED
)";

std::string with_expectation(std::string_view expected) {
  std::string text(two_attacks);
  return text.replace(text.find("EXPECTED"), 8, expected);
}

TEST(RulesTest, SimulationRunsEverySlot) {
  // What comes two hours late is never seen.
  expect_passed(run_tests(
      spray,
      with_expectation("{ alerts: 2, incidents: 2, runs: 7, runs_failed: 0, duplicates: 0 }")));
}

TEST(RulesTest, SimulationFindsDuplicates) {
  const TestFolder folder("rules_wide");
  std::string rule = rule_text(spray);
  rule.replace(rule.find("queryPeriod: 1h"), 15, "queryPeriod: 2h");
  folder.write("Rule.yaml", rule);
  folder.write("Rule.test.yaml", with_expectation("{ alerts: 4, duplicates: 2 }"));
  const CatalogueSchemas schemas;
  expect_passed(run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas));
}

/// A rule that counts all of its events and names nothing.
TEST(RulesTest, SimulationFindsDuplicatesOfCounts) {
  const TestFolder folder("rules_counts");
  std::string rule = rule_text("SigninLogs | summarize n = count() | where n > 0");
  rule.replace(rule.find("queryPeriod: 1h"), 15, "queryPeriod: 3h");
  folder.write("Rule.yaml", rule);
  // Alerts at 2:00 (1 event), 3:00 (2), 4:00 (2), 5:00 (1).
  folder.write("Rule.test.yaml", R"(
tests:
- name: two events
  simulate: { from: 2026-01-01T01:00:00Z, to: 2026-01-01T08:00:00Z }
  given:
    SigninLogs:
    - { TimeGenerated: 2026-01-01T01:30:00Z }
    - { TimeGenerated: 2026-01-01T02:30:00Z }
  expect: { alerts: 4, duplicates: 3 }
)");
  const CatalogueSchemas schemas;
  expect_passed(run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas));
}

/// What a rule without overlapping windows says again it says of other events.
TEST(RulesTest, SimulationOfTheSameThingAgainIsNoDuplicate) {
  expect_passed(run_tests("SigninLogs | summarize n = count() by UserPrincipalName", R"(
tests:
- name: an event an hour
  simulate: { from: 2026-01-01T01:00:00Z, to: 2026-01-01T08:00:00Z }
  given:
    SigninLogs:
    - { TimeGenerated: 2026-01-01T01:30:00Z, UserPrincipalName: ann, repeat: 5, every: 1h }
  expect: { alerts: 5, duplicates: 0 }
)"));
}

TEST(RulesTest, WordsOfExpectationsAreKnown) {
  const SuiteResult result = run_tests("SigninLogs", R"(
tests:
- name: one
  expect:
    alert: { severity: Hihg }
    entities: [ { type: Acount, Name: a }, { type: IP, Adress: a }, { type: azure-resource, Extra: a } ]
- name: two
  expect: { alert: { severity: "M*" }, entities: [ { type: "*", Adress: a } ] }
)");
  ASSERT_EQ(result.tests.size(), 1u);
  EXPECT_EQ(said(result.tests[0]),
            "RUL0013 'Hihg' is not a severity 5:24\n"
            "RUL0013 'Acount' is not a type of entity 6:25\n"
            "RUL0013 'Adress' is not an identifier of IP 6:56\n");
}

TEST(RulesTest, TestsOnOneLine) {
  const SuiteResult result = run_tests("SigninLogs", R"(
tests:
- name: benign   expect: { alert: false }
- name: one row
  given: { SigninLogs: [ {} ] }
  expect: { rows: ">=1" }
- name: alarm  expect: { alert: true }
)");
  ASSERT_EQ(result.tests.size(), 3u);
  EXPECT_EQ(result.tests[0].name, "benign");
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
  EXPECT_EQ(result.tests[1].status, TestStatus::Passed) << said(result.tests[1]);
  EXPECT_EQ(result.tests[2].status, TestStatus::Failed);
  EXPECT_EQ(result.tests[2].place.line, 7);
}

TEST(RulesTest, SimulationCountsFailedRuns) {
  expect_passed(run_tests("SigninLogs | where Nowhere == 1",
                          with_expectation("{ alerts: 0, runs_failed: \">=6\" }")));
}

TEST(RulesTest, SimulationsBeginWhereTheySayWhateverTheRuleSays) {
  const SuiteResult result =
      run_tests("SigninLogs",
                "tests:\n- name: one\n"
                "  simulate: { from: 2026-01-02T10:30:00Z, to: 2026-01-02T12:30:00Z }\n"
                "  given: { SigninLogs: [ { TimeGenerated: 2026-01-02T11:00:00Z } ] }\n"
                "  expect: { runs: 3, alerts: 1 }\n",
                "enabled: false\nstartTimeUtc: 2030-01-01T00:00:00Z\n");
  ASSERT_EQ(result.tests.size(), 1u);
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
}

TEST(RulesTest, MocksOfFunctionsTakeTheArgumentsOfTheQuery) {
  const SuiteResult result = run_tests(
      "let back = 2h;\n"
      "Parser(ago(back), pack=true, names=dynamic(['a']))\n"
      "| join kind=leftouter (Parser(now()) | project x = 1) on $left.n == $right.x",
      "tests:\n- name: one\n  given: { Parser(): [ { n: 1 } ] }\n  expect: { rows: 1 }\n"
      "- name: in any case\n  given: { Parser(): [ { n: 1 } ] }\n"
      "  expect: { alert: { severity: medium } }\n");
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.status, TestStatus::Passed) << said(test);
  }
}

/// What externaldata reads where no test mocks it: here a reader that makes up a row.
TEST(RulesTest, ExternalsThatAreKnownAreReadUnlessTheyAreMocked) {
  const TestFolder folder("rules_externals");
  folder.write("Rule.yaml",
               rule_text("externaldata(a: string)['https://feeds.example/a.csv?sig=1']"));
  folder.write(
      "Rule.test.yaml",
      "tests:\n- name: file\n  expect: { contains: [ { a: from the file } ] }\n"
      "- name: mock\n  given: { externaldata('https://feeds.example/a.csv'): [ { a: mock } "
      "] }\n  expect: { rows: 1, contains: [ { a: mock } ] }\n");
  KnownExternals known;
  known.addresses.insert("https://feeds.example/a.csv");
  known.reader = [](const auto&, const auto&, bool, const plan::TableColumns& columns) {
    std::vector<ColumnBuilder> data;
    data.emplace_back(columns[0].second);
    data[0].append_text("from the file");
    return data;
  };
  const CatalogueSchemas schemas;
  const SuiteResult result =
      run_suite({folder.path()}, {.jobs = 1, .externals = known}, standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 2u);
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.status, TestStatus::Passed) << said(test);
  }
  const auto mutants =
      run_mutation({folder.path()}, {.jobs = 1, .externals = known}, standard_library(), schemas);
  EXPECT_EQ(mutants[0].problem, "");
}

}  // namespace
}  // namespace vedette::rules
