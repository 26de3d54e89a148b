// Mutants: which places of a query are changed, and that tests find them or not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/session/catalogue_schemas.h"
#include "rules/mutate/mutation_run.h"
#include "stdlib/stdlib.h"
#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

std::string text_of(std::string_view query) {
  std::string text;
  for (const Mutant& mutant : mutants_of(query)) {
    text += mutant.before + " -> " + mutant.after + "\n";
  }
  return text;
}

TEST(Mutants, OfPredicates) {
  EXPECT_EQ(text_of("T | where a == 1"), "a == 1 -> true\n== -> !=\n1 -> 2\n");
  EXPECT_EQ(text_of("T | where f(a) and (b or c)"), "f(a) -> true\nb -> false\nc -> false\n");
  EXPECT_EQ(text_of("T | where a between (1 .. 2)"),
            "a between (1 .. 2) -> true\nbetween -> !between\n1 -> 2\n2 -> 3\n");
}

TEST(Mutants, OfLetterCase) {
  EXPECT_EQ(text_of("T | extend x = tolower(a)"), "tolower(a) -> a\n");
  EXPECT_EQ(text_of("T | extend x = a has 'b', y = a in~ ('c')"),
            "has -> !has\nhas -> has_cs\nin~ -> !in~\nin~ -> in\n");
}

/// What changes nothing is no mutant.
TEST(Mutants, LeaveOutWhatChangesNothing) {
  EXPECT_EQ(text_of("T | extend x = a has '.', y = b =~ '50126', z = c contains '請求'"),
            "has -> !has\n=~ -> !~\ncontains -> !contains\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) has 'b'"), "has -> !has\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) has 'B'"), "has -> !has\nhas -> has_cs\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) =~ tolower(b)"), "=~ -> !~\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) == 'b'"), "tolower(a) -> a\n== -> !=\n");
  EXPECT_EQ(text_of("T | extend x = a in~ ('1', '2')"), "in~ -> !in~\n");
  EXPECT_EQ(text_of("let l = dynamic(['a', 'b']); T | extend x = tolower(a) in~ (l)"),
            "in~ -> !in~\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) | where b == c | where x has 'b' and y has 'b'"),
            "tolower(a) -> a\nb == c -> true\n== -> !=\nx has 'b' -> true\nhas -> !has\n"
            "y has 'b' -> true\nhas -> !has\nhas -> has_cs\n");
  EXPECT_EQ(text_of("T | project x = tolower(a) | project x, y | extend y = x has 'b'"),
            "tolower(a) -> a\nhas -> !has\n");
  // Another table's column, or one that is made anew.
  EXPECT_EQ(text_of("T | extend x = tolower(a) | join kind=inner (S | where x has 'b') on y"),
            "tolower(a) -> a\ninner -> leftouter\nx has 'b' -> true\nhas -> !has\nhas -> has_cs\n");
  EXPECT_EQ(text_of("T | extend x = tolower(a) | extend x = b | extend y = x has 'b'"),
            "tolower(a) -> a\nhas -> !has\nhas -> has_cs\n");
  EXPECT_EQ(text_of("T | extend x = a has_any ('b')"), "");
  EXPECT_EQ(text_of("T | extend x = a has_any ('b', 'c')"), "has_any -> has_all\n");
  EXPECT_EQ(text_of("T | where isnotempty(a) and a in ('b')"), "a in ('b') -> true\nin -> !in\n");
  EXPECT_EQ(text_of("T | where isnotempty(a) and a !in ('b')"),
            "isnotempty(a) -> true\na !in ('b') -> true\n!in -> in\n");
}

TEST(Mutants, OfJoinsAndWhatTheyRead) {
  EXPECT_EQ(text_of("T | join (S | where a > 5) on b"),
            "join -> join kind=leftouter\na > 5 -> true\n> -> <=\n5 -> 6\n");
  EXPECT_EQ(text_of("let x = T | where a; x | join kind=leftanti x on b"),
            "a -> true\nleftanti -> inner\n");
}

TEST(Mutants, OfThresholdsThatHaveNames) {
  EXPECT_EQ(text_of("let most = 10; T | where n > most | where m > most"),
            "10 -> 11\nn > most -> true\n> -> <=\nm > most -> true\n> -> <=\n");
  EXPECT_EQ(text_of("let far = 1h; T | where a - b < far"),
            "1h -> time(02:00:00)\na - b < far -> true\n< -> >=\n");
  EXPECT_EQ(text_of("T | extend x = a > 0.5"), "> -> <=\n0.5 -> real(0.56)\n");
}

TEST(Mutants, OfTriggerAndWindow) {
  AnalyticRule rule;
  rule.query.text = "T";
  rule.period = {ticks_per_day};
  rule.threshold = 4;
  std::string text;
  for (const Mutant& mutant : mutants_of(rule)) {
    text += mutant.field + " " + mutant.before + " -> " + mutant.after + "\n";
  }
  EXPECT_EQ(text, "triggerOperator gt -> lt\ntriggerThreshold 4 -> 5\nqueryPeriod 1d -> 12h\n");
  const std::vector<Mutant> mutants = mutants_of(rule);
  EXPECT_EQ(mutated(rule, mutants[0]).trigger, Trigger::LessThan);
  EXPECT_EQ(mutated(rule, mutants[1]).threshold, 5);
  EXPECT_EQ(mutated(rule, mutants[2]).period.ticks, ticks_per_day / 2);
  // No window below five minutes, and a near-real-time rule has none of its own.
  rule.period = {5 * ticks_per_minute};
  EXPECT_EQ(mutants_of(rule).size(), 2u);
  rule.kind = RuleKind::NearRealTime;
  EXPECT_TRUE(mutants_of(rule).empty());
}

TEST(Mutants, LeaveTheWindowAlone) {
  EXPECT_EQ(text_of("T | where TimeGenerated > ago(1h)"), "");
  EXPECT_EQ(text_of("T | where TimeGenerated between (ago(1h) .. now())"), "");
  EXPECT_EQ(text_of("T | where"), "");
  EXPECT_EQ(text_of(""), "");
}

TEST(Mutants, AreQueriesThatDifferInOnePlace) {
  const std::string query = "T | where a == 1 and b has 'x' | summarize n = countif(c > 2) by d";
  for (const Mutant& mutant : mutants_of(query)) {
    std::string expected = query;
    expected.replace(mutant.span.start, mutant.span.length, mutant.after);
    EXPECT_EQ(mutant.query, expected);
    EXPECT_NE(mutant.query, query);
  }
}

TEST(Mutation, TestsFindMutantsOrNot) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "vedette_mutation_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "r.yaml") << R"(id: 0a1b2c3d-0000-4000-8000-000000000009
name: A rule
description: Says something.
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126" and UserPrincipalName startswith "adm"
  | summarize Failures = count() by UserPrincipalName
  | where Failures > 2
)";
  const auto run = [&](std::string_view tests) {
    std::ofstream(folder / "r.test.yaml") << tests;
    const CatalogueSchemas schemas;
    return run_mutation({folder.string()}, {.jobs = 1}, standard_library(), schemas);
  };
  const auto weak = run(R"(tests:
- name: four failures
  given:
    SigninLogs: [ { ResultType: "50126", UserPrincipalName: adm1, repeat: 4 } ]
  expect: { alert: true }
)");
  ASSERT_EQ(weak.size(), 1u);
  EXPECT_EQ(weak[0].problem, "");
  EXPECT_EQ(weak[0].mutants, weak[0].killed + weak[0].survivors.size());
  EXPECT_GE(weak[0].survivors.size(), 4u);
  EXPECT_GE(weak[0].killed, 3u);
  EXPECT_EQ(weak[0].survivors[0].place.line, 12);
  EXPECT_EQ(weak[0].survivors[0].line,
            R"(| where ResultType == "50126" and UserPrincipalName startswith "adm")");

  const auto strong = run(R"(tests:
- name: three failures
  given:
    SigninLogs: [ { ResultType: "50126", UserPrincipalName: ADM1, repeat: 3 } ]
  expect: { alert: true, rows: 1 }
- name: two are not enough
  given:
    SigninLogs: [ { ResultType: "50126", UserPrincipalName: adm1, repeat: 2 } ]
  expect: { alert: false }
- name: successes do not count
  given:
    SigninLogs: [ { ResultType: "0", UserPrincipalName: adm1, repeat: 9 } ]
  expect: { alert: false }
- name: nor do others
  given:
    SigninLogs: [ { ResultType: "50126", UserPrincipalName: bob, repeat: 9 } ]
  expect: { alert: false }
- name: the whole hour counts
  given:
    SigninLogs:
    - { ResultType: "50126", UserPrincipalName: adm1, repeat: 2 }
    - { TimeGenerated: -55m, ResultType: "50126", UserPrincipalName: adm1 }
  expect: { rows: 1 }
)");
  EXPECT_TRUE(strong[0].survivors.empty()) << mutation_text(strong);
  EXPECT_EQ(strong[0].mutants, weak[0].mutants);

  const auto failing = run(R"(tests:
- name: wrong
  given: { SigninLogs: [ { ResultType: "0" } ] }
  expect: { alert: true }
)");
  EXPECT_EQ(failing[0].problem, "the test 'wrong' fails");
  std::filesystem::remove_all(folder);
}

/// `inner` or `leftouter`: a filter that compares what the right side gives makes them the same.
TEST(Mutation, JoinsThatAFilterMakesInner) {
  const auto joins = [](std::string_view filter) {
    const TestFolder folder("mutation_joins");
    folder.write("r.yaml",
                 rule_text(fmt::format("let first = SigninLogs | summarize First = "
                                       "min(TimeGenerated), Name = take_any(Identity) by UserId;\n"
                                       "AuditLogs | extend UserId = Identity\n"
                                       "| join kind=inner first on UserId\n{}",
                                       filter)));
    folder.write("r.test.yaml", "tests: [ { name: one, expect: { rows: 0 } } ]\n");
    const CatalogueSchemas schemas;
    const auto results = run_mutation({folder.path()}, {.jobs = 1}, standard_library(), schemas);
    EXPECT_EQ(results[0].problem, "") << filter;
    return std::ranges::count(results[0].survivors, MutantKind::JoinKind,
                              [](const Survivor& survivor) { return survivor.mutant.kind; });
  };
  EXPECT_EQ(joins("| where TimeGenerated > First"), 0);
  EXPECT_EQ(joins("| where Result == 'a'\n| where TimeGenerated - First < 1h and Result != 'b'"),
            0);
  EXPECT_EQ(joins("| where First between (ago(1h) .. now())"), 0);
  // A text is not null, `or` needs not both, the left side has it, and groups come in between.
  EXPECT_EQ(joins("| where Name != 'a'"), 1);
  EXPECT_EQ(joins("| where TimeGenerated > First or Result == 'a'"), 1);
  EXPECT_EQ(joins("| where TimeGenerated > ago(1h)"), 1);
  EXPECT_EQ(joins("| summarize First = min(First) | where First > ago(1h)"), 1);
  EXPECT_EQ(joins(""), 1);
}

TEST(Mutation, AllFilesOfARuleCount) {
  const TestFolder folder("mutation_files");
  folder.write("r.yaml", rule_text("SigninLogs\n| where ResultType == '1' and IPAddress == 'a'"));
  const auto test = [](std::string_view row) {
    return fmt::format(
        "tests:\n- name: one\n  given: {{ SigninLogs: [ {}, {{ TimeGenerated: -50m, ResultType: "
        "'1', "
        "IPAddress: a }} ] }}\n  expect: {{ alert: true, rows: 1 }}\n",
        row);
  };
  folder.write("r.test.yaml", test("{ ResultType: '1', IPAddress: b }"));
  folder.write("r.more.test.yaml", test("{ ResultType: '2', IPAddress: a }"));
  const CatalogueSchemas schemas;
  const auto results = run_mutation({folder.path()}, {.jobs = 1}, standard_library(), schemas);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].tests, 2u);
  EXPECT_TRUE(results[0].survivors.empty()) << mutation_text(results);
}

/// Runs a rule over more rows than are read again for each mutant, and in a simulation.
TEST(Mutation, OfManyRowsAndOfSimulations) {
  const TestFolder folder("mutation_sharing");
  folder.write("r.yaml", rule_text("SigninLogs\n"
                                   "| where ResultType == '50126' and IPAddress == '203.0.113.9'\n"
                                   "| summarize Failures = count() by UserPrincipalName\n"
                                   "| where Failures >= 5"));
  const auto run = [&](std::string_view tests) {
    folder.write("r.test.yaml", tests);
    const CatalogueSchemas schemas;
    return run_mutation({folder.path()}, {.jobs = 1}, standard_library(), schemas);
  };
  constexpr std::string_view rows = R"(
      SigninLogs:
      - { TimeGenerated: -50m, ResultType: "50126", IPAddress: 203.0.113.9, UserPrincipalName: ann, repeat: 5 }
      - { TimeGenerated: -50m, ResultType: "50126", IPAddress: 203.0.113.9, UserPrincipalName: bob, repeat: 4 }
      - { TimeGenerated: -50m, ResultType: "50126", IPAddress: 198.51.100.1, UserPrincipalName: eve, repeat: 9 }
      - { TimeGenerated: -50m, ResultType: "0", IPAddress: 203.0.113.9, UserPrincipalName: joe, repeat: 9 }
)";
  const auto filler = [](int count) {
    return fmt::format("      - {{ ResultType: '0', IPAddress: 192.0.2.1, repeat: {} }}\n", count);
  };
  const auto few =
      run(fmt::format("tests:\n- name: one\n  given:{}  expect: {{ rows: 1 }}\n", rows));
  const auto many = run(fmt::format("tests:\n- name: one\n  given:{}{}  expect: {{ rows: 1 }}\n",
                                    rows, filler(3000)));
  ASSERT_EQ(few[0].problem + many[0].problem, "");
  EXPECT_EQ(mutation_text(few), mutation_text(many));
  const auto simulated =
      run(fmt::format("tests:\n- name: one\n  simulate: {{ from: 2026-01-01T09:00:00Z, to: "
                      "2026-01-01T12:00:00Z }}\n  given:{}  expect: {{ alerts: 1 }}\n",
                      rows));
  ASSERT_EQ(simulated[0].problem, "");
  EXPECT_EQ(simulated[0].mutants, few[0].mutants);
  EXPECT_GE(simulated[0].killed, few[0].killed - 3) << mutation_text(simulated);
}

}  // namespace
}  // namespace vedette::rules
