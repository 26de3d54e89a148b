// What zone maps promise about ranges of values.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/table/measure.h"
#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

ZoneMap zone_of(Type type, const std::vector<Value>& values) {
  ColumnBuilder column(type);
  for (const Value& value : values) column.append(value);
  return storage::measure_zone(column.vector(), static_cast<uint32_t>(values.size()));
}

ValueRange equal_to(const Value& value) {
  return {.low = value, .high = value};
}

TEST(ZoneMap, NumbersHaveExactBounds) {
  const ZoneMap zone = zone_of(Type::Long, {Value::int64(-5), Value::int64(7), Value::int64(0)});
  EXPECT_EQ(match_range(zone, equal_to(Value::int64(3))), Match::Some);
  EXPECT_EQ(match_range(zone, equal_to(Value::int64(8))), Match::None);
  EXPECT_EQ(match_range(zone, {.low = Value::int64(-5)}), Match::All);
  EXPECT_EQ(match_range(zone, {.low = Value::int64(-5), .low_inclusive = false}), Match::Some);
  EXPECT_EQ(match_range(zone, {.low = Value::int64(7), .low_inclusive = false}), Match::None);
  EXPECT_EQ(match_range(zone, {.high = Value::int64(-5), .high_inclusive = false}), Match::None);
  EXPECT_EQ(match_range(zone, {.high = Value::int64(INT64_MAX)}), Match::All);
  EXPECT_EQ(match_range(zone, {}), Match::Some);
  EXPECT_EQ(match_null(zone), Match::None);
}

TEST(ZoneMap, NullsAreInNoRange) {
  const ZoneMap some = zone_of(Type::Int, {Value::int32(1), Value::null(Type::Int)});
  EXPECT_EQ(match_range(some, {.low = Value::int32(0)}), Match::Some);
  EXPECT_EQ(match_null(some), Match::Some);
  const ZoneMap all = zone_of(Type::Int, {Value::null(Type::Int), Value::null(Type::Int)});
  EXPECT_EQ(match_range(all, {.low = Value::int32(0)}), Match::None);
  EXPECT_EQ(match_null(all), Match::All);
}

TEST(ZoneMap, RealsMindZerosAndNaN) {
  const ZoneMap zeros = zone_of(Type::Real, {Value::real(-0.0), Value::real(-1.5)});
  EXPECT_EQ(match_range(zeros, equal_to(Value::real(0.0))), Match::Some);
  EXPECT_EQ(match_range(zeros, {.high = Value::real(0.0)}), Match::All);
  EXPECT_EQ(match_range(zeros, {.low = Value::real(1e-300)}), Match::None);
  const ZoneMap nan = zone_of(Type::Real, {Value::real(std::nan("")), Value::real(1)});
  EXPECT_FALSE(nan.bounded);
  EXPECT_EQ(match_range(nan, equal_to(Value::real(7))), Match::Some);
  EXPECT_EQ(match_range(zeros, equal_to(Value::real(std::nan("")))), Match::Some);
}

TEST(ZoneMap, StringsHaveBoundsOfTheirFirstEightBytes) {
  const ZoneMap zone =
      zone_of(Type::String, {Value::string("powershell.exe"), Value::string("powershell_ise.exe")});
  EXPECT_EQ(match_range(zone, equal_to(Value::string("powershell.exe"))), Match::Some);
  EXPECT_EQ(match_range(zone, equal_to(Value::string("powersheaf"))), Match::Some);
  EXPECT_EQ(match_range(zone, equal_to(Value::string("cmd.exe"))), Match::None);
  EXPECT_EQ(match_range(zone, equal_to(Value::string("q"))), Match::None);
  EXPECT_EQ(match_range(zone, {.high = Value::string("powershell.exe"), .high_inclusive = false}),
            Match::Some);
  const ZoneMap high = zone_of(Type::String, {Value::string("\xff\xfe"), Value::string("")});
  EXPECT_EQ(match_range(high, equal_to(Value::string("\xc3\xa4"))), Match::Some);
  EXPECT_EQ(match_range(high, equal_to(Value::string("\xff\xff"))), Match::None);
}

TEST(ZoneMap, MergingCoversBoth) {
  const ZoneMap a = zone_of(Type::Long, {Value::int64(1), Value::null(Type::Long)});
  const ZoneMap b = zone_of(Type::Long, {Value::int64(-9)});
  ZoneMap both;
  both.merge(a);
  both.merge(b);
  EXPECT_EQ(both,
            zone_of(Type::Long, {Value::int64(1), Value::null(Type::Long), Value::int64(-9)}));
  const ZoneMap nulls = zone_of(Type::Long, {Value::null(Type::Long)});
  both.merge(nulls);
  EXPECT_EQ(both.nulls, 2u);
  EXPECT_TRUE(both.bounded);
}

TEST(ZoneMap, ARandomRangeIsNeverWronglyExcluded) {
  Random random(11);
  for (const Type type :
       {Type::Bool, Type::Int, Type::Long, Type::Real, Type::Decimal, Type::String, Type::Datetime,
        Type::Timespan, Type::Guid, Type::Dynamic}) {
    for (int round = 0; round < 200; ++round) {
      std::vector<Value> values;
      for (int row = 0; row < 20; ++row) {
        values.push_back(random_value(random, type, Flavor::Extreme, row, 10));
      }
      const ZoneMap zone = zone_of(type, values);
      for (const Value& value : values) {
        if (value.is_null()) continue;
        EXPECT_NE(match_range(zone, equal_to(value)), Match::None) << name_of(type);
      }
    }
  }
}

TEST(ZoneMap, BlocksOfAnExtentHaveTheirOwn) {
  auto database = Database::in_memory();
  database->create_table({"T", {{"n", Type::Long}, {"same", Type::String}}});
  Appender appender = database->append("T", {.ingestion_time = Datetime{77}});
  for (uint32_t row = 0; row < block_rows + 10; ++row) {
    appender.column(0).append_word(row);
    appender.column(1).append_text("x");
    appender.end_row();
  }
  appender.commit();
  const std::vector<ColumnSchema> later = {{"later", Type::Long}};
  database->add_columns("T", later);
  const auto snapshot = database->snapshot();
  const Extent& extent = *snapshot->find("T")->extents.front();
  ASSERT_EQ(extent.blocks(), 2u);
  EXPECT_EQ(word_of_zone_key(extent.block_zone(0, 0).max), block_rows - 1);
  EXPECT_EQ(word_of_zone_key(extent.block_zone(0, 1).min), block_rows);
  EXPECT_EQ(extent.block_zone(0, 1).rows, 10u);
  EXPECT_EQ(word_of_zone_key(extent.zone(0).max), block_rows + 9);
  EXPECT_EQ(extent.block_zone(1, 1).rows, 10u);
  EXPECT_EQ(match_range(extent.block_zone(1, 1), equal_to(Value::string("y"))), Match::None);
  EXPECT_EQ(word_of_zone_key(extent.zone(ingestion_time_column).min), 77);
  EXPECT_EQ(match_null(extent.zone(2)), Match::All);
  EXPECT_EQ(extent.encoding(2), Encoding::Absent);
}

}  // namespace
}  // namespace vedette
