#include "stdlib/scalar/calendar_unit.h"

#include <utility>

#include "runtime/base/utf8.h"

namespace vedette::stdlib {
namespace {

/// Zero for units that are not a fixed number of ticks.
int64_t ticks_of(CalendarUnit unit) {
  switch (unit) {
    case CalendarUnit::Week:
      return 7 * ticks_per_day;
    case CalendarUnit::Day:
      return ticks_per_day;
    case CalendarUnit::Hour:
      return ticks_per_hour;
    case CalendarUnit::Minute:
      return ticks_per_minute;
    case CalendarUnit::Second:
      return ticks_per_second;
    case CalendarUnit::Millisecond:
      return ticks_per_millisecond;
    case CalendarUnit::Microsecond:
      return ticks_per_microsecond;
    default:
      return 0;
  }
}

/// The number of the unit that holds a moment, counted from any fixed start.
int64_t ordinal(CalendarUnit unit, Datetime time) {
  const CivilDate date = date_of(time);
  switch (unit) {
    case CalendarUnit::Year:
      return date.year;
    case CalendarUnit::Quarter:
      return date.year * 4 + (date.month - 1) / 3;
    case CalendarUnit::Month:
      return date.year * 12 + date.month;
    case CalendarUnit::Week:
    case CalendarUnit::WeekOfYear:
      return (time.ticks / ticks_per_day + 1) / 7;  // day 0 was a Monday, weeks begin on Sunday
    case CalendarUnit::DayOfYear:
      return time.ticks / ticks_per_day;
    default:
      return time.ticks / ticks_of(unit);
  }
}

}  // namespace

std::optional<CalendarUnit> calendar_unit_of(std::string_view name) {
  constexpr std::pair<std::string_view, CalendarUnit> names[] = {
      {"year", CalendarUnit::Year},
      {"quarter", CalendarUnit::Quarter},
      {"month", CalendarUnit::Month},
      {"week", CalendarUnit::Week},
      {"week_of_year", CalendarUnit::WeekOfYear},
      {"day", CalendarUnit::Day},
      {"dayofyear", CalendarUnit::DayOfYear},
      {"hour", CalendarUnit::Hour},
      {"minute", CalendarUnit::Minute},
      {"second", CalendarUnit::Second},
      {"millisecond", CalendarUnit::Millisecond},
      {"microsecond", CalendarUnit::Microsecond},
      {"nanosecond", CalendarUnit::Nanosecond},
  };
  for (const auto& [known, unit] : names) {
    if (equal_ignoring_case(name, known)) return unit;
  }
  return std::nullopt;
}

int64_t part_of(CalendarUnit unit, Datetime time) {
  const DatetimeParts parts = parts_of(time);
  switch (unit) {
    case CalendarUnit::Year:
      return parts.year;
    case CalendarUnit::Quarter:
      return (parts.month - 1) / 3 + 1;
    case CalendarUnit::Month:
      return parts.month;
    case CalendarUnit::Week:
    case CalendarUnit::WeekOfYear:
      return iso_week_of_year(time);
    case CalendarUnit::Day:
      return parts.day;
    case CalendarUnit::DayOfYear:
      return day_of_year(time);
    case CalendarUnit::Hour:
      return parts.hour;
    case CalendarUnit::Minute:
      return parts.minute;
    case CalendarUnit::Second:
      return parts.second;
    case CalendarUnit::Millisecond:
      return parts.fraction / ticks_per_millisecond;
    case CalendarUnit::Microsecond:
      return parts.fraction / ticks_per_microsecond;
    case CalendarUnit::Nanosecond:
      return parts.fraction * 100;
  }
  return 0;
}

std::optional<Datetime> add_units(CalendarUnit unit, int64_t count, Datetime time) {
  constexpr int64_t most_months = 12 * 10'000;
  const auto months = [&](int64_t each) -> std::optional<Datetime> {
    if (count > most_months || count < -most_months) return std::nullopt;
    return add_months(time, count * each);
  };
  switch (unit) {
    case CalendarUnit::Year:
      return months(12);
    case CalendarUnit::Quarter:
      return months(3);
    case CalendarUnit::Month:
      return months(1);
    case CalendarUnit::Nanosecond:
      return add_ticks(time, count / 100);
    case CalendarUnit::WeekOfYear:
      unit = CalendarUnit::Week;
      break;
    case CalendarUnit::DayOfYear:
      unit = CalendarUnit::Day;
      break;
    default:
      break;
  }
  int64_t ticks = 0;
  if (__builtin_mul_overflow(count, ticks_of(unit), &ticks)) return std::nullopt;
  return add_ticks(time, ticks);
}

std::optional<int64_t> borders(CalendarUnit unit, Datetime later, Datetime earlier) {
  if (unit == CalendarUnit::Nanosecond) {
    int64_t nanoseconds = 0;
    if (__builtin_mul_overflow(later.ticks - earlier.ticks, int64_t{100}, &nanoseconds)) {
      return std::nullopt;
    }
    return nanoseconds;
  }
  return ordinal(unit, later) - ordinal(unit, earlier);
}

}  // namespace vedette::stdlib
