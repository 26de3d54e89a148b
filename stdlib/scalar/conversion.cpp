#include <charconv>
#include <cmath>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {
namespace {

// ---- to text ----

template <typename Write> std::string_view written(Arena& arena, size_t room, Write write) {
  char* out = arena.allocate(room, 1);
  return {out, static_cast<size_t>(write(out) - out)};
}

void text_of_guids(Call& call) {
  const AnyReader reader(call.arguments[0]);
  ResultWriter<Text> writer(call, false);
  std::string buffer;
  for_each_row(call.selection, [&](uint32_t row) {
    writer.set(row, Text(call.context.arena->copy(text_of(reader.get(row), buffer))));
  });
}

std::vector<Overload> to_string_overloads() {
  return {
      rowwise([](std::string_view text) { return text; }),
      rowwise([](bool flag) -> std::string_view { return flag ? "true" : "false"; }),
      rowwise([](Arena& arena, int64_t value) {
        return written(arena, 24,
                       [&](char* out) { return std::to_chars(out, out + 24, value).ptr; });
      }),
      rowwise([](Arena& arena, double value) {
        return written(arena, max_real_text_bytes,
                       [&](char* out) { return write_real(out, value); });
      }),
      rowwise([](Arena& arena, Datetime value) {
        return written(arena, datetime_text_bytes,
                       [&](char* out) { return write_datetime(out, value); });
      }),
      rowwise([](Arena& arena, Timespan value) {
        return written(arena, max_timespan_text_bytes,
                       [&](char* out) { return write_timespan(out, value); });
      }),
      rowwise([](Arena& arena, Dynamic value) {
        const DynamicView view(value);
        if (view.is_string()) return view.as_text();
        std::string buffer;
        return arena.copy(text_of(scalar_of(view), buffer));
      }),
      {.takes = {Type::Error}, .returns = Type::String, .evaluate = text_of_guids},
  };
}

// ---- to numbers ----

constexpr auto same = [](auto, auto value) { return value; };
constexpr auto one_or_zero = [](auto on, auto flag) {
  return on.select(flag, on.integer(1), on.integer(0));
};
constexpr auto whole_part = [](auto on, auto value) {
  const auto inside = (value >= -9223372036854775808.0) & (value < 9223372036854775808.0);
  return on.null_if(!inside, on.to_long(value));
};
constexpr auto as_real = [](auto on, auto value) { return on.to_real(value); };
constexpr auto within_int = [](auto on, auto value) {
  return on.null_if((value < INT32_MIN) | (value > INT32_MAX), value);
};

std::optional<Int> int_or_null(std::optional<int64_t> value) {
  if (!value) return std::nullopt;
  const auto narrow = int_of(*value);
  if (!narrow) return std::nullopt;
  return Int{*narrow};
}

/// No value of the argument's type converts.
template <typename T> void no_conversion(Call& call) {
  call.result = null_vector(type_of<T>());
}

template <typename T> Overload no_conversion() {
  return {.takes = {Type::Error}, .returns = type_of<T>(), .evaluate = &no_conversion<T>};
}

std::vector<Overload> to_long_overloads() {
  return {symbolic<int64_t(int64_t)>(same),
          symbolic<int64_t(Int)>(same),
          symbolic<int64_t(bool)>(one_or_zero),
          symbolic<std::optional<int64_t>(double)>(whole_part),
          symbolic<int64_t(Datetime)>(same),
          symbolic<int64_t(Timespan)>(same),
          rowwise([](Decimal value) { return to_long(value); }),
          rowwise([](std::string_view text) -> std::optional<int64_t> {
            if (const auto whole = parse_long(text)) return whole;
            const auto real = parse_real(text);
            return real ? long_of(*real) : std::nullopt;
          }),
          rowwise([](Dynamic value) { return long_of(DynamicView(value)); }),
          no_conversion<int64_t>()};
}

std::vector<Overload> to_int_overloads() {
  return {symbolic<Int(Int)>(same),
          symbolic<std::optional<Int>(int64_t)>(within_int),
          symbolic<Int(bool)>(one_or_zero),
          rowwise([](double value) { return int_or_null(long_of(value)); }),
          rowwise([](Decimal value) { return int_or_null(to_long(value)); }),
          rowwise([](std::string_view text) -> std::optional<Int> {
            if (const auto whole = parse_long(text)) return int_or_null(whole);
            const auto real = parse_real(text);
            return real ? int_or_null(long_of(*real)) : std::nullopt;
          }),
          rowwise([](Dynamic value) { return int_or_null(long_of(DynamicView(value))); }),
          no_conversion<Int>()};
}

std::vector<Overload> to_real_overloads() {
  return {symbolic<double(double)>(same),
          symbolic<double(int64_t)>(as_real),
          symbolic<double(Int)>(as_real),
          symbolic<double(Datetime)>(as_real),
          symbolic<double(Timespan)>(as_real),
          rowwise([](bool flag) { return flag ? 1.0 : 0.0; }),
          rowwise([](Decimal value) { return to_real(value); }),
          rowwise([](std::string_view text) { return parse_real(text); }),
          rowwise([](Dynamic value) { return real_of(DynamicView(value)); }),
          no_conversion<double>()};
}

std::vector<Overload> to_decimal_overloads() {
  return {rowwise([](Decimal value) { return value; }),
          rowwise([](int64_t value) { return decimal_of(value); }),
          rowwise([](Int value) { return decimal_of(value.value); }),
          rowwise([](double value) { return decimal_of(value); }),
          rowwise([](bool flag) { return decimal_of(int64_t{flag}); }),
          rowwise([](std::string_view text) { return parse_decimal(text); }),
          rowwise([](Dynamic value) { return decimal_of(DynamicView(value)); }),
          no_conversion<Decimal>()};
}

std::vector<Overload> to_bool_overloads() {
  return {symbolic<bool(bool)>(same),
          symbolic<bool(int64_t)>([](auto, auto value) { return value != 0; }),
          symbolic<bool(Int)>([](auto, auto value) { return value != 0; }),
          symbolic<bool(double)>([](auto, auto value) { return value != 0; }),
          rowwise([](Decimal value) { return !value.is_zero(); }),
          rowwise([](std::string_view text) { return parse_bool(text); }),
          rowwise([](Dynamic value) { return bool_of(DynamicView(value)); }),
          no_conversion<bool>()};
}

// ---- to times, guids, dynamic ----

constexpr auto moment = [](auto on, auto ticks) {
  return on.null_if((ticks < 0) | (ticks > max_datetime_ticks), ticks);
};

std::vector<Overload> to_datetime_overloads() {
  return {symbolic<Datetime(Datetime)>(same), symbolic<std::optional<Datetime>(int64_t)>(moment),
          rowwise([](std::string_view text) { return parse_datetime(text); }),
          rowwise([](Dynamic value) { return datetime_of(DynamicView(value)); }),
          no_conversion<Datetime>()};
}

std::vector<Overload> to_timespan_overloads() {
  return {symbolic<Timespan(Timespan)>(same), symbolic<Timespan(int64_t)>(same),
          rowwise([](std::string_view text) { return parse_timespan(text); }),
          rowwise([](Dynamic value) { return timespan_of(DynamicView(value)); }),
          no_conversion<Timespan>()};
}

/// Hyphens may stand between any two of the 32 digits.
std::optional<Guid> read_guid(std::string_view text) {
  if (const auto guid = parse_guid(text)) return guid;
  std::string digits;
  for (char c : text) {
    if (c != '-') digits.push_back(c);
    if (digits.size() == 32) break;
  }
  return parse_guid(digits);
}

std::vector<Overload> to_guid_overloads() {
  return {rowwise([](const Guid& value) { return value; }),
          rowwise([](std::string_view text) { return read_guid(text); }),
          rowwise([](Dynamic value) { return guid_of(DynamicView(value)); }),
          no_conversion<Guid>()};
}

void to_dynamic(Call& call) {
  const AnyReader reader(call.arguments[0]);
  ResultWriter<Text> writer(call, true);
  DynamicBuilder builder;
  for_each_row(call.selection, [&](uint32_t row) {
    const AnyScalar value = reader.get(row);
    if (value.is_null()) return writer.set_null(row);
    add_to(builder, value);
    writer.set(row, builder.finish(*call.context.arena).bytes);
  });
}

/// Text that is JSON becomes what it says; other text becomes a dynamic string; no text is null.
void parse_json(Call& call) {
  const Reader reader(call.arguments[0]);
  ResultWriter<Text> writer(call, true);
  DynamicBuilder builder;
  for_each_row(call.selection, [&](uint32_t row) {
    const std::string_view text = reader.get<Text>(row);
    if (text.empty()) return writer.set_null(row);
    if (!parse_json_text(text, builder)) builder.add_string(text);
    if (builder.view().is_null()) {
      builder.clear();
      return writer.set_null(row);
    }
    writer.set(row, builder.finish(*call.context.arena).bytes);
  });
}

const Overload parse_json_overload = {
    .takes = {Type::String}, .returns = Type::Dynamic, .evaluate = parse_json};

ScalarFunction cast(std::string_view name, std::vector<std::string_view> aliases,
                    std::string_view summary, std::vector<Overload> overloads,
                    std::vector<Example> examples, Accepts accepts = Accepts::Scalar) {
  return {.name = name,
          .aliases = std::move(aliases),
          .summary = summary,
          .parameters = {{"value", "The value to convert.", accepts}},
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null also for what does not convert."};
}

}  // namespace

std::vector<ScalarFunction> conversion_functions() {
  std::vector<ScalarFunction> family = {
      cast("tostring", {}, "A value as text; a null becomes the empty text.", to_string_overloads(),
           {{"tostring(42)", "42"},
            {"tostring(1h)", "01:00:00"},
            {"tostring(dynamic([1,2]))", "[1,2]"}}),
      cast("tolong", {}, "A value as a long; what follows the point is cut off.",
           to_long_overloads(),
           {{"tolong('123')", "123"}, {"tolong(2.9)", "2"}, {"tolong('x')", "null"}}),
      cast("toint", {}, "A value as an int; what follows the point is cut off.", to_int_overloads(),
           {{"toint('42')", "42"}, {"toint(2.3)", "2"}, {"toint('')", "null"}}),
      cast("toreal", {"todouble"}, "A value as a real.", to_real_overloads(),
           {{"toreal('123.5')", "123.5"}, {"toreal(2)", "2.0"}, {"toreal('x')", "null"}}),
      cast("todecimal", {}, "A value as a decimal.", to_decimal_overloads(),
           {{"todecimal('0.10')", "0.10"}, {"todecimal(5)", "5"}}),
      cast("tobool", {"toboolean"}, "A value as a bool; numbers other than 0 are true.",
           to_bool_overloads(),
           {{"tobool('true')", "true"}, {"tobool(0)", "false"}, {"tobool('maybe')", "null"}}),
      cast("todatetime", {}, "A value as a datetime; text in any of the usual notations.",
           to_datetime_overloads(),
           {{"todatetime('2024-05-01 09:30')", "2024-05-01T09:30:00.0000000Z"},
            {"todatetime('soon')", "null"}}),
      cast("totimespan", {"totime"}, "A value as a timespan; numbers are ticks of 100 ns.",
           to_timespan_overloads(),
           {{"totimespan('1.02:03:04')", "1.02:03:04"}, {"totimespan('x')", "null"}}),
      cast("toguid", {}, "Text as a guid.", to_guid_overloads(),
           {{"toguid('74be27de1e4e49d9b579fe0b331d3642')", "74be27de-1e4e-49d9-b579-fe0b331d3642"},
            {"toguid('x')", "null"}},
           Accepts::StringOrDynamic),
      {
          .name = "parse_json",
          .aliases = {"parsejson"},
          .summary = "Reads JSON text as a dynamic value; other text becomes a dynamic string.",
          .parameters = {{"json_text", "The text to read.", Accepts::StringOrDynamic}},
          .overloads = {parse_json_overload, rowwise([](Dynamic value) { return value; })},
          .examples = {{"parse_json('{\"a\":[1,2]}').a[1]", "2"},
                       {"parse_json('not json')", "not json"},
                       {"parse_json('')", "null"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "todynamic",
          .aliases = {"toobject"},
          .summary = "Reads JSON text as a dynamic value; other text becomes a dynamic string.",
          .parameters = {{"value", "The text to read."}},
          .overloads = {parse_json_overload, rowwise([](Dynamic value) { return value; })},
          .examples = {{"todynamic('[1, 2, 3]')[2]", "3"}, {"todynamic('{\"a\":1}').a", "1"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "to_dynamic",
          .summary = "Any value as a dynamic one; text stays text.",
          .parameters = {{"value", "The value to convert.", Accepts::Scalar}},
          .overloads = {{.takes = {Type::Error}, .returns = Type::Dynamic, .evaluate = to_dynamic}},
          .column_name = ColumnName::FirstArgument,
          .hidden = true,
      },
  };
  return family;
}

}  // namespace vedette::stdlib
