// Units of the calendar and the clock that functions over datetimes take by name.
#pragma once

#include <memory>
#include <optional>

#include "runtime/value/datetime.h"
#include "runtime/value/value.h"

namespace vedette::stdlib {

enum class CalendarUnit : uint8_t {
  Year,
  Quarter,
  Month,
  Week,
  WeekOfYear,
  Day,
  DayOfYear,
  Hour,
  Minute,
  Second,
  Millisecond,
  Microsecond,
  Nanosecond,
};

/// The unit of a name, in any case.
std::optional<CalendarUnit> calendar_unit_of(std::string_view name);

/// The part of a moment: 1 to 12 for months, 0 to 999,999 for microseconds, and so on.
int64_t part_of(CalendarUnit unit, Datetime time);

/// The moment `count` units later; nothing outside the years 1 to 9999.
std::optional<Datetime> add_units(CalendarUnit unit, int64_t count, Datetime time);

/// How many times a new unit begins after `earlier` and up to `later`; below zero the other way
/// round. Nothing where a long cannot say it.
std::optional<int64_t> borders(CalendarUnit unit, Datetime later, Datetime earlier);

/// Makes the tool of a prepared body.
inline constexpr auto make_calendar_unit = [](const Value& name, std::string& problem) {
  const auto unit = calendar_unit_of(name.as_text());
  if (!unit) problem = "there is no unit of time '" + std::string(name.as_text()) + "'";
  return unit ? std::make_shared<const CalendarUnit>(*unit) : nullptr;
};

}  // namespace vedette::stdlib
