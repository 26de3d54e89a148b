// Datetimes and timespans as text in a format of the author's.
#include <string>

#include "runtime/function/rowwise.h"
#include "runtime/value/datetime.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// A format taken apart: runs of one letter, and text that stays.
struct TimeFormat {
  struct Piece {
    char letter = 0;  // 0: `text` as it is
    int count = 0;
    std::string text;
  };
  std::vector<Piece> pieces;
};

TimeFormat parse_format(std::string_view format, std::string_view letters) {
  TimeFormat parsed;
  for (size_t at = 0; at < format.size();) {
    const char letter = format[at];
    if (letters.find(letter) == std::string_view::npos) {
      if (parsed.pieces.empty() || parsed.pieces.back().letter != 0) parsed.pieces.emplace_back();
      parsed.pieces.back().text.push_back(letter);
      ++at;
      continue;
    }
    const size_t start = at;
    while (at < format.size() && format[at] == letter) ++at;
    parsed.pieces.push_back({.letter = letter, .count = static_cast<int>(at - start), .text = {}});
  }
  return parsed;
}

constexpr auto make_datetime_format = [](const Value& format, std::string&) {
  return std::make_shared<const TimeFormat>(parse_format(format.as_text(), "dfFhHmMsyt"));
};
constexpr auto make_timespan_format = [](const Value& format, std::string&) {
  return std::make_shared<const TimeFormat>(parse_format(format.as_text(), "dfFhHms"));
};

void append_number(std::string& out, int64_t number, int digits) {
  const std::string text = std::to_string(number);
  const auto width = static_cast<size_t>(digits < 1 ? 1 : digits);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

/// The first digits of a second's fraction; of `F`, no zeros at the end.
void append_fraction(std::string& out, int64_t ticks, int digits, bool trim) {
  std::string text;
  append_number(text, ticks, 7);
  text.resize(static_cast<size_t>(digits > 7 ? 7 : digits));
  while (trim && !text.empty() && text.back() == '0') text.pop_back();
  out += text;
}

std::string_view formatted(Arena& arena, const TimeFormat& format, Datetime time) {
  const DatetimeParts parts = parts_of(time);
  const int hour = parts.hour % 12 == 0 ? 12 : parts.hour % 12;
  std::string out;
  for (const TimeFormat::Piece& piece : format.pieces) {
    switch (piece.letter) {
      case 'd':
        append_number(out, parts.day, piece.count);
        break;
      case 'f':
      case 'F':
        append_fraction(out, parts.fraction, piece.count, piece.letter == 'F');
        break;
      case 'h':
        append_number(out, hour, piece.count);
        break;
      case 'H':
        append_number(out, parts.hour, piece.count);
        break;
      case 'm':
        append_number(out, parts.minute, piece.count);
        break;
      case 'M':
        append_number(out, parts.month, piece.count);
        break;
      case 's':
        append_number(out, parts.second, piece.count);
        break;
      case 'y':
        append_number(out, piece.count > 2 ? parts.year : parts.year % 100, piece.count);
        break;
      case 't':
        out += (parts.hour < 12 ? std::string_view("AM") : "PM").substr(0, piece.count < 2 ? 1 : 2);
        break;
      default:
        out += piece.text;
    }
  }
  return arena.copy(out);
}

std::string_view formatted(Arena& arena, const TimeFormat& format, Timespan span) {
  const uint64_t ticks =
      span.ticks < 0 ? 0 - static_cast<uint64_t>(span.ticks) : static_cast<uint64_t>(span.ticks);
  const auto part = [&](int64_t unit, uint64_t modulus) {
    return static_cast<int64_t>(ticks / static_cast<uint64_t>(unit) % modulus);
  };
  std::string out;
  for (const TimeFormat::Piece& piece : format.pieces) {
    switch (piece.letter) {
      case 'd':
        append_number(out, part(ticks_per_day, UINT64_MAX), piece.count);
        break;
      case 'f':
      case 'F':
        append_fraction(out, part(1, ticks_per_second), piece.count, piece.letter == 'F');
        break;
      case 'h':
      case 'H':
        append_number(out, part(ticks_per_hour, 24), piece.count);
        break;
      case 'm':
        append_number(out, part(ticks_per_minute, 60), piece.count);
        break;
      case 's':
        append_number(out, part(ticks_per_second, 60), piece.count);
        break;
      default:
        out += piece.text;
    }
  }
  return arena.copy(out);
}

}  // namespace

std::vector<ScalarFunction> datetime_text_functions() {
  return {
      {
          .name = "format_datetime",
          .summary = "A moment as text: y M d H h m s, f and F for fractions, tt for AM or PM.",
          .parameters = {{"date", "The moment."},
                         {.name = "format", .meaning = "The format.", .literal = true}},
          .overloads = {prepared<1>(
              make_datetime_format,
              [](const TimeFormat& format, Arena& arena, Datetime time, std::string_view) {
                return formatted(arena, format, time);
              })},
          .examples = {{"format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')",
                        "17-01-29 [09:00:05]"},
                       {"format_datetime(datetime(2017-01-29 19:00:05.25), 'yyyy/M/d h:mm tt FFF')",
                        "2017/1/29 7:00 PM 25"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "A null becomes the empty text.",
          .difference = "Letters that mean nothing stay as they are, T and Z among them.",
      },
      {
          .name = "format_timespan",
          .summary = "A timespan as text: d for days, h m s, f and F for fractions.",
          .parameters = {{"timespan", "The timespan; its sign is not shown."},
                         {.name = "format", .meaning = "The format.", .literal = true}},
          .overloads = {prepared<1>(
              make_timespan_format,
              [](const TimeFormat& format, Arena& arena, Timespan span, std::string_view) {
                return formatted(arena, format, span);
              })},
          .examples = {{"format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss:FF')",
                        "29.09:00:05:12"},
                       {"format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')",
                        "029.9:00:05 [1234500]"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "A null becomes the empty text.",
          .difference = "Letters that mean nothing stay as they are.",
      },
  };
}

}  // namespace vedette::stdlib
