// Mutants: which places of a query are changed, and that tests find them or not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/session/catalogue_schemas.h"
#include "rules/mutate/mutation_run.h"
#include "stdlib/stdlib.h"

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
            "a between (1 .. 2) -> true\nbetween -> !between\n");
}

TEST(Mutants, OfLetterCase) {
  EXPECT_EQ(text_of("T | extend x = tolower(a)"), "tolower(a) -> a\n");
  EXPECT_EQ(text_of("T | extend x = a has 'b', y = a in~ ('c')"),
            "has -> !has\nhas -> has_cs\nin~ -> !in~\nin~ -> in\n");
}

TEST(Mutants, OfJoinsAndWhatTheyRead) {
  EXPECT_EQ(text_of("T | join (S | where a > 5) on b"),
            "join -> join kind=leftouter\na > 5 -> true\n> -> <=\n5 -> 6\n");
  EXPECT_EQ(text_of("let x = T | where a; x | join kind=leftanti x on b"),
            "a -> true\nleftanti -> inner\n");
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
    return run_mutation({folder.string()}, 1, nullptr, standard_library(), schemas);
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

}  // namespace
}  // namespace vedette::rules
