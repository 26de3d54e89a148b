#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "runtime/function/rowwise.h"
#include "runtime/value/dynamic_builder.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/text_building.h"

namespace vedette::stdlib {
namespace {

// ---- length, parts ----

/// The part of `text` from code point `start` (below zero: from the end), `length` of them.
std::string_view part_of(std::string_view text, int64_t start, int64_t length) {
  const bool ascii = is_ascii(text);
  if (start < 0) {
    const auto total = static_cast<int64_t>(ascii ? text.size() : count_code_points(text));
    start = std::max<int64_t>(0, start + total);
  }
  if (length <= 0) return {};
  text.remove_prefix(byte_of(text, start, ascii));
  return text.substr(0, byte_of(text, length, ascii));
}

// ---- finding ----

/// The position of an occurrence of `lookup` that ends within `length` code points (-1: anywhere)
/// after the place where the search for it began; the search for the next one begins behind it.
std::optional<int64_t> position_of(std::string_view text, std::string_view lookup, int64_t start,
                                   int64_t length, int64_t occurrence) {
  if (length < -1 || occurrence < 0) return std::nullopt;
  const bool ascii = is_ascii(text);
  if (start < 0) {
    const auto total = static_cast<int64_t>(ascii ? text.size() : count_code_points(text));
    start = std::max<int64_t>(0, start + total);
  }
  size_t at = byte_of(text, start, ascii);
  // The reference counts `length` anew after each occurrence.
  for (int64_t found = 1;; ++found) {
    if (at > text.size()) return -1;
    const size_t end = length == -1 ? text.size() : at + byte_of(text.substr(at), length, ascii);
    at = text.substr(0, end).find(lookup, at);
    if (at == std::string_view::npos) return -1;
    if (found >= occurrence) break;
    ++at;
  }
  return static_cast<int64_t>(ascii ? at : count_code_points(text.substr(0, at)));
}

std::vector<Overload> indexof_overloads() {
  return {rowwise([](std::string_view text, std::string_view lookup) {
            return position_of(text, lookup, 0, -1, 1);
          }),
          rowwise([](std::string_view text, std::string_view lookup, int64_t start) {
            return position_of(text, lookup, start, -1, 1);
          }),
          rowwise([](std::string_view text, std::string_view lookup, int64_t start,
                     int64_t length) { return position_of(text, lookup, start, length, 1); }),
          rowwise([](std::string_view text, std::string_view lookup, int64_t start, int64_t length,
                     int64_t occurrence) {
            return position_of(text, lookup, start, length, occurrence);
          })};
}

// ---- joining ----

/// The arguments of a variadic call, one row at a time.
class TextRow {
 public:
  explicit TextRow(Call& call) {
    for (const Vector& argument : call.arguments) readers_.emplace_back(argument);
    texts_.resize(readers_.size());
  }
  const std::vector<std::string_view>& read(uint32_t row) {
    for (size_t at = 0; at < readers_.size(); ++at) texts_[at] = readers_[at].get<Text>(row);
    return texts_;
  }

 private:
  std::vector<Reader> readers_;
  std::vector<std::string_view> texts_;
};

void concatenate(Call& call) {
  TextRow texts(call);
  ResultWriter<Text> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) {
    writer.set(row, Text(joined(*call.context.arena, texts.read(row))));
  });
}

void concatenate_delimited(Call& call) {
  TextRow texts(call);
  ResultWriter<Text> writer(call, false);
  std::vector<std::string_view> pieces;
  for_each_row(call.selection, [&](uint32_t row) {
    const auto& read = texts.read(row);
    pieces.clear();
    for (size_t at = 1; at < read.size(); ++at) {
      if (at > 1) pieces.push_back(read[0]);
      pieces.push_back(read[at]);
    }
    writer.set(row, Text(joined(*call.context.arena, pieces)));
  });
}

constexpr int64_t most_repetitions = 1024;

std::string_view repeated(Arena& arena, std::string_view text, int64_t count,
                          std::string_view delimiter) {
  count = std::min(count, most_repetitions);
  std::vector<std::string_view> pieces;
  for (int64_t at = 0; at < count; ++at) {
    if (at > 0) pieces.push_back(delimiter);
    pieces.push_back(text);
  }
  return joined(arena, pieces);
}

// ---- turning around ----

std::string_view reversed(Arena& arena, std::string_view text) {
  char* out = arena.allocate(text.size(), 1);
  size_t end = text.size();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    take_code_point(rest);
    const size_t size = before.size() - rest.size();
    end -= size;
    std::memcpy(out + end, before.data(), size);
  }
  return {out, text.size()};
}

/// Hexadecimal digits, padded with zeros to `width` of at most 16.
std::string_view hexadecimal(Arena& arena, uint64_t value, int64_t width) {
  std::array<char, 16> digits = {};
  const auto end = std::to_chars(digits.data(), digits.data() + 16, value, 16).ptr;
  const auto size = static_cast<size_t>(end - digits.data());
  const auto total = std::max(size, static_cast<size_t>(std::clamp<int64_t>(width, 0, 16)));
  char* out = arena.allocate(total, 1);
  std::memset(out, '0', total - size);
  std::memcpy(out + total - size, digits.data(), size);
  return {out, total};
}

uint64_t bits_of(Int value) {
  return static_cast<uint32_t>(static_cast<int32_t>(value.value));
}

}  // namespace

std::vector<ScalarFunction> string_functions() {
  return {
      {
          .name = "strlen",
          .summary = "How many code points a text has.",
          .parameters = {{"string", "The text.", Accepts::StringOrDynamic}},
          .overloads = {rowwise([](std::string_view text) { return length_of(text); })},
          .examples = {{"strlen('hello')", "5"}, {"strlen('café')", "4"}, {"strlen('')", "0"}},
          .column_name = ColumnName::NameAndFirstArgument,
      },
      {
          .name = "string_size",
          .summary = "How many bytes a text takes in UTF-8.",
          .parameters = {{"string", "The text.", Accepts::StringOrDynamic}},
          .overloads = {rowwise(
              [](std::string_view text) -> int64_t { return static_cast<int64_t>(text.size()); })},
          .examples = {{"string_size('hello')", "5"}, {"string_size('café')", "5"}},
          .column_name = ColumnName::NameAndFirstArgument,
      },
      {
          .name = "tolower",
          .summary = "A text in small letters.",
          .parameters = {{"value", "The text.", Accepts::Scalar}},
          .overloads = {rowwise(
              [](Arena& arena, std::string_view text) { return lower_case(text, arena); })},
          .examples = {{"tolower('Hello')", "hello"}, {"tolower('ÄÖ')", "äö"}},
      },
      {
          .name = "toupper",
          .summary = "A text in capital letters.",
          .parameters = {{"value", "The text.", Accepts::Scalar}},
          .overloads = {rowwise(
              [](Arena& arena, std::string_view text) { return upper_case(text, arena); })},
          .examples = {{"toupper('Hello')", "HELLO"}, {"toupper('äö')", "ÄÖ"}},
      },
      {
          .name = "substring",
          .summary = "A part of a text, by the position of its first code point and its length.",
          .parameters = {{"string", "The text.", Accepts::Scalar},
                         {"start", "Where the part begins; below zero counts from the end.",
                          Accepts::Integer},
                         {"length", "How many code points; all that follow, when left out.",
                          Accepts::Integer, true}},
          .overloads = {rowwise([](std::string_view text, int64_t start) {
                          return part_of(text, start, INT64_MAX);
                        }),
                        rowwise([](std::string_view text, int64_t start, int64_t length) {
                          return part_of(text, start, length);
                        })},
          .examples = {{"substring('123456', 2, 2)", "34"},
                       {"substring('123456', -2, 2)", "56"},
                       {"substring('abc', 10)", ""}},
      },
      {
          .name = "indexof",
          .summary = "The position of a text within another; -1 where it is not.",
          .parameters = {{"string", "The text to search.", Accepts::Scalar},
                         {"match", "The text to find.", Accepts::Scalar},
                         {"start", "Where to begin; below zero counts from the end.",
                          Accepts::Integer, true},
                         {"length", "How many code points to search; -1 for all.", Accepts::Integer,
                          true},
                         {.name = "occurrence",
                          .meaning = "Which occurrence to find, from 1.",
                          .accepts = Accepts::Integer,
                          .optional = true,
                          .constant = true}},
          .overloads = indexof_overloads(),
          .examples = {{"indexof('abcdef', 'cd')", "2"},
                       {"indexof('abcdef', 'x')", "-1"},
                       {"indexof('ababab', 'ab', 0, -1, 3)", "4"}},
          .null_rule = "Null for a length below -1 or an occurrence below zero.",
      },
      {
          .name = "strcat",
          .summary = "Texts, one after the other.",
          .parameters = {{"arg", "A value; what is not text is converted.", Accepts::Scalar}},
          .variadic = true,
          .overloads = {{.takes = {Type::String},
                         .returns = Type::String,
                         .variadic = true,
                         .evaluate = concatenate}},
          .examples = {{"strcat('a', 1, true)", "a1true"}, {"strcat('x', '', 'y')", "xy"}},
      },
      {
          .name = "strcat_delim",
          .summary = "Texts, one after the other, with another between them.",
          .parameters = {{"delimiter", "What goes between.", Accepts::Scalar},
                         {"arg", "A value; what is not text is converted.", Accepts::Scalar}},
          .variadic = true,
          .min_arguments = 3,
          .max_arguments = 65,
          .overloads = {{.takes = {Type::String, Type::String},
                         .returns = Type::String,
                         .variadic = true,
                         .evaluate = concatenate_delimited}},
          .examples = {{"strcat_delim('-', 1, '2', 'A', 1s)", "1-2-A-00:00:01"},
                       {"strcat_delim(', ', 'a', 'b')", "a, b"}},
      },
      {
          .name = "strrep",
          .summary = "A text repeated up to 1024 times.",
          .parameters = {{"value", "The text.", Accepts::Scalar},
                         {"multiplier", "How many times."},
                         {"delimiter", "What goes between.", Accepts::Scalar, true}},
          .overloads = {rowwise([](Arena& arena, std::string_view text, int64_t count) {
                          return repeated(arena, text, count, {});
                        }),
                        rowwise([](Arena& arena, std::string_view text, int64_t count,
                                   std::string_view delimiter) {
                          return repeated(arena, text, count, delimiter);
                        })},
          .examples = {{"strrep('ABC', 2)", "ABCABC"}, {"strrep(123, 3, '.')", "123.123.123"}},
      },
      {
          .name = "strcmp",
          .summary = "-1, 0 or 1: how two texts are ordered.",
          .parameters = {{"s1", "The first text.", Accepts::Scalar},
                         {"s2", "The second text.", Accepts::Scalar}},
          .overloads = {rowwise([](std::string_view a, std::string_view b) -> int64_t {
            const int order = a.compare(b);
            return (order > 0) - (order < 0);
          })},
          .examples = {{"strcmp('ABC', 'ABC')", "0"},
                       {"strcmp('abc', 'ABC')", "1"},
                       {"strcmp('a', 'b')", "-1"}},
      },
      {
          .name = "reverse",
          .summary = "The code points of a text from last to first.",
          .parameters = {{"value", "The text; another value is converted.", Accepts::Scalar}},
          .overloads = {rowwise(
              [](Arena& arena, std::string_view text) { return reversed(arena, text); })},
          .examples = {{"reverse('abc')", "cba"}, {"reverse(12345)", "54321"}},
      },
      {
          .name = "tohex",
          .summary = "An integer in hexadecimal digits.",
          .parameters = {{"value", "The integer.", Accepts::Integer},
                         {"minLength", "How many digits at least, up to 16.", Accepts::Integer,
                          true}},
          .overloads = {rowwise([](Arena& arena, Int value) {
                          return hexadecimal(arena, bits_of(value), 0);
                        }),
                        rowwise([](Arena& arena, int64_t value) {
                          return hexadecimal(arena, static_cast<uint64_t>(value), 0);
                        }),
                        rowwise([](Arena& arena, Int value, int64_t width) {
                          return hexadecimal(arena, bits_of(value), width);
                        }),
                        rowwise([](Arena& arena, int64_t value, int64_t width) {
                          return hexadecimal(arena, static_cast<uint64_t>(value), width);
                        })},
          .examples = {{"tohex(256)", "100"},
                       {"tohex(-256)", "ffffffffffffff00"},
                       {"tohex(256, 8)", "00000100"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "isascii",
          .summary = "Whether every byte of a text is ASCII.",
          .parameters = {{"value", "The text.", Accepts::Scalar}},
          .overloads = {rowwise([](std::string_view text) { return is_ascii(text); })},
          .examples = {{"isascii('abc')", "true"}, {"isascii('é')", "false"}},
      },
      {
          .name = "isutf8",
          .summary = "Whether a text is valid UTF-8.",
          .parameters = {{"value", "The text.", Accepts::Scalar}},
          .overloads = {rowwise([](std::string_view text) { return is_valid_utf8(text); })},
          .examples = {{"isutf8('é')", "true"}, {"isutf8('')", "true"}},
      },
  };
}

}  // namespace vedette::stdlib
