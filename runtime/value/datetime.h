// Civil calendar arithmetic over ticks, and datetimes and timespans as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/value/scalar.h"

namespace vedette {

/// A day of the (proleptic) Gregorian calendar; month and day count from 1.
struct CivilDate {
  int year = 1;
  int month = 1;
  int day = 1;
  bool operator==(const CivilDate&) const = default;
};

/// A datetime taken apart. `fraction` is in ticks, 0 to 9,999,999.
struct DatetimeParts {
  int year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction = 0;
  bool operator==(const DatetimeParts&) const = default;
};

constexpr bool is_leap_year(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(int64_t year, int month) {
  constexpr int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/// Days from 0001-01-01 to a date that exists.
constexpr int64_t days_of_date(int64_t year, int month, int day) {
  // Years that begin in March put the leap day last; 306 days lie between 0000-03-01 and
  // 0001-01-01.
  const int64_t march_year = year - (month <= 2);
  const int64_t march_month = month + (month <= 2 ? 9 : -3);
  const int64_t day_of_march_year = (153 * march_month + 2) / 5 + day - 1;
  return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 +
         day_of_march_year - 306;
}

/// The date `days` (0 or more) after 0001-01-01.
constexpr CivilDate date_of_days(int64_t days) {
  const int64_t shifted = days + 306;
  const int64_t era = shifted / 146'097;
  const int64_t day_of_era = shifted % 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1);
  const int month = static_cast<int>(march_month + (march_month < 10 ? 3 : -9));
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2)), month, day};
}

/// Whether some ticks are a datetime: not before year 1, not after year 9999.
constexpr bool in_datetime_range(int64_t ticks) {
  return ticks >= 0 && ticks <= max_datetime_ticks;
}

constexpr CivilDate date_of(Datetime time) {
  return date_of_days(time.ticks / ticks_per_day);
}

constexpr DatetimeParts parts_of(Datetime time) {
  const CivilDate date = date_of(time);
  const int64_t of_day = time.ticks % ticks_per_day;
  return {date.year,
          date.month,
          date.day,
          static_cast<int>(of_day / ticks_per_hour),
          static_cast<int>(of_day / ticks_per_minute % 60),
          static_cast<int>(of_day / ticks_per_second % 60),
          static_cast<int>(of_day % ticks_per_second)};
}

/// Nothing if a part is out of its range (February 30, hour 24, year 0 ...).
constexpr std::optional<Datetime> datetime_of(const DatetimeParts& parts) {
  if (parts.year < 1 || parts.year > 9999 || parts.month < 1 || parts.month > 12) return {};
  if (parts.day < 1 || parts.day > days_in_month(parts.year, parts.month)) return {};
  if (parts.hour < 0 || parts.hour > 23 || parts.minute < 0 || parts.minute > 59) return {};
  if (parts.second < 0 || parts.second > 59) return {};
  if (parts.fraction < 0 || parts.fraction >= ticks_per_second) return {};
  return Datetime{days_of_date(parts.year, parts.month, parts.day) * ticks_per_day +
                  parts.hour * ticks_per_hour + parts.minute * ticks_per_minute +
                  parts.second * ticks_per_second + parts.fraction};
}

/// 0 for Sunday to 6 for Saturday.
constexpr int day_of_week(Datetime time) {
  return static_cast<int>((time.ticks / ticks_per_day + 1) % 7);
}

/// 1 for January 1.
constexpr int day_of_year(Datetime time) {
  const int64_t days = time.ticks / ticks_per_day;
  return static_cast<int>(days - days_of_date(date_of_days(days).year, 1, 1) + 1);
}

/// The ISO 8601 week, 1 to 53: weeks begin on Monday, week 1 holds the year's first Thursday.
constexpr int iso_week_of_year(Datetime time) {
  const int64_t days = time.ticks / ticks_per_day;
  const int64_t thursday = days - days % 7 + 3;  // day 0 was a Monday
  return static_cast<int>((thursday - days_of_date(date_of_days(thursday).year, 1, 1)) / 7 + 1);
}

/// `time + span`, or nothing outside the years 1 to 9999.
constexpr std::optional<Datetime> add_ticks(Datetime time, int64_t ticks) {
  int64_t sum = 0;
  if (__builtin_add_overflow(time.ticks, ticks, &sum) || !in_datetime_range(sum)) return {};
  return Datetime{sum};
}

/// The same day and time `months` later; a day the month lacks becomes its last day.
std::optional<Datetime> add_months(Datetime time, int64_t months);

/// The calendar periods that have a start and an end. Weeks begin on Sunday.
enum class Period : uint8_t { Day, Week, Month, Year };

/// The first tick of the period `offset` periods after the one that holds `time`.
std::optional<Datetime> start_of(Period period, Datetime time, int64_t offset = 0);

/// The last tick of the period `offset` periods after the one that holds `time`.
std::optional<Datetime> end_of(Period period, Datetime time, int64_t offset = 0);

constexpr size_t datetime_text_bytes = 28;
constexpr size_t max_timespan_text_bytes = 26;

/// Writes `2014-05-25T08:20:03.1234567Z`, always 28 bytes, and returns the end.
char* write_datetime(char* out, Datetime time);
/// Writes `[-][d.]hh:mm:ss[.fffffff]`, at most 26 bytes, and returns the end.
char* write_timespan(char* out, Timespan span);

std::string to_text(Datetime time);
std::string to_text(Timespan span);

/// Reads the formats of KQL's `todatetime()`: ISO 8601, RFC 822, RFC 850, sortable, US
/// (`4/28/2021, 3:05:26 PM`), compact (`20211231T101500`), a year alone. Times without a zone are
/// UTC; digits beyond a tick are dropped. Nothing if the text is none of these.
std::optional<Datetime> parse_datetime(std::string_view text);

/// Reads `[-][d.]hh:mm[:ss[.fffffff]]`, a number with a unit (`1.5h`, `10 seconds`, `1tick`) and a
/// plain number (days).
std::optional<Timespan> parse_timespan(std::string_view text);

}  // namespace vedette
