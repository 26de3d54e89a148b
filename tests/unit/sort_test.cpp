#include "runtime/exec/sort.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/exec_fixture.h"

namespace vedette::exec {
namespace {

int compare_present(const Value& a, const Value& b) {
  switch (layout_of(a.type())) {
    case Layout::Byte:
      return int(a.as_bool()) - int(b.as_bool());
    case Layout::Word:
      return a.as_word() < b.as_word() ? -1 : a.as_word() > b.as_word();
    case Layout::Double:
      return a.as_real() < b.as_real() ? -1 : a.as_real() > b.as_real();
    case Layout::Decimal:
      return a.as_decimal() < b.as_decimal() ? -1 : b.as_decimal() < a.as_decimal();
    case Layout::Guid:
      return a.as_guid() < b.as_guid() ? -1 : b.as_guid() < a.as_guid();
    case Layout::Text:
      break;
  }
  return a.as_text().compare(b.as_text());
}

void check_sorted(const TestTable& table, const std::vector<SortParameters::Key>& keys,
                  std::optional<int64_t> limit, int threads, int batch) {
  std::vector<size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [&](size_t i, size_t j) {
    const Row& a = table.rows[i];
    const Row& b = table.rows[j];
    for (const auto& key : keys) {
      const Value& x = a[key.column];
      const Value& y = b[key.column];
      if (x.is_null() != y.is_null()) return x.is_null() == key.nulls_first;
      if (x.is_null()) continue;
      const int order = compare_present(x, y);
      if (order != 0) return (order < 0) != key.descending;
    }
    return i < j;
  });
  std::vector<Row> want;
  for (const size_t i : order) want.push_back(table.rows[i]);
  if (limit) want.resize(std::min(want.size(), static_cast<size_t>(*limit)));
  auto sorted_rows = std::make_shared<SortedRows>(
      SortParameters{.types = table.types,
                     .keys = keys,
                     .limit = limit,
                     .output_columns = static_cast<uint32_t>(table.types.size())});
  std::vector<Pipeline> pipelines(1);
  pipelines[0] = {flow_of(table), std::make_shared<SortSink>(sorted_rows)};
  Flow flow;
  flow.source = std::make_unique<SortedSource>(sorted_rows);
  const auto rows = rows_of(std::move(pipelines), std::move(flow), table.types, threads, batch);
  ASSERT_EQ(texts_of(rows), texts_of(want));
}

const std::vector<Type> all_types = {Type::Bool, Type::Long,     Type::String, Type::Real,
                                     Type::Guid, Type::Datetime, Type::Decimal};

TEST(Sort, AgreesWithStableSort) {
  const TestTable table = random_table(all_types, 2500, 30, 5);
  const std::vector<std::vector<SortParameters::Key>> orders = {
      {},
      {{0, true, false}},
      {{1, false, true}},
      {{2, true, false}},
      {{2, false, false}, {1, true, true}},
      {{3, true, true}, {0, false, false}},
      {{4, false, false}},
      {{5, true, false}, {2, false, true}, {1, true, false}},
      {{6, false, true}, {3, true, false}},
  };
  for (const auto& keys : orders) {
    for (const int threads : {1, 4}) {
      for (const std::optional<int64_t> limit :
           {std::optional<int64_t>(), {0}, {1}, {17}, {9999}}) {
        check_sorted(table, keys, limit, threads, threads == 1 ? 7 : 2048);
      }
    }
  }
}

TEST(Sort, MergesRunsAndPrunesTops) {
  const TestTable table = random_table({Type::Long, Type::String}, 60'000, 5'000, 6);
  for (const int threads : {1, 4}) {
    for (const std::optional<int64_t> limit : {std::optional<int64_t>(), {10}, {3000}}) {
      check_sorted(table, {{1, true, false}}, limit, threads, 2048);
      check_sorted(table, {{0, false, false}, {1, true, false}}, limit, threads, 2048);
    }
  }
}

}  // namespace
}  // namespace vedette::exec
