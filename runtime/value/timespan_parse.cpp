#include "runtime/value/datetime.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

struct Unit {
  std::string_view name;
  int64_t ticks;  // 0: a nanosecond, less than a tick
};

constexpr Unit units[] = {
    {"d", ticks_per_day},
    {"day", ticks_per_day},
    {"days", ticks_per_day},
    {"h", ticks_per_hour},
    {"hr", ticks_per_hour},
    {"hrs", ticks_per_hour},
    {"hour", ticks_per_hour},
    {"hours", ticks_per_hour},
    {"m", ticks_per_minute},
    {"min", ticks_per_minute},
    {"minute", ticks_per_minute},
    {"minutes", ticks_per_minute},
    {"s", ticks_per_second},
    {"sec", ticks_per_second},
    {"second", ticks_per_second},
    {"seconds", ticks_per_second},
    {"ms", ticks_per_millisecond},
    {"milli", ticks_per_millisecond},
    {"millis", ticks_per_millisecond},
    {"millisec", ticks_per_millisecond},
    {"millisecond", ticks_per_millisecond},
    {"milliseconds", ticks_per_millisecond},
    {"micro", ticks_per_microsecond},
    {"micros", ticks_per_microsecond},
    {"microsec", ticks_per_microsecond},
    {"microsecond", ticks_per_microsecond},
    {"microseconds", ticks_per_microsecond},
    {"tick", 1},
    {"ticks", 1},
    {"nano", 0},
    {"nanos", 0},
    {"nanosec", 0},
    {"nanosecond", 0},
    {"nanoseconds", 0},
};

/// The value of digits, or nothing above what 64 bits hold.
std::optional<int64_t> long_value(std::string_view digits) {
  int64_t value = 0;
  for (char c : digits) {
    if (__builtin_mul_overflow(value, 10, &value)) return {};
    if (__builtin_add_overflow(value, c - '0', &value)) return {};
  }
  return value;
}

/// `whole.fraction` units in ticks; nothing on overflow.
std::optional<int64_t> scale(std::string_view whole, std::string_view fraction, int64_t unit) {
  const auto count = long_value(whole);
  if (!count) return {};
  if (unit == 0) return *count / 100;
  int64_t ticks = 0;
  if (__builtin_mul_overflow(*count, unit, &ticks)) return {};
  // Six digits of a day are still above a tick, and the product stays below 2^63.
  int64_t part = 0;
  int64_t divisor = 1;
  for (size_t at = 0; at < fraction.size() && at < 6; ++at) {
    part = part * 10 + (fraction[at] - '0');
    divisor *= 10;
  }
  int64_t below = part * unit / divisor;
  const int64_t unit_rest = unit / divisor;
  if (fraction.size() > 6 && unit_rest > 0) {
    const std::string_view rest = fraction.substr(6, 6);
    int64_t rest_part = 0;
    int64_t rest_divisor = 1;
    for (char c : rest) {
      rest_part = rest_part * 10 + (c - '0');
      rest_divisor *= 10;
    }
    below = (part * unit + rest_part * unit / rest_divisor) / divisor;
  }
  if (__builtin_add_overflow(ticks, below, &ticks)) return {};
  return ticks;
}

/// `d.hh:mm:ss.f`, `hh:mm:ss.f`, `hh:mm`, `d.hh:mm`; the first number has been read.
std::optional<int64_t> clock(TextScanner scan, std::string_view first) {
  std::string_view days = "0";
  std::string_view hours = first;
  if (scan.take('.')) {
    days = first;
    hours = scan.take_digits();
  }
  if (!scan.take(':')) return {};
  const std::string_view minutes = scan.take_digits();
  std::string_view seconds = "0";
  std::string_view fraction;
  if (scan.take(':')) {
    seconds = scan.take_digits();
    if (scan.take('.')) {
      fraction = scan.take_digits();
      if (fraction.empty()) return {};
    }
  }
  if (!scan.done() || days.empty()) return {};
  for (std::string_view part : {hours, minutes, seconds}) {
    if (part.empty() || part.size() > 2) return {};
  }
  const int hour = digits_value(hours);
  const int minute = digits_value(minutes);
  const int second = digits_value(seconds);
  if (hour > 23 || minute > 59 || second > 59) return {};
  const auto day = long_value(days);
  int64_t ticks = 0;
  if (!day || __builtin_mul_overflow(*day, ticks_per_day, &ticks)) return {};
  const int64_t of_day = hour * ticks_per_hour + minute * ticks_per_minute +
                         second * ticks_per_second + fraction_ticks(fraction);
  if (__builtin_add_overflow(ticks, of_day, &ticks)) return {};
  return ticks;
}

std::optional<int64_t> parse_unsigned(TextScanner scan) {
  const std::string_view whole = scan.take_digits();
  if (whole.empty()) return {};
  const auto ticks = clock(scan, whole);
  if (ticks) return ticks;
  std::string_view fraction;
  if (scan.take('.')) fraction = scan.take_digits();
  if (scan.done()) return scale(whole, fraction, ticks_per_day);
  scan.skip_spaces();
  const std::string_view word = scan.take_letters();
  if (!scan.done()) return {};
  for (const Unit& unit : units) {
    if (equal_ignoring_ascii_case(word, unit.name)) return scale(whole, fraction, unit.ticks);
  }
  return {};
}

}  // namespace

std::optional<Timespan> parse_timespan(std::string_view text) {
  TextScanner scan(trimmed(text));
  const bool negative = scan.take('-');
  if (!negative) scan.take('+');
  const auto ticks = parse_unsigned(TextScanner(scan.rest()));
  if (!ticks) return {};
  return Timespan{negative ? -*ticks : *ticks};
}

}  // namespace vedette
