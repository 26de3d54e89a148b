// Expand, parse, window and sample, over small tables.
#include <gtest/gtest.h>

#include <set>

#include "runtime/exec/expand.h"
#include "runtime/exec/parse.h"
#include "runtime/exec/parse_pattern.h"
#include "runtime/exec/sample.h"
#include "runtime/exec/window.h"
#include "runtime/value/json.h"
#include "tests/unit/exec_fixture.h"

namespace vedette::exec {
namespace {

Value json(std::string_view text) {
  DynamicBuilder builder;
  EXPECT_TRUE(parse_json_text(text, builder));
  return Value::dynamic(builder.take());
}

std::vector<Row> expand(const TestTable& table, ExpandParameters parameters,
                        std::vector<Type> types, int batch) {
  Flow flow = flow_of(table);
  flow.stages.push_back(std::make_unique<ExpandStage>(std::move(parameters)));
  return rows_of({}, std::move(flow), std::move(types), 1, batch);
}

TEST(Expand, GivesOneRowAnElement) {
  const TestTable table{{Type::Long, Type::Dynamic},
                        {{Value::int64(1), json("[10, 20]")},
                         {Value::int64(2), json("[]")},
                         {Value::int64(3), Value::null(Type::Dynamic)},
                         {Value::int64(4), json(R"({"a": 1, "b": "x"})")},
                         {Value::int64(5), json("7")}}};
  using What = ExpandParameters::Output::What;
  for (const int batch : {1, 2048}) {
    const auto rows =
        expand(table,
               {.items = {{1, Type::Dynamic}, {1, Type::Long}},
                .outputs = {{What::Column, 0}, {What::Item, 0}, {What::Item, 1}, {What::Index}}},
               {Type::Long, Type::Dynamic, Type::Long, Type::Long}, batch);
    ASSERT_EQ(rows.size(), 6u);
    const std::vector<Row> want = {
        {Value::int64(1), json("10"), Value::int64(10), Value::int64(0)},
        {Value::int64(1), json("20"), Value::int64(20), Value::int64(1)},
        {Value::int64(3), Value::null(Type::Dynamic), Value::null(Type::Long), Value::int64(0)},
        {Value::int64(4), json(R"({"a":1})"), Value::null(Type::Long), Value::int64(0)},
        {Value::int64(4), json(R"({"b":"x"})"), Value::null(Type::Long), Value::int64(1)},
        {Value::int64(5), json("7"), Value::int64(7), Value::int64(0)}};
    EXPECT_EQ(texts_of(rows), texts_of(want));
  }
}

TEST(Expand, OfBagsAsPairsUpToALimit) {
  const TestTable table{{Type::Dynamic}, {{json(R"({"a": 1, "b": [2], "c": 3})")}}};
  using What = ExpandParameters::Output::What;
  const auto rows = expand(table,
                           {.items = {{0, Type::String}},
                            .outputs = {{What::Item, 0}},
                            .bags_as_arrays = true,
                            .limit = 2},
                           {Type::String}, 2048);
  EXPECT_EQ(texts_of(rows),
            texts_of({{Value::string(R"(["a",1])")}, {Value::string(R"(["b",[2]])")}}));
}

using Part = ParseParameters::Part;

std::optional<std::vector<std::string>> cut(std::string_view text, std::vector<Part> parts,
                                            ParseParameters::Mode mode = {},
                                            std::string flags = {}) {
  const ParsePattern pattern({.parts = std::move(parts), .mode = mode, .regex_flags = flags});
  std::vector<std::string_view> found;
  if (!pattern.match(text, found)) return std::nullopt;
  return std::vector<std::string>(found.begin(), found.end());
}

using Cut = std::optional<std::vector<std::string>>;

TEST(Parse, FindsLiteralsInOrder) {
  const auto string = Type::String;
  EXPECT_EQ(
      cut("a=1, b=2", {{.text = "a="}, {.result = string}, {.text = ", b="}, {.result = string}}),
      (Cut{{"1", "2"}}));
  EXPECT_EQ(cut("x a=1, b", {{.text = "a="}, {.result = string}}), Cut());
  EXPECT_EQ(cut("x a=1, b", {{.star = true}, {.text = "a="}, {.result = string}}), (Cut{{"1, b"}}));
  EXPECT_EQ(cut("a (b) c)", {{.text = "a ("}, {.result = string}, {.text = ")"}}), (Cut{{"b) c"}}));
  EXPECT_EQ(cut("a (b) c)", {{.text = "a ("}, {.result = string}, {.text = ")"}, {.star = true}}),
            (Cut{{"b"}}));
  EXPECT_EQ(cut("a (b) c", {{.text = "a ("}, {.result = string}, {.text = ")"}}), Cut());
  EXPECT_EQ(cut("n=27, rest", {{.text = "n="}, {.result = Type::Long}, {.star = true}}),
            (Cut{{"27"}}));
  EXPECT_EQ(
      cut("n=-2.5e3x s", {{.text = "n="}, {.result = Type::Real}, {.star = true}, {.text = " s"}}),
      (Cut{{"-2.5e3"}}));
  EXPECT_EQ(cut("", {{.result = string}}), (Cut{{""}}));
}

TEST(Parse, UsesRegularExpressions) {
  const auto mode = ParseParameters::Mode::Regex;
  const std::vector<Part> parts = {{.star = true},
                                   {.text = "n(a+)me="},
                                   {.result = Type::String},
                                   {.text = ","},
                                   {.star = true}};
  EXPECT_EQ(cut("x naame=b,c,d", parts, mode), (Cut{{"b,c"}}));
  EXPECT_EQ(cut("x NAME=b,c,d", parts, mode), Cut());
  EXPECT_EQ(cut("x NAME=b,c,d", parts, mode, "Ui"), (Cut{{"b"}}));
  EXPECT_THROW(ParsePattern({.parts = {{.text = "("}}, .mode = mode}), QueryError);
}

TEST(Parse, TakesStrictRowsAsAWhole) {
  const TestTable table{
      {Type::String},
      {{Value::string("a=1 b=x")}, {Value::string("a=? b=y")}, {Value::string("?")}}};
  for (const auto mode : {ParseParameters::Mode::Simple, ParseParameters::Mode::Relaxed}) {
    for (const bool drop : {false, true}) {
      Flow flow = flow_of(table);
      flow.stages.push_back(std::make_unique<ParseStage>(ParseParameters{
          .parts =
              {{.text = "a="}, {.result = Type::Long}, {.text = " b="}, {.result = Type::String}},
          .mode = mode,
          .drop_failures = drop}));
      const auto rows = rows_of({}, std::move(flow), {Type::String, Type::Long, Type::String}, 1);
      std::vector<Row> want = {{table.rows[0][0], Value::int64(1), Value::string("x")}};
      const Value null = Value::null(Type::Long);
      if (mode == ParseParameters::Mode::Relaxed) {
        want.push_back({table.rows[1][0], null, Value::string("y")});
      } else if (!drop) {
        want.push_back({table.rows[1][0], null, Value::string("")});
      }
      if (!drop) want.push_back({table.rows[2][0], null, Value::string("")});
      EXPECT_EQ(texts_of(rows), texts_of(want));
    }
  }
}

std::vector<Row> window(const TestTable& table, std::vector<WindowCall> calls, int batch) {
  auto kept = std::make_shared<Rows>();
  kept->types = table.types;
  std::vector<Pipeline> pipelines(1);
  pipelines[0] = {flow_of(table), std::make_shared<BufferSink>(kept)};
  std::vector<Type> types;
  for (const WindowCall& call : calls) types.push_back(call.result);
  Flow flow;
  flow.source = std::make_unique<WindowSource>(kept, 0, std::move(calls));
  return rows_of(std::move(pipelines), std::move(flow), types, 1, batch);
}

TEST(Window, FollowsTheOrderOfTheRows) {
  using F = WindowCall::Function;
  const Type word = Type::Long;
  const auto n = [](int64_t value) { return Value::int64(value); };
  const Value null = Value::null(word);
  // value, restart, start, offset, default
  TestTable table{{word, Type::Bool, word, word, word}, {}};
  const std::vector<std::pair<Value, bool>> input = {{n(3), false}, {n(3), false}, {null, false},
                                                     {n(5), true},  {n(5), false}, {n(7), false}};
  for (const auto& [value, restart] : input) {
    table.rows.push_back({value, Value::boolean(restart), n(10), n(2), n(-1)});
  }
  for (const int batch : {1, 4, 2048}) {
    const auto rows = window(table,
                             {{F::RowNumber, {2, 1}, word},
                              {F::RowNumber, {}, word},
                              {F::Previous, {0}, word},
                              {F::Previous, {0, 3, 4}, word},
                              {F::Next, {0, 3}, word},
                              {F::CumulativeSum, {0, 1}, word},
                              {F::DenseRank, {0}, word},
                              {F::MinRank, {0, 1}, word}},
                             batch);
    const std::vector<Row> want = {{n(10), n(1), null, n(-1), null, n(3), n(1), n(1)},
                                   {n(11), n(2), n(3), n(-1), n(5), n(6), n(1), n(1)},
                                   {n(12), n(3), n(3), n(3), n(5), n(6), n(2), n(3)},
                                   {n(10), n(4), null, n(3), n(7), n(5), n(3), n(1)},
                                   {n(11), n(5), n(5), null, null, n(10), n(3), n(1)},
                                   {n(12), n(6), n(5), n(5), null, n(17), n(4), n(3)}};
    EXPECT_EQ(texts_of(rows), texts_of(want)) << batch;
  }
}

TEST(Window, BeginsSessions) {
  const auto at = [](int64_t ticks) { return Value::datetime({ticks}); };
  TestTable table{{Type::Datetime, Type::Timespan, Type::Timespan}, {}};
  for (const int64_t time : {0, 4, 8, 12, 13, 30}) {
    table.rows.push_back({at(time), Value::timespan({10}), Value::timespan({6})});
  }
  const auto rows =
      window(table, {{WindowCall::Function::WindowSession, {0, 1, 2}, Type::Datetime}}, 2048);
  EXPECT_EQ(texts_of(rows), texts_of({{at(0)}, {at(0)}, {at(0)}, {at(12)}, {at(12)}, {at(30)}}));
}

TEST(Sample, KeepsDifferentRowsInOrder) {
  const TestTable table = random_table({Type::Long, Type::String}, 30'000, 1'000'000, 21);
  for (const int64_t count : {0, 5, 2000, 50'000}) {
    auto kept = std::make_shared<Rows>();
    kept->types = table.types;
    std::vector<Pipeline> pipelines(1);
    pipelines[0] = {flow_of(table), std::make_shared<SampleSink>(kept, count)};
    Flow flow;
    flow.source = std::make_unique<BufferSource>(kept);
    const auto rows = rows_of(std::move(pipelines), std::move(flow), table.types, 4);
    ASSERT_EQ(rows.size(), std::min<size_t>(count, table.rows.size()));
    const auto all = texts_of(table.rows);
    auto next = all.begin();
    for (const std::string& text : texts_of(rows)) {
      next = std::find(next, all.end(), text);
      ASSERT_NE(next, all.end()) << "each row once, in the order of the input";
      ++next;
    }
  }
}

}  // namespace
}  // namespace vedette::exec
