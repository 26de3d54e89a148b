#include <algorithm>
#include <cctype>

#include "compiler/plan/explain.h"
#include "runtime/base/format.h"
#include "runtime/value/datetime.h"
#include "runtime/value/guid.h"

namespace vedette::plan {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    switch (c) {
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        result += c;
    }
  }
  return result + "'";
}

/// Drops what a reader does not miss: `2024-05-01T09:00:00.0000000Z` is `2024-05-01 09:00:00`.
std::string short_datetime(Datetime time) {
  std::string text = to_text(time);
  const bool whole_seconds = time.ticks % ticks_per_second == 0;
  if (text.size() < 20) return text;
  text[10] = ' ';
  if (whole_seconds) text.resize(19);
  if (time.ticks % ticks_per_day == 0) text.resize(10);
  return text;
}

std::string short_timespan(Timespan span) {
  struct Unit {
    int64_t ticks;
    std::string_view name;
  };
  constexpr Unit units[] = {{ticks_per_day, "d"},
                            {ticks_per_hour, "h"},
                            {ticks_per_minute, "m"},
                            {ticks_per_second, "s"}};
  for (const Unit& unit : units) {
    if (span.ticks != 0 && span.ticks % unit.ticks == 0) {
      return fmt::format("{}{}", span.ticks / unit.ticks, unit.name);
    }
  }
  return fmt::format("time({})", to_text(span));
}

}  // namespace

std::string explain(const Value& value) {
  if (value.is_null()) return fmt::format("{}(null)", name_of(value.type()));
  switch (value.type()) {
    case Type::Bool:
      return value.as_bool() ? "true" : "false";
    case Type::Int:
      return fmt::format("int({})", value.as_word());
    case Type::Long:
      return fmt::format("{}", value.as_word());
    case Type::Real: {
      const std::string text = fmt::format("{}", value.as_real());
      const bool plain = std::all_of(text.begin(), text.end(),
                                     [](unsigned char c) { return std::isdigit(c) || c == '-'; });
      return plain ? text + ".0" : text;
    }
    case Type::Decimal:
      return fmt::format("decimal({})", to_text(value.as_decimal()));
    case Type::String:
      return quoted(value.as_text());
    case Type::Datetime:
      return fmt::format("datetime({})", short_datetime(Datetime{value.as_word()}));
    case Type::Timespan:
      return short_timespan(Timespan{value.as_word()});
    case Type::Guid:
      return fmt::format("guid({})", to_text(value.as_guid()));
    case Type::Dynamic:
      return "dynamic(...)";
    case Type::Error:
      break;
  }
  return "?";
}

}  // namespace vedette::plan
