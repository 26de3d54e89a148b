#include "runtime/value/datetime.h"

#include <gtest/gtest.h>

#include "runtime/value/guid.h"

namespace vedette {
namespace {

std::string round_trip(std::string_view text) {
  const auto time = parse_datetime(text);
  return time ? to_text(*time) : "none";
}

std::string span_round_trip(std::string_view text) {
  const auto span = parse_timespan(text);
  return span ? to_text(*span) : "none";
}

Datetime at(std::string_view text) {
  return parse_datetime(text).value();
}

TEST(Datetime, DatesAndDaysAgreeForAllDays) {
  int64_t days = 0;
  int errors = 0;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= days_in_month(year, month); ++day, ++days) {
        errors += days_of_date(year, month, day) != days;
        errors += date_of_days(days) != CivilDate{year, month, day};
      }
    }
  }
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(days * ticks_per_day, max_datetime_ticks + 1);
}

TEST(Datetime, PartsOutOfRangeAreRefused) {
  EXPECT_TRUE(datetime_of({2024, 2, 29}));
  EXPECT_FALSE(datetime_of({2023, 2, 29}));
  EXPECT_FALSE(datetime_of({0, 1, 1}));
  EXPECT_FALSE(datetime_of({10000, 1, 1}));
  EXPECT_FALSE(datetime_of({2024, 13, 1}));
  EXPECT_FALSE(datetime_of({2024, 1, 1, 24}));
  EXPECT_FALSE(datetime_of({2024, 1, 1, 0, 60}));
  EXPECT_FALSE(datetime_of({2024, 1, 1, 0, 0, 60}));
}

TEST(Datetime, ReadsEveryDocumentedFormat) {
  const std::string full = "2014-11-08T15:05:02.0000000Z";
  const std::string minutes = "2014-11-08T15:05:00.0000000Z";
  EXPECT_EQ(round_trip("2014-05-25T08:20:03.123456Z"), "2014-05-25T08:20:03.1234560Z");
  EXPECT_EQ(round_trip("2014-05-25T08:20:03.123456"), "2014-05-25T08:20:03.1234560Z");
  EXPECT_EQ(round_trip("2014-05-25T08:20"), "2014-05-25T08:20:00.0000000Z");
  EXPECT_EQ(round_trip("2014-11-08 15:05:02"), full);
  EXPECT_EQ(round_trip("2014-11-08 15:05"), minutes);
  EXPECT_EQ(round_trip("2014-11-08"), "2014-11-08T00:00:00.0000000Z");
  for (auto text : {"Sat, 8 Nov 14 15:05:02 GMT",
                    "Sat, 8 Nov 14 15:05:02",
                    "8 Nov 14 15:05:02 GMT",
                    "8 Nov 14 15:05:02",
                    "Saturday, 08-Nov-14 15:05:02 GMT",
                    "Saturday, 08-Nov-14 15:05:02",
                    "08-Nov-14 15:05:02 GMT",
                    "08-Nov-14 15:05:02",
                    "2014-11-08 15:05:02 GMT",
                    "2014-11-08T15:05:02 GMT",
                    "2014-11-08T15:05:02Z",
                    "Sat, 08 Nov 2014 15:05:02 +0000",
                    "2014-11-08T17:05:02+02:00",
                    "2014-11-08T09:35:02-05:30",
                    "11/8/2014 3:05:02 PM",
                    "11/8/2014, 3:05:02 pm",
                    "20141108T150502Z",
                    "20141108150502",
                    "Sat Nov  8 15:05:02 2014",
                    "November 8, 2014 15:05:02",
                    "2014/11/8 15:05:02",
                    "2014 - 11 - 08 15:05:02"}) {
    EXPECT_EQ(round_trip(text), full) << text;
  }
  for (auto text : {"Sat, 8 Nov 14 15:05", "Sat, 8 Nov 14 15:05 GMT", "8 Nov 14 15:05",
                    "8 Nov 14 15:05 GMT", "Saturday, 08-Nov-14 15:05 GMT", "08-Nov-14 15:05",
                    "2014-11-08 15:05 GMT", "2014-11-08T15:05 GMT", "  2014-11-08T15:05  "}) {
    EXPECT_EQ(round_trip(text), minutes) << text;
  }
  EXPECT_EQ(round_trip("4/28/2021, 3:05:26.000 PM"), "2021-04-28T15:05:26.0000000Z");
  EXPECT_EQ(round_trip("4/28/2021 12:05:26 AM"), "2021-04-28T00:05:26.0000000Z");
  EXPECT_EQ(round_trip("12-02-2022"), "2022-12-02T00:00:00.0000000Z");
  EXPECT_EQ(round_trip("2015"), "2015-01-01T00:00:00.0000000Z");
  EXPECT_EQ(round_trip("20211231"), "2021-12-31T00:00:00.0000000Z");
  EXPECT_EQ(round_trip("2015-12-31 23:59:59.9"), "2015-12-31T23:59:59.9000000Z");
  EXPECT_EQ(round_trip("2015-12-31 23:59:59.12345678901"), "2015-12-31T23:59:59.1234567Z");
  EXPECT_EQ(round_trip("8 Nov 94"), "1994-11-08T00:00:00.0000000Z");
}

TEST(Datetime, RefusesOtherText) {
  for (auto text : {"",
                    " ",
                    "x",
                    "2014-13-01",
                    "2014-02-30",
                    "2014-11-08T25:00",
                    "2014-11-08 15:05:0x",
                    "2014-11-08T15:05:02.",
                    "2014-11-08 13:05 PM",
                    "0001-01-01T00:00:00+01:00",
                    "9999-12-31T23:59:59-01:00",
                    "123",
                    "12345",
                    "25/12/2021",
                    "Nov",
                    "Mon, ",
                    "2014-",
                    "2014-11-08Q",
                    "99999999999999999999",
                    "0000-01-01",
                    "8 Nov",
                    "2014-11-08 15:"}) {
    EXPECT_EQ(round_trip(text), "none") << text;
  }
}

TEST(Datetime, KnowsWeeks) {
  EXPECT_EQ(day_of_week(at("2024-05-05")), 0);
  EXPECT_EQ(day_of_week(at("0001-01-01")), 1);
  EXPECT_EQ(day_of_week(at("9999-12-31")), 5);
  EXPECT_EQ(day_of_year(at("2024-12-31")), 366);
  EXPECT_EQ(iso_week_of_year(at("2021-01-03")), 53);
  EXPECT_EQ(iso_week_of_year(at("2021-01-04")), 1);
  EXPECT_EQ(iso_week_of_year(at("2018-12-31")), 1);
  EXPECT_EQ(iso_week_of_year(at("2020-12-31")), 53);
}

TEST(Datetime, AddsMonths) {
  EXPECT_EQ(to_text(*add_months(at("2024-01-31 10:00"), 1)), "2024-02-29T10:00:00.0000000Z");
  EXPECT_EQ(to_text(*add_months(at("2024-01-31"), -2)), "2023-11-30T00:00:00.0000000Z");
  EXPECT_EQ(to_text(*add_months(at("2024-02-29"), 12)), "2025-02-28T00:00:00.0000000Z");
  EXPECT_FALSE(add_months(at("0001-01-31"), -1));
  EXPECT_FALSE(add_months(at("9999-12-31"), 1));
  EXPECT_FALSE(add_months(at("2024-12-31"), INT64_MAX));
}

TEST(Datetime, FindsStartsAndEnds) {
  const Datetime time = at("2017-01-01 10:10:17");
  EXPECT_EQ(to_text(*start_of(Period::Day, time, -1)), "2016-12-31T00:00:00.0000000Z");
  EXPECT_EQ(to_text(*end_of(Period::Day, time, 1)), "2017-01-02T23:59:59.9999999Z");
  EXPECT_EQ(to_text(*start_of(Period::Week, time)), "2017-01-01T00:00:00.0000000Z");
  EXPECT_EQ(to_text(*end_of(Period::Week, time)), "2017-01-07T23:59:59.9999999Z");
  EXPECT_EQ(to_text(*start_of(Period::Month, time, -1)), "2016-12-01T00:00:00.0000000Z");
  EXPECT_EQ(to_text(*end_of(Period::Month, time, 1)), "2017-02-28T23:59:59.9999999Z");
  EXPECT_EQ(to_text(*start_of(Period::Year, time, 1)), "2018-01-01T00:00:00.0000000Z");
  EXPECT_EQ(to_text(*end_of(Period::Year, at("9999-05-05"))), "9999-12-31T23:59:59.9999999Z");
  EXPECT_FALSE(start_of(Period::Year, at("9999-05-05"), 1));
  EXPECT_FALSE(end_of(Period::Year, at("9999-05-05"), 1));
  EXPECT_FALSE(start_of(Period::Day, time, INT64_MAX));
  EXPECT_FALSE(end_of(Period::Day, time, INT64_MAX));
  EXPECT_FALSE(start_of(Period::Week, at("0001-01-03")));
}

TEST(Timespan, Prints) {
  EXPECT_EQ(to_text(Timespan{0}), "00:00:00");
  EXPECT_EQ(to_text(Timespan{1}), "00:00:00.0000001");
  EXPECT_EQ(to_text(Timespan{-ticks_per_second}), "-00:00:01");
  EXPECT_EQ(to_text(Timespan{ticks_per_day}), "1.00:00:00");
  EXPECT_EQ(to_text(Timespan{INT64_MIN}), "-10675199.02:48:05.4775808");
  EXPECT_EQ(to_text(Timespan{INT64_MAX}), "10675199.02:48:05.4775807");
}

TEST(Timespan, Reads) {
  EXPECT_EQ(span_round_trip("1.02:03:04.5"), "1.02:03:04.5000000");
  EXPECT_EQ(span_round_trip("1d"), "1.00:00:00");
  EXPECT_EQ(span_round_trip("2.5h"), "02:30:00");
  EXPECT_EQ(span_round_trip("1tick"), "00:00:00.0000001");
  EXPECT_EQ(span_round_trip("10microseconds"), "00:00:00.0000100");
  EXPECT_EQ(span_round_trip("00:05"), "00:05:00");
  EXPECT_EQ(span_round_trip("1.00:00:00"), "1.00:00:00");
  EXPECT_EQ(span_round_trip("-1.00:00:00"), "-1.00:00:00");
  EXPECT_EQ(span_round_trip("-1.5d"), "-1.12:00:00");
  EXPECT_EQ(span_round_trip("15 seconds"), "00:00:15");
  EXPECT_EQ(span_round_trip("25min"), "00:25:00");
  EXPECT_EQ(span_round_trip("2"), "2.00:00:00");
  EXPECT_EQ(span_round_trip("0.12:34:56.7"), "12:34:56.7000000");
  EXPECT_EQ(span_round_trip("300ms"), "00:00:00.3000000");
  EXPECT_EQ(span_round_trip("200nanoseconds"), "00:00:00.0000002");
  EXPECT_EQ(span_round_trip("0.000000000001d"), "00:00:00");
  EXPECT_EQ(span_round_trip("0.0000001d"), "00:00:00.0086400");
  EXPECT_EQ(span_round_trip("0.123456789h"), "00:07:24.4444404");
  EXPECT_EQ(span_round_trip("0.123456789d"), "02:57:46.6665696");
}

TEST(Timespan, RefusesOtherText) {
  for (auto text : {"", "-", "x", "1w", "24:00:00", "00:60", "1:", ":1", "1.2.3", "1.02:03:04.",
                    "99999999999d", "10675199.02:48:05.4775808", "1 2", "--1d", "1d 2h"}) {
    EXPECT_EQ(span_round_trip(text), "none") << text;
  }
}

TEST(Guid, ReadsAndPrints) {
  const std::string text = "74be27de-1e4e-49d9-b579-fe0b331d3642";
  EXPECT_EQ(to_text(parse_guid(text).value()), text);
  EXPECT_EQ(to_text(parse_guid("74BE27DE1E4E49D9B579FE0B331D3642").value()), text);
  EXPECT_EQ(to_text(parse_guid("{74be27de-1e4e-49d9-b579-fe0b331d3642}").value()), text);
  EXPECT_FALSE(parse_guid("74be27de-1e4e-49d9-b579-fe0b331d364"));
  EXPECT_FALSE(parse_guid("74be27de-1e4e-49d9-b579fe0b331d3642"));
  EXPECT_FALSE(parse_guid("a string that is not a guid"));
  EXPECT_FALSE(parse_guid(""));
}

}  // namespace
}  // namespace vedette
