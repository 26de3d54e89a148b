#include "runtime/exec/aggregate.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/exec_fixture.h"

namespace vedette::exec {
namespace {

struct Total {
  int64_t total = 0;
  int64_t count = 0;
  void add(int64_t x) { total += x, ++count; }
  void merge(const Total& other) { total += other.total, count += other.count; }
  std::optional<int64_t> result() const { return count == 0 ? std::nullopt : std::optional(total); }
};

struct Longest {
  std::string text;  // owns memory
  void add(std::string_view x) {
    if (x.size() > text.size()) text = x;
  }
  void merge(const Longest& other) { add(other.text); }
  std::string_view result() const { return text; }
};

const AggregateBody total = aggregate<Total>();
const AggregateBody longest = aggregate<Longest>();

struct Expected {
  std::optional<int64_t> total, total_if;
  std::string longest;
};

/// Groups columns `keys` of a table [bool, long, string, ...]: sum and sum-if of column 1, longest
/// of column 2.
void check_groups(const TestTable& table, std::vector<uint32_t> keys, int threads, int batch) {
  std::map<std::string, size_t> group_of;
  std::vector<Row> key_rows;
  std::vector<Expected> expected;
  for (const Row& row : table.rows) {
    Row key;
    for (const uint32_t k : keys) key.push_back(row[k]);
    const auto [at, is_new] = group_of.try_emplace(text_of(key), expected.size());
    if (is_new) {
      expected.emplace_back();
      key_rows.push_back(key);
    }
    Expected& group = expected[at->second];
    if (!row[1].is_null()) group.total = group.total.value_or(0) + row[1].as_word();
    if (!row[1].is_null() && !row[0].is_null() && row[0].as_bool()) {
      group.total_if = group.total_if.value_or(0) + row[1].as_word();
    }
    if (row[2].as_text().size() > group.longest.size()) group.longest = row[2].as_text();
  }
  if (keys.empty() && expected.empty()) {
    expected.emplace_back();
    key_rows.emplace_back();
  }
  AggregateParameters parameters;
  parameters.keys = keys;
  std::vector<Type> types;
  for (const uint32_t key : keys) parameters.key_types.push_back(table.types[key]);
  types = parameters.key_types;
  parameters.calls = {
      {.body = &total, .arguments = {1}, .argument_types = {Type::Long}, .results = {Type::Long}},
      {.body = &total,
       .arguments = {1},
       .argument_types = {Type::Long},
       .condition = 0,
       .results = {Type::Long}},
      {.body = &longest,
       .arguments = {2},
       .argument_types = {Type::String},
       .results = {Type::String}}};
  for (const Type type : {Type::Long, Type::Long, Type::String}) types.push_back(type);
  auto groups = std::make_shared<Groups>(parameters);
  std::vector<Pipeline> pipelines(1);
  pipelines[0] = {flow_of(table), std::make_shared<AggregateSink>(groups)};
  Flow flow;
  flow.source = std::make_unique<GroupSource>(groups);
  const auto rows = rows_of(std::move(pipelines), std::move(flow), types, threads, batch);
  ASSERT_EQ(rows.size(), expected.size());
  const auto value = [](std::optional<int64_t> word) {
    return word ? Value::int64(*word) : Value::null(Type::Long);
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    Row want = key_rows[i];
    want.push_back(value(expected[i].total));
    want.push_back(value(expected[i].total_if));
    // Which of several longest texts is kept depends on the threads.
    ASSERT_EQ(rows[i].back().as_text().size(), expected[i].longest.size());
    want.push_back(rows[i].back());
    ASSERT_EQ(text_of(rows[i]), text_of(want)) << "group " << i;
  }
}

TEST(Aggregate, AgreesWithAMapOverEveryType) {
  const std::vector<Type> types = {Type::Bool,     Type::Long, Type::String, Type::Real,
                                   Type::Datetime, Type::Guid, Type::Decimal};
  const TestTable table = random_table(types, 3000, 40, 1);
  const std::vector<std::vector<uint32_t>> keys = {
      {}, {0}, {1}, {2}, {3}, {4}, {5}, {6}, {2, 4}, {0, 2}, {0, 1, 2, 3, 4, 5, 6}};
  for (const auto& key : keys) {
    for (const int threads : {1, 4}) {
      for (const int batch : {7, 2048}) check_groups(table, key, threads, batch);
    }
  }
}

TEST(Aggregate, HasOneGroupOrNoneForNoRows) {
  const TestTable table = random_table({Type::Bool, Type::Long, Type::String}, 0, 40, 1);
  check_groups(table, {}, 1, 2048);
  check_groups(table, {2}, 4, 2048);
}

TEST(Aggregate, MergesManyGroupsInParts) {
  const TestTable table =
      random_table({Type::Bool, Type::Long, Type::String, Type::Datetime}, 80'000, 1'000'000, 3);
  for (const int threads : {1, 4}) check_groups(table, {2, 1}, threads, 2048);
}

TEST(Aggregate, KeepsNullsOfManyKeysApart) {
  std::vector<Type> types = {Type::Bool, Type::Long, Type::String};
  std::vector<uint32_t> keys;
  for (uint32_t i = 0; i < 100; ++i) {
    types.push_back(i % 2 == 0 ? Type::Long : Type::Bool);
    keys.push_back(3 + i);
  }
  TestTable table{types, {}};
  for (int i = 0; i < 100; ++i) {
    Row row = {Value::boolean(true), Value::int64(1), Value::string("a")};
    for (int k = 0; k < 100; ++k) {
      row.push_back(k == i ? Value::null(types[3 + k])
                           : (k % 2 == 0 ? Value::int64(0) : Value::boolean(false)));
    }
    table.rows.push_back(row);
    table.rows.push_back(row);
  }
  check_groups(table, keys, 2, 2048);
}

}  // namespace
}  // namespace vedette::exec
