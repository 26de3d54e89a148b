#include "runtime/value/convert.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/value/json.h"

namespace vedette {
namespace {

Value dynamic(std::string_view json) {
  DynamicBuilder builder;
  EXPECT_TRUE(parse_json_text(json, builder));
  return Value::dynamic(builder.take());
}

Value text(std::string_view value) {
  return Value::string(std::string(value));
}

TEST(Convert, ReadsLongs) {
  EXPECT_EQ(parse_long("123"), 123);
  EXPECT_EQ(parse_long(" -5 "), -5);
  EXPECT_EQ(parse_long("+7"), 7);
  EXPECT_EQ(parse_long("0x1F"), 31);
  EXPECT_EQ(parse_long("0xffffffffffffffff"), -1);
  EXPECT_EQ(parse_long("-9223372036854775808"), INT64_MIN);
  for (auto bad : {"", "-", "x", "1.5", "1e3", "9223372036854775808", "0x", "12a", "--1", "- 1"}) {
    EXPECT_EQ(parse_long(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_int("2147483648"), std::nullopt);
  EXPECT_EQ(parse_int("-2147483648"), INT32_MIN);
}

TEST(Convert, ReadsReals) {
  EXPECT_EQ(parse_real("123.4"), 123.4);
  EXPECT_EQ(parse_real("1e3"), 1000);
  EXPECT_EQ(parse_real("+.5"), 0.5);
  EXPECT_EQ(parse_real("1e999"), HUGE_VAL);
  EXPECT_EQ(parse_real("-1e-999"), 0);
  EXPECT_TRUE(std::isnan(*parse_real("NaN")));
  EXPECT_EQ(parse_real("-inf"), -HUGE_VAL);
  EXPECT_EQ(parse_real("Infinity"), HUGE_VAL);
  for (auto bad : {"", "x", "1.5x", "+-1", "1e", ".", "+"}) {
    EXPECT_EQ(parse_real(bad), std::nullopt) << bad;
  }
}

TEST(Convert, ReadsBools) {
  EXPECT_EQ(parse_bool("TRUE"), true);
  EXPECT_EQ(parse_bool("false"), false);
  EXPECT_EQ(parse_bool("0"), false);
  EXPECT_EQ(parse_bool("42"), true);
  EXPECT_EQ(parse_bool("yes"), std::nullopt);
  EXPECT_EQ(parse_bool(""), std::nullopt);
}

TEST(Convert, BetweenNumbers) {
  EXPECT_EQ(convert(Value::real(2.9), Type::Long), Value::int64(2));
  EXPECT_EQ(convert(Value::real(-2.9), Type::Int), Value::int32(-2));
  EXPECT_EQ(convert(Value::real(1e19), Type::Long), Value::null(Type::Long));
  EXPECT_EQ(convert(Value::real(NAN), Type::Long), Value::null(Type::Long));
  EXPECT_EQ(convert(Value::int64(1LL << 40), Type::Int), Value::null(Type::Int));
  EXPECT_EQ(convert(Value::int64(3), Type::Bool), Value::boolean(true));
  EXPECT_EQ(convert(Value::boolean(true), Type::Long), Value::int64(1));
  EXPECT_EQ(convert(Value::decimal(*parse_decimal("2.5")), Type::Real), Value::real(2.5));
  EXPECT_EQ(convert(Value::timespan(Timespan{10}), Type::Long), Value::int64(10));
  EXPECT_EQ(convert(Value::int64(-1), Type::Datetime), Value::null(Type::Datetime));
  EXPECT_EQ(convert(Value::null(Type::Long), Type::String), text(""));
  EXPECT_EQ(convert(Value::null(Type::Long), Type::Real), Value::null(Type::Real));
}

TEST(Convert, ToText) {
  EXPECT_EQ(to_text(Value::boolean(false)), "false");
  EXPECT_EQ(to_text(Value::real(1)), "1.0");
  EXPECT_EQ(to_text(Value::int64(-7)), "-7");
  EXPECT_EQ(to_text(Value::timespan(Timespan{ticks_per_day})), "1.00:00:00");
  EXPECT_EQ(to_text(dynamic("\"a\\\"b\"")), "a\"b");
  EXPECT_EQ(to_text(dynamic("{\"a\":[1.0,null,\"x\"]}")), "{\"a\":[1.0,null,\"x\"]}");
  EXPECT_EQ(to_text(dynamic("null")), "");
  EXPECT_EQ(to_text(dynamic("1e3")), "1e3");
  EXPECT_EQ(to_text(convert(Value::datetime(Datetime{0}), Type::Dynamic)),
            "0001-01-01T00:00:00.0000000Z");
}

TEST(Convert, FromDynamic) {
  EXPECT_EQ(convert(dynamic("\"123\""), Type::Long), Value::int64(123));
  EXPECT_EQ(convert(dynamic("1.9"), Type::Long), Value::int64(1));
  EXPECT_EQ(convert(dynamic("true"), Type::Bool), Value::boolean(true));
  EXPECT_EQ(convert(dynamic("\"true\""), Type::Bool), Value::boolean(true));
  EXPECT_EQ(convert(dynamic("[1]"), Type::Long), Value::null(Type::Long));
  EXPECT_EQ(convert(dynamic("null"), Type::Real), Value::null(Type::Real));
  EXPECT_EQ(convert(dynamic("\"2020-01-01\""), Type::Datetime),
            Value::datetime(Datetime{637134336000000000}));
  EXPECT_EQ(convert(dynamic("\"00:00:01\""), Type::Timespan),
            Value::timespan(Timespan{ticks_per_second}));
  EXPECT_EQ(to_text(convert(dynamic("141.161130000000000001"), Type::Decimal)),
            "141.161130000000000001");
  EXPECT_EQ(to_text(convert(dynamic("\"74BE27DE-1e4e-49d9-b579-fe0b331d3642\""), Type::Guid)),
            "74be27de-1e4e-49d9-b579-fe0b331d3642");
}

}  // namespace
}  // namespace vedette
