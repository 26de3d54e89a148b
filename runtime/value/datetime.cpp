#include "runtime/value/datetime.h"

namespace vedette {

namespace {

char* write_digits(char* out, uint64_t value, int digits) {
  for (int at = digits - 1; at >= 0; --at) {
    out[at] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + digits;
}

/// The start of the period whose number, counted from year 1, is given.
std::optional<Datetime> start_of_months(int64_t months) {
  if (months < 0 || months >= 9999 * 12) return {};
  return Datetime{days_of_date(months / 12 + 1, static_cast<int>(months % 12) + 1, 1) *
                  ticks_per_day};
}

std::optional<int64_t> scaled_sum(int64_t base, int64_t offset, int64_t unit) {
  int64_t scaled = 0;
  int64_t sum = 0;
  if (__builtin_mul_overflow(offset, unit, &scaled)) return {};
  if (__builtin_add_overflow(base, scaled, &sum)) return {};
  return sum;
}

/// Ticks of the start of a period, which may lie just outside the range of datetimes.
std::optional<int64_t> start_ticks(Period period, Datetime time, int64_t offset) {
  const int64_t midnight = time.ticks - time.ticks % ticks_per_day;
  switch (period) {
    case Period::Day:
      return scaled_sum(midnight, offset, ticks_per_day);
    case Period::Week:
      return scaled_sum(midnight - day_of_week(time) * ticks_per_day, offset, 7 * ticks_per_day);
    case Period::Month:
    case Period::Year: {
      const CivilDate date = date_of(time);
      const int64_t first = (date.year - 1) * 12 + (period == Period::Month ? date.month - 1 : 0);
      const auto months = scaled_sum(first, offset, period == Period::Month ? 1 : 12);
      if (!months) return {};
      if (*months == 9999 * 12) return max_datetime_ticks + 1;
      const auto start = start_of_months(*months);
      if (!start) return {};
      return start->ticks;
    }
  }
  return {};
}

}  // namespace

std::optional<Datetime> add_months(Datetime time, int64_t months) {
  const CivilDate date = date_of(time);
  int64_t sum = 0;
  if (__builtin_add_overflow((date.year - 1) * 12 + date.month - 1, months, &sum)) return {};
  const auto start = start_of_months(sum);
  if (!start) return {};
  const int last = days_in_month(sum / 12 + 1, static_cast<int>(sum % 12) + 1);
  const int64_t day = date.day < last ? date.day : last;
  return Datetime{start->ticks + (day - 1) * ticks_per_day + time.ticks % ticks_per_day};
}

std::optional<Datetime> start_of(Period period, Datetime time, int64_t offset) {
  const auto ticks = start_ticks(period, time, offset);
  if (!ticks || !in_datetime_range(*ticks)) return {};
  return Datetime{*ticks};
}

std::optional<Datetime> end_of(Period period, Datetime time, int64_t offset) {
  if (__builtin_add_overflow(offset, 1, &offset)) return {};
  const auto next = start_ticks(period, time, offset);
  if (!next || !in_datetime_range(*next - 1)) return {};
  return Datetime{*next - 1};
}

char* write_datetime(char* out, Datetime time) {
  const DatetimeParts parts = parts_of(time);
  out = write_digits(out, static_cast<uint64_t>(parts.year), 4);
  *out++ = '-';
  out = write_digits(out, static_cast<uint64_t>(parts.month), 2);
  *out++ = '-';
  out = write_digits(out, static_cast<uint64_t>(parts.day), 2);
  *out++ = 'T';
  out = write_digits(out, static_cast<uint64_t>(parts.hour), 2);
  *out++ = ':';
  out = write_digits(out, static_cast<uint64_t>(parts.minute), 2);
  *out++ = ':';
  out = write_digits(out, static_cast<uint64_t>(parts.second), 2);
  *out++ = '.';
  out = write_digits(out, static_cast<uint64_t>(parts.fraction), 7);
  *out++ = 'Z';
  return out;
}

char* write_timespan(char* out, Timespan span) {
  uint64_t ticks = static_cast<uint64_t>(span.ticks);
  if (span.ticks < 0) {
    *out++ = '-';
    ticks = 0 - ticks;
  }
  const uint64_t days = ticks / ticks_per_day;
  if (days > 0) {
    int digits = 1;
    for (uint64_t rest = days; rest >= 10; rest /= 10) ++digits;
    out = write_digits(out, days, digits);
    *out++ = '.';
  }
  out = write_digits(out, ticks / ticks_per_hour % 24, 2);
  *out++ = ':';
  out = write_digits(out, ticks / ticks_per_minute % 60, 2);
  *out++ = ':';
  out = write_digits(out, ticks / ticks_per_second % 60, 2);
  if (const uint64_t fraction = ticks % ticks_per_second; fraction > 0) {
    *out++ = '.';
    out = write_digits(out, fraction, 7);
  }
  return out;
}

std::string to_text(Datetime time) {
  char text[datetime_text_bytes];
  return {text, write_datetime(text, time)};
}

std::string to_text(Timespan span) {
  char text[max_timespan_text_bytes];
  return {text, write_timespan(text, span)};
}

}  // namespace vedette
