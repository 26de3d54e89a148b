// Functions over datetimes: calendar units, formats, time zones.
#include <gtest/gtest.h>

#include "runtime/value/datetime.h"
#include "stdlib/scalar/time_zone.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

Value moment(std::string_view text) {
  return Value::datetime(*parse_datetime(text));
}
Value text(std::string value) {
  return Value::string(std::move(value));
}

TEST(StdlibDatetime, AddsCalendarUnits) {
  const auto add = [](std::string unit, int64_t count, std::string_view from) {
    return answer("datetime_add", {text(std::move(unit)), Value::int64(count), moment(from)});
  };
  EXPECT_EQ(add("month", 1, "2024-01-31"), "2024-02-29T00:00:00.0000000Z");
  EXPECT_EQ(add("Quarter", 12, "2017-01-01"), "2020-01-01T00:00:00.0000000Z");
  EXPECT_EQ(add("week", 100, "2017-01-01"), "2018-12-02T00:00:00.0000000Z");
  EXPECT_EQ(add("nanosecond", -200, "2017-01-01"), "2016-12-31T23:59:59.9999998Z");
  EXPECT_EQ(add("year", INT64_MAX, "2017-01-01"), "null");
  EXPECT_EQ(add("day", INT64_MAX, "2017-01-01"), "null");
}

TEST(StdlibDatetime, CountsBorders) {
  const auto diff = [](std::string unit, std::string_view later, std::string_view earlier) {
    return answer("datetime_diff", {text(std::move(unit)), moment(later), moment(earlier)});
  };
  EXPECT_EQ(diff("quarter", "2017-07-01", "2017-03-30"), "2");
  EXPECT_EQ(diff("month", "2017-01-01", "2015-12-30"), "13");
  EXPECT_EQ(diff("hour", "2017-10-31 01:00", "2017-10-30 23:59"), "2");
  EXPECT_EQ(diff("millisecond", "2017-10-30 23:00:00.2001", "2017-10-30 23:00:00.1009"), "100");
  EXPECT_EQ(diff("nanosecond", "9999-01-01", "0001-01-01"), "null");
}

TEST(StdlibDatetime, Parts) {
  const auto part = [](std::string name) {
    return answer("datetime_part", {text(std::move(name)), moment("2017-10-30 01:02:03.7654321")});
  };
  EXPECT_EQ(part("week_of_year"), "44");
  EXPECT_EQ(part("DayOfYear"), "303");
  EXPECT_EQ(part("nanosecond"), "765432100");
  EXPECT_EQ(answer("startofweek", {moment("0001-01-02")}), "null");
  EXPECT_EQ(answer("endofweek", {moment("9999-12-31")}), "null");
  EXPECT_EQ(answer("endofweek", {moment("2017-01-01")}), "2017-01-07T23:59:59.9999999Z");
}

TEST(StdlibDatetime, Formats) {
  const auto format = [](std::string how, std::string_view when) {
    return answer("format_datetime", {moment(when), text(std::move(how))});
  };
  EXPECT_EQ(format("y yy yyyy", "1907-03-04"), "7 07 1907");
  EXPECT_EQ(format("h:mm t", "2020-01-01 00:05"), "12:05 A");
  EXPECT_EQ(format("ss.fff|FFF|F", "2020-01-01 00:00:05.05"), "05.050|05|");
  EXPECT_EQ(answer("format_datetime", {Value::null(Type::Datetime), text("yyyy")}), "");
  EXPECT_EQ(answer("format_timespan", {Value::timespan({INT64_MIN}), text("d")}), "10675199");
}

TEST(StdlibDatetime, MadeOfNumbers) {
  const auto make = [](double year, double month, double day, double second) {
    return answer("make_datetime", {Value::real(year), Value::real(month), Value::real(day),
                                    Value::real(23), Value::real(59), Value::real(second)});
  };
  EXPECT_EQ(make(9999, 12, 31, 59.9999999), "9999-12-31T23:59:59.9999999Z");
  EXPECT_EQ(make(2020, 2, 30, 0), "null");
  EXPECT_EQ(make(1e300, 2, 3, 0), "null");
  EXPECT_EQ(make(2020, 2, 3, 60), "null");
}

TEST(StdlibDatetime, YearlyRules) {
  const auto rule = stdlib::parse_yearly_rule("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard, 3600);
  EXPECT_EQ(rule->summer, 7200);
  EXPECT_EQ(rule->end.seconds, 3 * 3600);
  EXPECT_EQ(stdlib::parse_yearly_rule("<+0330>-3:30")->standard, 12'600);
  EXPECT_FALSE(stdlib::parse_yearly_rule(""));
  EXPECT_FALSE(stdlib::parse_yearly_rule("CET-1CEST,J60,J300"));
  EXPECT_FALSE(stdlib::TimeZone::parse("TZif2 cut short"));
}

TEST(StdlibDatetime, TimeZones) {
  if (stdlib::find_time_zone("Europe/Brussels") == nullptr) GTEST_SKIP() << "no zone files here";
  const auto utc = [](std::string_view local) {
    return answer("datetime_local_to_utc", {moment(local), text("Europe/Brussels")});
  };
  EXPECT_EQ(utc("2022-03-27 01:00"), "2022-03-27T00:00:00.0000000Z");
  EXPECT_EQ(utc("2022-03-27 02:00"), "2022-03-27T00:00:00.0000000Z");
  EXPECT_EQ(utc("2022-03-27 03:00"), "2022-03-27T01:00:00.0000000Z");
  EXPECT_EQ(utc("2060-07-01 12:00"), "2060-07-01T10:00:00.0000000Z");
  EXPECT_EQ(utc("2060-12-01 12:00"), "2060-12-01T11:00:00.0000000Z");
  EXPECT_EQ(answer("datetime_utc_to_local", {moment("2060-01-01"), text("Australia/Sydney")}),
            "2060-01-01T11:00:00.0000000Z");
  EXPECT_EQ(stdlib::find_time_zone("../../etc/passwd"), nullptr);
}

}  // namespace
}  // namespace vedette
