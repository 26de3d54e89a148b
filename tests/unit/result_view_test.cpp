#include "runtime/shell/result_view.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace vedette::shell {
namespace {

ResultTable make_table(plan::TableColumns columns, const std::vector<std::vector<Value>>& rows) {
  ResultTable table;
  table.name = "PrimaryResult";
  for (const auto& [name, type] : columns) table.data.emplace_back(type);
  table.columns = std::move(columns);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) table.data[i].append(row[i]);
    ++table.rows;
  }
  return table;
}

ResultTable sample() {
  return make_table({{"User", Type::String}, {"n", Type::Long}},
                    {{Value::string("ann"), Value::int64(12)},
                     {Value::string("a|b,\"c\"\n"), Value::null(Type::Long)}});
}

TEST(ResultView, DrawsABox) {
  EXPECT_EQ(write_box(sample(), {}),
            "┌───────────┬──────┐\n"
            "│ User      │    n │\n"
            "├───────────┼──────┤\n"
            "│ ann       │   12 │\n"
            "│ a|b,\"c\"\\n │ null │\n"
            "└───────────┴──────┘\n");
}

TEST(ResultView, CutsWideCellsToTheTerminal) {
  const ResultTable table = make_table({{"Command", Type::String}, {"n", Type::Long}},
                                       {{Value::string(std::string(60, 'x')), Value::int64(1)}});
  const std::string box = write_box(table, {.is_terminal = true, .color = false, .width = 30});
  EXPECT_NE(box.find("xxx…"), std::string::npos);
  for (size_t at = 0; at < box.size();) {
    const size_t end = box.find('\n', at);
    EXPECT_EQ(display_width(box.substr(at, end - at)), 30);
    at = end + 1;
  }
}

TEST(ResultView, CountsColumnsThatDoNotFit) {
  plan::TableColumns columns;
  std::vector<Value> row;
  for (int i = 0; i < 10; ++i) {
    columns.emplace_back("column_number_" + std::to_string(i), Type::Long);
    row.push_back(Value::int64(i));
  }
  const std::string box =
      write_box(make_table(columns, {row}), {.is_terminal = true, .color = false, .width = 40});
  EXPECT_NE(box.find("more columns"), std::string::npos);
}

TEST(ResultView, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(made_visible("a\x1b[31mb\xE2\x80\xAE"), "a\\u001b[31mb\\u202e");
  EXPECT_EQ(made_visible("caf\xC3\xA9 \xFF"), "caf\xC3\xA9 \xEF\xBF\xBD");
}

TEST(ResultView, WritesCsvThatTellsNullFromEmpty) {
  EXPECT_EQ(write_csv(sample()), "User,n\nann,12\n\"a|b,\"\"c\"\"\n\",\n");
  const ResultTable empty = make_table({{"s", Type::String}}, {{Value::string("")}});
  EXPECT_EQ(write_csv(empty), "s\n\"\"\n");
}

TEST(ResultView, WritesMarkdown) {
  EXPECT_EQ(write_markdown(sample()),
            "| User | n |\n|---|---:|\n| ann | 12 |\n| a\\|b,\"c\"<br> | null |\n");
}

TEST(ResultView, WritesJson) {
  std::string json;
  append_json_table(json, sample());
  EXPECT_EQ(json, R"({"name":"PrimaryResult","columns":[{"name":"User","type":"string"},)"
                  R"({"name":"n","type":"long"}],"rows":[["ann",12],["a|b,\"c\"\n",null]]})");
  EXPECT_EQ(write_ndjson(sample()),
            "{\"User\":\"ann\",\"n\":12}\n{\"User\":\"a|b,\\\"c\\\"\\n\",\"n\":null}\n");
}

TEST(ResultView, PrintsCellsAsKqlDoes) {
  EXPECT_EQ(cell_text(Value::datetime(Datetime{638501544031234567})),
            "2024-05-01T10:00:03.1234567Z");
  EXPECT_EQ(cell_text(Value::datetime(Datetime{638501544000000000})), "2024-05-01T10:00:00Z");
  EXPECT_EQ(cell_text(Value::timespan(Timespan{ticks_per_day + ticks_per_hour})), "1.01:00:00");
  EXPECT_EQ(cell_text(Value::null(Type::Guid)), "null");
  EXPECT_EQ(cell_text(Value::boolean(true)), "true");
  DynamicBuilder builder;
  ASSERT_TRUE(parse_json_text(R"({"a": [1, "x"]})", builder));
  EXPECT_EQ(cell_text(Value::dynamic(builder.take())), R"({"a":[1,"x"]})");
}

}  // namespace
}  // namespace vedette::shell
