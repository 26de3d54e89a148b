// Moments and durations: the clock, parts of dates, periods, arithmetic by calendar units.
#include <cmath>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "runtime/value/convert.h"
#include "stdlib/families.h"
#include "stdlib/scalar/calendar_unit.h"

namespace vedette::stdlib {
namespace {

// ---- the clock ----

void current_moment(Call& call) {
  call.result = constant_vector(Value::datetime(Datetime{call.context.now}), *call.context.arena);
}

constexpr int64_t unix_epoch_ticks = 621'355'968'000'000'000;

/// A datetime from a count of units of `ticks` each since 1970.
template <int64_t ticks> std::vector<Overload> from_unix_time() {
  return {symbolic<std::optional<Datetime>(int64_t)>([](auto on, auto count) {
            const auto outside = (count < -unix_epoch_ticks / ticks) |
                                 (count > (max_datetime_ticks - unix_epoch_ticks) / ticks);
            return on.null_if(outside, count * ticks + unix_epoch_ticks);
          }),
          rowwise([](double count) -> std::optional<Datetime> {
            const auto distance = long_of(std::round(count * static_cast<double>(ticks)));
            return distance ? add_ticks(Datetime{unix_epoch_ticks}, *distance) : std::nullopt;
          })};
}

std::vector<Overload> from_unix_nanoseconds() {
  return {
      symbolic<Datetime(int64_t)>([](auto, auto count) { return count / 100 + unix_epoch_ticks; }),
      rowwise([](double count) -> std::optional<Datetime> {
        const auto distance = long_of(std::round(count / 100));
        return distance ? add_ticks(Datetime{unix_epoch_ticks}, *distance) : std::nullopt;
      })};
}

ScalarFunction unix_time(std::string_view name, std::string_view summary,
                         std::vector<Overload> overloads, std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"number", "The time elapsed.", Accepts::Number}},
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .null_rule = "Null in, null out; null outside the years 1 to 9999."};
}

// ---- parts ----

constexpr auto days = [](auto ticks) { return ticks / ticks_per_day; };

ScalarFunction part(std::string_view name, std::vector<std::string_view> aliases,
                    std::string_view summary, Overload overload, std::vector<Example> examples) {
  return {.name = name,
          .aliases = std::move(aliases),
          .summary = summary,
          .parameters = {{"date", "The moment."}},
          .overloads = {std::move(overload)},
          .examples = std::move(examples)};
}

/// Weeks begin on Sunday; the first one of a year holds its first Wednesday.
int sunday_week_of_year(Datetime time) {
  const int64_t day = time.ticks / ticks_per_day;
  const int64_t wednesday = day + 3 - day_of_week(time);
  if (wednesday < 0) return 53;
  return static_cast<int>((wednesday - days_of_date(date_of_days(wednesday).year, 1, 1)) / 7 + 1);
}

// ---- periods ----

constexpr auto day_start = [](auto, auto ticks) { return days(ticks) * ticks_per_day; };
constexpr auto day_end = [](auto, auto ticks) {
  return days(ticks) * ticks_per_day + (ticks_per_day - 1);
};
/// Day 0 was a Monday, so the first week began a day before all datetimes.
constexpr auto week_start = [](auto on, auto ticks) {
  const auto start = ((days(ticks) + 1) / 7 * 7 - 1) * ticks_per_day;
  return on.null_if(start < 0, start);
};
constexpr auto week_end = [](auto on, auto ticks) {
  const auto end = ((days(ticks) + 1) / 7 * 7 + 6) * ticks_per_day - 1;
  return on.null_if(end > max_datetime_ticks, end);
};

template <Period period> Overload offset_start() {
  return rowwise([](Datetime time, int64_t offset) { return start_of(period, time, offset); });
}
template <Period period> Overload offset_end() {
  return rowwise([](Datetime time, int64_t offset) { return end_of(period, time, offset); });
}

ScalarFunction boundary(std::string_view name, std::string_view summary,
                        std::vector<Overload> overloads, std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"date", "The moment."},
                         {.name = "offset",
                          .meaning = "How many periods later; below zero, earlier.",
                          .optional = true}},
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .null_rule = "Null in, null out; null outside the years 1 to 9999."};
}

// ---- made of numbers ----

std::optional<Datetime> datetime_of_numbers(double year, double month, double day, double hour,
                                            double minute, double second) {
  const auto whole = [](double value) {
    return value >= 0 && value < 10'000 ? static_cast<int>(value) : -1;
  };
  if (!(second >= 0 && second < 60)) return std::nullopt;
  const auto start = datetime_of(DatetimeParts{.year = whole(year),
                                               .month = whole(month),
                                               .day = whole(day),
                                               .hour = whole(hour),
                                               .minute = whole(minute)});
  if (!start) return std::nullopt;
  return add_ticks(*start, static_cast<int64_t>(std::round(second * ticks_per_second)));
}

std::optional<Timespan> timespan_of_numbers(int64_t day, int64_t hour, int64_t minute,
                                            int64_t second) {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  if (day < -10'675'198 || day > 10'675'198) return std::nullopt;
  return Timespan{day * ticks_per_day + hour * ticks_per_hour + minute * ticks_per_minute +
                  second * ticks_per_second};
}

Parameter number(std::string_view name, std::string_view meaning, Accepts accepts,
                 bool optional = false) {
  return {.name = name, .meaning = meaning, .accepts = accepts, .optional = optional};
}

std::vector<ScalarFunction> clock_functions() {
  return {
      {
          .name = "now",
          .summary = "The moment the query began, the same everywhere in the query.",
          .parameters = {{.name = "offset", .meaning = "What to add to it.", .optional = true}},
          .overloads = {{.returns = Type::Datetime, .evaluate = current_moment},
                        {.takes = {Type::Timespan},
                         .returns = Type::Datetime,
                         .rewrite = "now() + offset"}},
          .examples = {{"now() == now()", "true"}, {"now() - now(-1d)", "1.00:00:00"}},
          .purity = Purity::PerQuery,
      },
      {
          .name = "ago",
          .summary = "The moment the query began less a timespan.",
          .parameters = {{"a_timespan", "How long ago."}},
          .overloads = {{.takes = {Type::Timespan},
                         .returns = Type::Datetime,
                         .rewrite = "now() - a_timespan"}},
          .examples = {{"now() - ago(1h)", "01:00:00"}, {"ago(1d) < now()", "true"}},
          .purity = Purity::PerQuery,
      },
      unix_time("unixtime_seconds_todatetime", "The moment so many seconds after 1970 began.",
                from_unix_time<ticks_per_second>(),
                {{"unixtime_seconds_todatetime(1546300800)", "2019-01-01T00:00:00.0000000Z"},
                 {"unixtime_seconds_todatetime(-0.5)", "1969-12-31T23:59:59.5000000Z"}}),
      unix_time(
          "unixtime_milliseconds_todatetime", "The moment so many milliseconds after 1970 began.",
          from_unix_time<ticks_per_millisecond>(),
          {{"unixtime_milliseconds_todatetime(1546300800000)", "2019-01-01T00:00:00.0000000Z"},
           {"unixtime_milliseconds_todatetime(9223372036854775807)", "null"}}),
      unix_time(
          "unixtime_microseconds_todatetime", "The moment so many microseconds after 1970 began.",
          from_unix_time<ticks_per_microsecond>(),
          {{"unixtime_microseconds_todatetime(1546300800000000)", "2019-01-01T00:00:00.0000000Z"},
           {"unixtime_microseconds_todatetime(0)", "1970-01-01T00:00:00.0000000Z"}}),
      unix_time(
          "unixtime_nanoseconds_todatetime", "The moment so many nanoseconds after 1970 began.",
          from_unix_nanoseconds(),
          {{"unixtime_nanoseconds_todatetime(1546300800000000100)", "2019-01-01T00:00:00.0000001Z"},
           {"unixtime_nanoseconds_todatetime(0)", "1970-01-01T00:00:00.0000000Z"}}),
  };
}

std::vector<ScalarFunction> part_functions() {
  return {
      part("dayofweek", {}, "The days since the last Sunday, as a timespan.",
           symbolic<Timespan(Datetime)>(
               [](auto, auto ticks) { return (days(ticks) + 1) % 7 * ticks_per_day; }),
           {{"dayofweek(datetime(1970-05-11))", "1.00:00:00"},
            {"dayofweek(datetime(1947-11-30 10:00:05))", "00:00:00"}}),
      part("dayofmonth", {}, "The day of the month, from 1.",
           rowwise([](Datetime time) { return Int{date_of(time).day}; }),
           {{"dayofmonth(datetime(2015-12-14))", "14"}}),
      part("dayofyear", {}, "The day of the year, from 1.",
           rowwise([](Datetime time) { return Int{day_of_year(time)}; }),
           {{"dayofyear(datetime(2015-12-14))", "348"}}),
      part("monthofyear", {"getmonth"}, "The month of the year, from 1.",
           rowwise([](Datetime time) { return Int{date_of(time).month}; }),
           {{"monthofyear(datetime(2015-12-14))", "12"}}),
      part("getyear", {}, "The year.",
           rowwise([](Datetime time) { return Int{date_of(time).year}; }),
           {{"getyear(datetime(2015-10-12))", "2015"}}),
      part("hourofday", {}, "The hour of the day, from 0.",
           symbolic<Int(Datetime)>([](auto, auto ticks) { return ticks / ticks_per_hour % 24; }),
           {{"hourofday(datetime(2015-12-14 18:54))", "18"}}),
      part("week_of_year", {},
           "The ISO 8601 week of the year: weeks begin on Monday, the first holds a Thursday.",
           rowwise([](Datetime time) { return Int{iso_week_of_year(time)}; }),
           {{"week_of_year(datetime(2020-12-31))", "53"},
            {"week_of_year(datetime(2000-01-01))", "52"}}),
      part("weekofyear", {},
           "The week of the year: weeks begin on Sunday, the first holds a Wednesday.",
           rowwise([](Datetime time) { return Int{sunday_week_of_year(time)}; }),
           {{"weekofyear(datetime(2020-12-31))", "53"}, {"weekofyear(datetime(2020-01-05))", "2"}}),
      {
          .name = "datetime_part",
          .aliases = {"datepart"},
          .summary = "A part of a moment, as a number.",
          .parameters = {{.name = "part",
                          .meaning = "Which part.",
                          .literal = true,
                          .choices = {"year", "quarter", "month", "week_of_year", "day",
                                      "dayofyear", "hour", "minute", "second", "millisecond",
                                      "microsecond", "nanosecond"}},
                         {"date", "The moment."}},
          .overloads = {prepared<0>(make_calendar_unit,
                                    [](const CalendarUnit& unit, std::string_view, Datetime time) {
                                      return Int{part_of(unit, time)};
                                    })},
          .examples = {{"datetime_part('quarter', datetime(2017-10-30))", "4"},
                       {"datetime_part('microsecond', datetime(2017-10-30 01:02:03.7654321))",
                        "765432"}},
      },
  };
}

std::vector<ScalarFunction> boundary_functions() {
  std::vector<ScalarFunction> family = {
      boundary("startofday", "The first moment of the day.",
               {symbolic<Datetime(Datetime)>(day_start), offset_start<Period::Day>()},
               {{"startofday(datetime(2017-01-01 10:10:17))", "2017-01-01T00:00:00.0000000Z"},
                {"startofday(datetime(2017-01-01), -1)", "2016-12-31T00:00:00.0000000Z"}}),
      boundary(
          "startofweek", "The first moment of the week; weeks begin on Sunday.",
          {symbolic<std::optional<Datetime>(Datetime)>(week_start), offset_start<Period::Week>()},
          {{"startofweek(datetime(2017-01-04 10:10:17))", "2017-01-01T00:00:00.0000000Z"},
           {"startofweek(datetime(2017-01-01), 1)", "2017-01-08T00:00:00.0000000Z"}}),
      boundary("startofmonth", "The first moment of the month.",
               {rowwise([](Datetime time) { return start_of(Period::Month, time); }),
                offset_start<Period::Month>()},
               {{"startofmonth(datetime(2017-01-17))", "2017-01-01T00:00:00.0000000Z"},
                {"startofmonth(datetime(2017-01-17), -1)", "2016-12-01T00:00:00.0000000Z"}}),
      boundary("startofyear", "The first moment of the year.",
               {rowwise([](Datetime time) { return start_of(Period::Year, time); }),
                offset_start<Period::Year>()},
               {{"startofyear(datetime(2017-05-17))", "2017-01-01T00:00:00.0000000Z"}}),
      boundary("endofday", "The last moment of the day.",
               {symbolic<Datetime(Datetime)>(day_end), offset_end<Period::Day>()},
               {{"endofday(datetime(2017-01-01 10:10:17))", "2017-01-01T23:59:59.9999999Z"}}),
      boundary("endofweek", "The last moment of the week; weeks end on Saturday.",
               {symbolic<std::optional<Datetime>(Datetime)>(week_end), offset_end<Period::Week>()},
               {{"endofweek(datetime(2017-01-01 10:10:17))", "2017-01-07T23:59:59.9999999Z"},
                {"endofweek(datetime(2017-01-01), -1)", "2016-12-31T23:59:59.9999999Z"}}),
      boundary("endofmonth", "The last moment of the month.",
               {rowwise([](Datetime time) { return end_of(Period::Month, time); }),
                offset_end<Period::Month>()},
               {{"endofmonth(datetime(2020-02-03))", "2020-02-29T23:59:59.9999999Z"}}),
      boundary("endofyear", "The last moment of the year.",
               {rowwise([](Datetime time) { return end_of(Period::Year, time); }),
                offset_end<Period::Year>()},
               {{"endofyear(datetime(2017-05-17))", "2017-12-31T23:59:59.9999999Z"},
                {"endofyear(datetime(9999-05-17), 1)", "null"}}),
  };
  family.front().column_name = ColumnName::FirstArgument;
  return family;
}

std::vector<ScalarFunction> arithmetic_by_unit() {
  const std::vector<std::string_view> units = {"year",        "quarter",     "month",     "week",
                                               "day",         "hour",        "minute",    "second",
                                               "millisecond", "microsecond", "nanosecond"};
  return {
      {
          .name = "datetime_add",
          .summary = "A moment so many years, months, days ... later.",
          .parameters = {{.name = "part",
                          .meaning = "The unit to count in.",
                          .literal = true,
                          .choices = units},
                         {"value", "How many of them; below zero, earlier.", Accepts::Integer},
                         {"datetime", "The moment."}},
          .overloads = {prepared<0>(make_calendar_unit,
                                    [](const CalendarUnit& unit, std::string_view, int64_t count,
                                       Datetime time) { return add_units(unit, count, time); })},
          .examples = {{"datetime_add('year', 1, datetime(2017-01-01))",
                        "2018-01-01T00:00:00.0000000Z"},
                       {"datetime_add('month', 1, datetime(2017-01-31))",
                        "2017-02-28T00:00:00.0000000Z"},
                       {"datetime_add('year', 9000, datetime(2017-01-01))", "null"}},
          .null_rule = "Null in, null out; null outside the years 1 to 9999.",
      },
      {
          .name = "datetime_diff",
          .summary = "How many borders of years, months, days ... lie between two moments.",
          .parameters = {{.name = "part",
                          .meaning = "The unit to count in.",
                          .literal = true,
                          .choices = units},
                         {"datetime1", "The later moment; the answer is below zero if it is not."},
                         {"datetime2", "The earlier moment."}},
          .overloads = {prepared<0>(
              make_calendar_unit, [](const CalendarUnit& unit, std::string_view, Datetime later,
                                     Datetime earlier) { return borders(unit, later, earlier); })},
          .examples = {{"datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", "17"},
                       {"datetime_diff('week', datetime(2017-10-29), datetime(2017-09-30 23:59))",
                        "5"},
                       {"datetime_diff('day', datetime(2017-01-01), datetime(2017-01-03))", "-2"}},
      },
  };
}

std::vector<ScalarFunction> construction_functions() {
  return {
      {
          .name = "make_datetime",
          .summary = "A moment from its parts.",
          .parameters = {number("year", "The year; alone, a value to convert.", Accepts::Taken),
                         number("month", "The month, from 1.", Accepts::Number, true),
                         number("day", "The day, from 1.", Accepts::Number, true),
                         number("hour", "The hour, from 0.", Accepts::Number, true),
                         number("minute", "The minute.", Accepts::Number, true),
                         number("second", "The second, with its fraction.", Accepts::Number, true)},
          .overloads =
              {{.takes = {Type::Error}, .returns = Type::Datetime, .rewrite = "todatetime(year)"},
               {.takes = {Type::Decimal, Type::Error, Type::Error},
                .returns = Type::Datetime,
                .rewrite = "make_datetime(todouble(year), todouble(month), todouble(day))"},
               {.takes = {Type::Decimal, Type::Error, Type::Error, Type::Error},
                .returns = Type::Datetime,
                .rewrite = "make_datetime(todouble(year), todouble(month), todouble(day), "
                           "todouble(hour))"},
               rowwise([](double year, double month, double day) {
                 return datetime_of_numbers(year, month, day, 0, 0, 0);
               }),
               rowwise([](double year, double month, double day, double hour) {
                 return datetime_of_numbers(year, month, day, hour, 0, 0);
               }),
               rowwise([](double year, double month, double day, double hour, double minute) {
                 return datetime_of_numbers(year, month, day, hour, minute, 0);
               }),
               rowwise([](double year, double month, double day, double hour, double minute,
                          double second) {
                 return datetime_of_numbers(year, month, day, hour, minute, second);
               })},
          .examples = {{"make_datetime(2017, 10, 1)", "2017-10-01T00:00:00.0000000Z"},
                       {"make_datetime(2017, 10, 1, 12, 11, 0.1234567)",
                        "2017-10-01T12:11:00.1234567Z"},
                       {"make_datetime(2017, 2, 30)", "null"}},
          .column_name = ColumnName::OnlyArgument,
          .null_rule = "Null in, null out; null where there is no such moment.",
      },
      {
          .name = "make_timespan",
          .summary = "A timespan from days, hours, minutes and seconds.",
          .parameters = {number("days", "Days, if there are four numbers; else hours.",
                                Accepts::Taken),
                         number("hours", "Hours, 0 to 23.", Accepts::Integer, true),
                         number("minutes", "Minutes, 0 to 59.", Accepts::Integer, true),
                         number("seconds", "Seconds, 0 to 59.", Accepts::Integer, true)},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Timespan,
                         .rewrite = "totimespan(days)"},
                        rowwise([](int64_t hour, int64_t minute) {
                          return timespan_of_numbers(0, hour, minute, 0);
                        }),
                        rowwise([](int64_t hour, int64_t minute, int64_t second) {
                          return timespan_of_numbers(0, hour, minute, second);
                        }),
                        rowwise([](int64_t day, int64_t hour, int64_t minute, int64_t second) {
                          return timespan_of_numbers(day, hour, minute, second);
                        })},
          .examples = {{"make_timespan(1, 15)", "01:15:00"},
                       {"make_timespan(1, 12, 30, 55)", "1.12:30:55"},
                       {"make_timespan(24, 0)", "null"}},
          .column_name = ColumnName::OnlyArgument,
          .null_rule = "Null in, null out; null where a number is out of range.",
      },
  };
}

}  // namespace

std::vector<ScalarFunction> datetime_functions() {
  std::vector<ScalarFunction> family;
  for (auto* part : {clock_functions, part_functions, boundary_functions, arithmetic_by_unit,
                     construction_functions}) {
    for (ScalarFunction& function : part()) family.push_back(std::move(function));
  }
  return family;
}

}  // namespace vedette::stdlib
