#include "tests/harness/case_file.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

constexpr std::string_view lesson = R"(# Grouping.
now  2024-05-02

table Logins
Time:datetime     User:string  Ok:bool
2024-05-01 09:00  ann          true
2024-05-01 09:01  "  bob"      null

case  groups appear once
Logins
| summarize n = count() by User
----
User:string  n:long
ann          1

error  unknown column
Logins | where Usr == 1
----
error KQL0102: 'Usr' is not a column of Logins

plan  reaches the scan
Logins
----
)";

TEST(CaseFile, ReadsTablesAndCases) {
  const CaseFile file = parse_case_file("lesson.test", lesson);
  EXPECT_EQ(file.now, "2024-05-02");
  ASSERT_EQ(file.tables.size(), 1u);
  const TestTable& logins = file.tables[0].table;
  EXPECT_EQ(file.tables[0].name, "Logins");
  ASSERT_EQ(logins.columns.size(), 3u);
  EXPECT_EQ(logins.columns[0], (TestColumn{"Time", Type::Datetime}));
  ASSERT_EQ(logins.rows.size(), 2u);
  EXPECT_EQ(logins.rows[0][0], "2024-05-01 09:00");
  EXPECT_EQ(unquote_cell(logins.rows[1][1]), "  bob");

  ASSERT_EQ(file.cases.size(), 3u);
  EXPECT_EQ(file.cases[0].title, "groups appear once");
  EXPECT_EQ(file.cases[0].query, "Logins\n| summarize n = count() by User");
  EXPECT_EQ(file.cases[0].expected, "User:string  n:long\nann          1\n");
  EXPECT_EQ(file.cases[1].kind, CaseKind::Error);
  EXPECT_EQ(file.cases[2].kind, CaseKind::Plan);
  EXPECT_EQ(file.cases[2].expected, "");
}

TEST(CaseFile, ReplacesExpectationsAndNothingElse) {
  const CaseFile file = parse_case_file("lesson.test", lesson);
  EXPECT_EQ(with_expectations(file, {file.cases[0].expected, file.cases[1].expected, ""}), lesson);

  const std::string changed = with_expectations(file, {"n:long\n1\n", "error: no\n", "scan\n"});
  const CaseFile again = parse_case_file("lesson.test", changed);
  EXPECT_EQ(again.cases[0].expected, "n:long\n1\n");
  EXPECT_EQ(again.cases[1].expected, "error: no\n");
  EXPECT_EQ(again.cases[2].expected, "scan\n");
  EXPECT_EQ(again.cases[2].query, "Logins");
}

TEST(CaseFile, SaysWhereAFileIsWrong) {
  const auto message_of = [](std::string_view text) -> std::string {
    try {
      parse_case_file("a.test", text);
    } catch (const CaseFileError& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(message_of("case  x\nprint 1\n"), "a.test:3: the case has no `----` line");
  EXPECT_EQ(message_of("\nprint 1\n"),
            "a.test:2: expected a comment, `table`, `now`, `case`, `error`, `plan`, `counters` or "
            "`commands`");
  EXPECT_EQ(message_of("table T\na:long  b:long\n1\n"), "a.test:2: 1 cells under 2 columns: 1");
  EXPECT_EQ(message_of("table T\na:number\n"), "a.test:2: 'a:number' is not a `name:type` column");
}

TEST(CaseFile, CellsSurviveTheRoundTrip) {
  for (const std::string text : {"plain", "two words", "", "null", " x", "a  b   c", "\"quoted\"",
                                 "line\nbreak\ttab", "back\\slash", "caf\xC3\xA9", "\x01"}) {
    const std::string cell = quote_cell(text);
    EXPECT_EQ(parse_table("a:string  b:long\n" + cell + "  1\n", "here").rows[0][0], cell);
    EXPECT_EQ(unquote_cell(cell), text);
  }
  EXPECT_EQ(quote_cell("two words"), "two words");
  EXPECT_EQ(quote_cell("a  b"), R"("a  b")");
}

TEST(CaseFile, WritesAlignedTables) {
  const TestTable table = {{{"Name", Type::String}, {"n", Type::Long}},
                           {{"caf\xC3\xA9", "1"}, {"a longer name", "22"}}};
  EXPECT_EQ(write_table(table),
            "Name:string    n:long\n"
            "caf\xC3\xA9           1\n"
            "a longer name  22\n");
}

}  // namespace
}  // namespace vedette
