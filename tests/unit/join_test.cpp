#include "runtime/exec/join.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/exec_fixture.h"

namespace vedette::exec {
namespace {

Row joined(const Row& left, const Row& right) {
  Row row = left;
  row.insert(row.end(), right.begin(), right.end());
  return row;
}

Row nulls(const std::vector<Type>& types) {
  Row row;
  for (const Type type : types) row.push_back(Value::null(type));
  return row;
}

std::optional<std::string> key_of(const Row& row, const std::vector<uint32_t>& keys) {
  Row key;
  for (const uint32_t k : keys) {
    if (row[k].is_null()) return std::nullopt;
    key.push_back(row[k]);
  }
  return text_of(key);
}

/// The join as its definition says, in no order.
std::vector<Row> join_by_loops(const TestTable& left, const TestTable& right, JoinKind kind,
                               const std::vector<uint32_t>& left_keys,
                               const std::vector<uint32_t>& right_keys) {
  std::vector<Row> rows;
  std::vector<bool> right_matched(right.rows.size());
  std::set<std::string> seen;
  for (const Row& l : left.rows) {
    const auto key = key_of(l, left_keys);
    if (kind == JoinKind::InnerUnique && (!key || !seen.insert(*key).second)) continue;
    bool matched = false;
    for (size_t i = 0; i < right.rows.size(); ++i) {
      if (!key || key != key_of(right.rows[i], right_keys)) continue;
      matched = right_matched[i] = true;
      if (kind == JoinKind::InnerUnique || kind == JoinKind::Inner || kind == JoinKind::LeftOuter ||
          kind == JoinKind::RightOuter || kind == JoinKind::FullOuter) {
        rows.push_back(joined(l, right.rows[i]));
      }
    }
    if (matched && kind == JoinKind::LeftSemi) rows.push_back(l);
    if (!matched && kind == JoinKind::LeftAnti) rows.push_back(l);
    if (!matched && (kind == JoinKind::LeftOuter || kind == JoinKind::FullOuter)) {
      rows.push_back(joined(l, nulls(right.types)));
    }
  }
  for (size_t i = 0; i < right.rows.size(); ++i) {
    if (right_matched[i] && kind == JoinKind::RightSemi) rows.push_back(right.rows[i]);
    if (!right_matched[i] && kind == JoinKind::RightAnti) rows.push_back(right.rows[i]);
    if (!right_matched[i] && (kind == JoinKind::RightOuter || kind == JoinKind::FullOuter)) {
      rows.push_back(joined(nulls(left.types), right.rows[i]));
    }
  }
  return rows;
}

std::vector<Row> run_join(const TestTable& left, const TestTable& right, JoinKind kind,
                          const std::vector<uint32_t>& left_keys,
                          const std::vector<uint32_t>& right_keys, bool build_left, int threads,
                          int batch, bool counts_copies = false) {
  JoinParameters parameters{.kind = kind,
                            .build_left = build_left,
                            .left_types = left.types,
                            .right_types = right.types,
                            .left_keys = left_keys,
                            .right_keys = right_keys,
                            .left_columns = static_cast<uint32_t>(left.types.size()),
                            .right_columns = static_cast<uint32_t>(right.types.size()),
                            .counts_copies = counts_copies};
  std::vector<Type> types;
  if (kind != JoinKind::RightSemi && kind != JoinKind::RightAnti) types = left.types;
  if (kind != JoinKind::LeftSemi && kind != JoinKind::LeftAnti) {
    types.insert(types.end(), right.types.begin(), right.types.end());
  }
  if (counts_copies) types.push_back(Type::Long);
  auto join = std::make_shared<Join>(parameters);
  std::vector<Pipeline> pipelines(1);
  pipelines[0] = {flow_of(build_left ? left : right), std::make_shared<JoinBuildSink>(join)};
  Flow flow = flow_of(build_left ? right : left);
  flow.stages.push_back(std::make_unique<JoinProbeStage>(join));
  return rows_of(std::move(pipelines), std::move(flow), types, threads, batch);
}

constexpr JoinKind all_kinds[] = {JoinKind::InnerUnique, JoinKind::Inner,     JoinKind::LeftOuter,
                                  JoinKind::RightOuter,  JoinKind::FullOuter, JoinKind::LeftSemi,
                                  JoinKind::LeftAnti,    JoinKind::RightSemi, JoinKind::RightAnti};

void check_joins(const TestTable& left, const TestTable& right,
                 const std::vector<uint32_t>& left_keys, const std::vector<uint32_t>& right_keys) {
  for (const JoinKind kind : all_kinds) {
    const auto want = sorted(texts_of(join_by_loops(left, right, kind, left_keys, right_keys)));
    for (const bool build_left : {false, true}) {
      if (kind == JoinKind::InnerUnique && !build_left) continue;
      std::vector<std::string> first;
      for (const int threads : {1, 4}) {
        const auto got = texts_of(run_join(left, right, kind, left_keys, right_keys, build_left,
                                           threads, threads == 1 ? 7 : 2048));
        ASSERT_EQ(sorted(got), want) << "kind " << static_cast<int>(kind) << build_left << threads;
        if (threads == 1) first = got;
        ASSERT_EQ(got, first) << "the order does not depend on the threads";
      }
    }
  }
}

TEST(Join, AgreesWithLoopsOverEveryKind) {
  const TestTable left = random_table({Type::String, Type::Long, Type::Real}, 500, 60, 11);
  const TestTable right = random_table({Type::Long, Type::String, Type::Guid}, 300, 90, 12);
  check_joins(left, right, {0}, {1});
  check_joins(left, right, {1}, {0});
  check_joins(left, right, {1, 0}, {0, 1});
}

/// Pairs that are given out as one are as many as the last column says.
void check_copies(const TestTable& left, const TestTable& right,
                  const std::vector<uint32_t>& left_keys, const std::vector<uint32_t>& right_keys,
                  bool are_fewer) {
  const auto want =
      sorted(texts_of(join_by_loops(left, right, JoinKind::Inner, left_keys, right_keys)));
  for (const bool build_left : {false, true}) {
    std::vector<std::string> first;
    for (const int threads : {1, 4}) {
      const auto got = run_join(left, right, JoinKind::Inner, left_keys, right_keys, build_left,
                                threads, threads == 1 ? 7 : 2048, true);
      if (threads == 1) first = texts_of(got);
      ASSERT_EQ(texts_of(got), first) << "the order does not depend on the threads";
      std::vector<Row> each;
      for (Row row : got) {
        const int64_t copies = row.back().as_word();
        row.pop_back();
        each.insert(each.end(), static_cast<size_t>(copies), row);
      }
      ASSERT_EQ(sorted(texts_of(each)), want);
      ASSERT_EQ(got.size() < want.size(), are_fewer);
    }
  }
}

TEST(Join, EqualRowsAreOneThatCounts) {
  const TestTable left = random_table({Type::String, Type::Long, Type::Bool}, 900, 4, 21);
  const TestTable right = random_table({Type::Long, Type::Guid, Type::String}, 700, 3, 22);
  check_copies(left, right, {0}, {2}, true);
  check_copies(left, right, {1, 0}, {0, 2}, true);
  check_copies(left, random_table({Type::String}, 0, 3, 23), {0}, {0}, false);
}

TEST(Join, RowsOfRealNumbersAreNeverOne) {
  const TestTable left = random_table({Type::String, Type::Real}, 60, 2, 24);
  const TestTable right = random_table({Type::Decimal, Type::String}, 50, 2, 25);
  check_copies(left, right, {0}, {1}, false);
}

TEST(Join, OfNothing) {
  const TestTable some = random_table({Type::String, Type::Long}, 50, 10, 13);
  const TestTable none = random_table({Type::String, Type::Long}, 0, 10, 14);
  check_joins(some, none, {0}, {0});
  check_joins(none, some, {0}, {0});
  check_joins(none, none, {0}, {0});
}

}  // namespace
}  // namespace vedette::exec
