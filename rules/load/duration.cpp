#include "rules/load/duration.h"

#include <charconv>
#include <span>

#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette::rules {
namespace {

struct Unit {
  char letter;
  int64_t ticks;
};

std::optional<int64_t> ticks_of(char letter, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (unit.letter == letter) return unit.ticks;
  }
  return std::nullopt;
}

/// Takes a whole number off the front.
std::optional<int64_t> take_number(std::string_view& text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

/// `P[nW][nD][T[nH][nM][nS]]`.
std::optional<Timespan> parse_iso(std::string_view text) {
  constexpr Unit dates[] = {{'W', 7 * ticks_per_day}, {'D', ticks_per_day}};
  constexpr Unit times[] = {
      {'H', ticks_per_hour}, {'M', ticks_per_minute}, {'S', ticks_per_second}};
  text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  bool in_time = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      continue;
    }
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    const auto unit = in_time ? ticks_of(text[0], times) : ticks_of(text[0], dates);
    if (!unit) return std::nullopt;
    total += *number * *unit;
    text.remove_prefix(1);
  }
  return Timespan{total};
}

}  // namespace

std::optional<Timespan> parse_rule_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == 'P') return parse_iso(text);
  constexpr Unit units[] = {{'s', ticks_per_second}, {'m', ticks_per_minute},
                            {'h', ticks_per_hour},   {'d', ticks_per_day},
                            {'S', ticks_per_second}, {'M', ticks_per_minute},
                            {'H', ticks_per_hour},   {'D', ticks_per_day}};
  std::string_view rest = text;
  const auto number = take_number(rest);
  if (number && rest.size() == 1) {
    const auto unit = ticks_of(rest[0], units);
    if (!unit) return std::nullopt;
    return Timespan{*number * *unit};
  }
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  const auto span = parse_timespan(text);
  if (!span || span->ticks < 0) return std::nullopt;
  return span;
}

std::string short_duration(Timespan span) {
  constexpr Unit units[] = {{'d', ticks_per_day},
                            {'h', ticks_per_hour},
                            {'m', ticks_per_minute},
                            {'s', ticks_per_second}};
  for (const Unit& unit : units) {
    if (span.ticks != 0 && span.ticks % unit.ticks == 0) {
      return fmt::format("{}{}", span.ticks / unit.ticks, unit.letter);
    }
  }
  return span.ticks == 0 ? "0s" : to_text(span);
}

}  // namespace vedette::rules
