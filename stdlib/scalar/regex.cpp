#include <algorithm>
#include <array>

#include "runtime/function/rowwise.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/text_scanner.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/regex_replace.h"
#include "stdlib/scalar/regex_tool.h"
#include "stdlib/scalar/text_building.h"

namespace vedette::stdlib {
namespace {

constexpr int most_groups = 17;  // the whole match and 16 captures

constexpr auto make = [](const Value& text, std::string& problem) {
  return make_regex(text.as_text(), problem);
};
constexpr auto make_at_start = [](const Value& text, std::string& problem) {
  return make_regex("^(?:" + std::string(text.as_text()) + ")", problem);
};
constexpr auto make_at_end = [](const Value& text, std::string& problem) {
  return make_regex("(?:" + std::string(text.as_text()) + ")\\z", problem);
};

// ---- matches regex ----

void matches(Call& call) {
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const Reader texts(call.arguments[0]);
  const Reader patterns(call.arguments[1]);
  const auto* constant = static_cast<const RE2*>(call.tool);
  std::shared_ptr<const RE2> made;
  for_each_row(call.selection, [&](uint32_t row) {
    const RE2* regex = constant;
    if (regex == nullptr) {
      const std::string_view pattern = patterns.get<Text>(row);
      std::string problem;
      if (made == nullptr || made->pattern() != pattern) made = make_regex(pattern, problem);
      regex = made.get();
    }
    const std::string_view text = texts.get<Text>(row);
    out[row] = regex != nullptr &&
               regex->Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
  });
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

std::shared_ptr<const void> prepare_pattern(std::span<const Value* const> constants,
                                            std::string& problem) {
  return constants[1] == nullptr ? nullptr : make(*constants[1], problem);
}

// ---- extract ----

std::string_view extracted(const RE2& regex, int64_t group, std::string_view text) {
  std::array<re2::StringPiece, most_groups> groups;
  if (group < 0 || group > std::min(regex.NumberOfCapturingGroups(), most_groups - 1)) return {};
  const bool found = regex.Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, groups.data(),
                                 static_cast<int>(group) + 1);
  return found ? view_of(groups[static_cast<size_t>(group)]) : std::string_view{};
}

/// The captures that `wanted` asks for, by number or by name; all, where it asks for none.
std::vector<size_t> groups_of(const RE2& regex, DynamicView wanted) {
  std::vector<size_t> numbers;
  const int count = std::min(regex.NumberOfCapturingGroups(), most_groups - 1);
  for (DynamicView item : wanted.items()) {
    int64_t number = item.as_long();
    if (item.is_string()) {
      const auto named = regex.NamedCapturingGroups().find(std::string(item.as_text()));
      number = named == regex.NamedCapturingGroups().end() ? -1 : named->second;
    }
    if (number >= 0 && number <= count) numbers.push_back(static_cast<size_t>(number));
  }
  if (wanted.size() == 0) {
    for (int i = 1; i <= count; ++i) numbers.push_back(static_cast<size_t>(i));
    if (count == 0) numbers.push_back(0);
  }
  return numbers;
}

std::optional<Dynamic> all_extracted(Arena& arena, const RE2& regex, DynamicView wanted,
                                     std::string_view text) {
  const auto numbers = groups_of(regex, wanted);
  std::array<re2::StringPiece, most_groups> groups;
  const int count = std::min(regex.NumberOfCapturingGroups() + 1, most_groups);
  DynamicBuilder builder;
  builder.begin_array();
  bool any = false;
  for_each_match(regex, text, groups.data(), count, [&] {
    any = true;
    if (numbers.size() > 1) builder.begin_array();
    for (size_t number : numbers) builder.add_string(view_of(groups[number]));
    if (numbers.size() > 1) builder.end_array();
    return true;
  });
  builder.end_array();
  if (!any) return std::nullopt;
  return builder.finish(arena);
}

// ---- replace, trim ----

std::string_view without_start(const RE2& regex, std::string_view text) {
  re2::StringPiece match;
  if (!regex.Match(piece_of(text), 0, text.size(), RE2::ANCHOR_START, &match, 1)) return text;
  return text.substr(match.size());
}
std::string_view without_end(const RE2& regex, std::string_view text) {
  re2::StringPiece match;
  if (!regex.Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, &match, 1)) return text;
  return text.substr(0, text.size() - match.size());
}

struct BothEnds {
  std::shared_ptr<const RE2> start;
  std::shared_ptr<const RE2> end;
};
constexpr auto make_both_ends = [](const Value& text,
                                   std::string& problem) -> std::shared_ptr<const BothEnds> {
  BothEnds ends = {make_at_start(text, problem), make_at_end(text, problem)};
  if (ends.start == nullptr || ends.end == nullptr) return nullptr;
  return std::make_shared<const BothEnds>(std::move(ends));
};

// ---- counting, positions ----

int64_t count_overlapping(std::string_view text, std::string_view lookup) {
  if (lookup.empty()) return 0;
  int64_t count = 0;
  for (size_t at = text.find(lookup); at != std::string_view::npos;
       at = text.find(lookup, at + 1)) {
    ++count;
  }
  return count;
}

int64_t count_matches(const RE2& regex, std::string_view text) {
  int64_t count = 0;
  re2::StringPiece match;
  for_each_match(regex, text, &match, 1, [&] { return ++count > 0; });
  return count;
}

/// What to count: an expression, unless it is not a valid one (then only the kind "normal" is
/// asked for).
struct Counted {
  std::shared_ptr<const RE2> regex;
};
constexpr auto make_counted = [](const Value& text, std::string&) {
  std::string ignored;
  return std::make_shared<const Counted>(Counted{make_regex(text.as_text(), ignored)});
};

std::optional<int64_t> position_of(const RE2& regex, std::string_view text, int64_t start,
                                   int64_t length, int64_t occurrence) {
  if (start < 0 || length < -1 || occurrence < 0) return std::nullopt;
  const bool ascii = is_ascii(text);
  const size_t first = byte_of(text, start, ascii);
  const std::string_view searched =
      length == -1 ? text.substr(first)
                   : text.substr(first, byte_of(text.substr(first), length, ascii));
  int64_t answer = -1;
  re2::StringPiece match;
  for_each_match(regex, searched, &match, 1, [&] {
    if (--occurrence > 0) return true;
    const auto at = static_cast<size_t>(match.data() - text.data());
    answer = static_cast<int64_t>(ascii ? at : count_code_points(text.substr(0, at)));
    return false;
  });
  return answer;
}

std::vector<Overload> indexof_regex_overloads() {
  return {
      prepared<1>(make, [](const RE2& regex, std::string_view text,
                           std::string_view) { return position_of(regex, text, 0, -1, 1); }),
      prepared<1>(make, [](const RE2& regex, std::string_view text, std::string_view,
                           int64_t start) { return position_of(regex, text, start, -1, 1); }),
      prepared<1>(make, [](const RE2& regex, std::string_view text, std::string_view, int64_t start,
                           int64_t length) { return position_of(regex, text, start, length, 1); }),
      prepared<1>(make, [](const RE2& regex, std::string_view text, std::string_view, int64_t start,
                           int64_t length, int64_t occurrence) {
        return position_of(regex, text, start, length, occurrence);
      })};
}

Parameter pattern_parameter(std::string_view name) {
  return {.name = name, .meaning = "The regular expression.", .constant = true};
}

std::vector<ScalarFunction> trim_functions() {
  return {
      {
          .name = "trim",
          .summary = "A text without the match of an expression at its start and at its end.",
          .parameters = {pattern_parameter("regex"), {"source", "The text."}},
          .overloads = {prepared<0>(
              make_both_ends,
              [](const BothEnds& ends, std::string_view, std::string_view text) {
                return without_end(*ends.end, without_start(*ends.start, text));
              })},
          .examples = {{"trim('--', '--abc--')", "abc"}, {"trim(@'\\s+', '  a b ')", "a b"}},
      },
      {
          .name = "trim_start",
          .summary = "A text without the match of an expression at its start.",
          .parameters = {pattern_parameter("regex"), {"source", "The text."}},
          .overloads = {prepared<0>(make_at_start,
                                    [](const RE2& regex, std::string_view, std::string_view text) {
                                      return without_start(regex, text);
                                    })},
          .examples = {{"trim_start('https://', 'https://example.com')", "example.com"},
                       {"trim_start('x', 'abc')", "abc"}},
      },
      {
          .name = "trim_end",
          .summary = "A text without the match of an expression at its end.",
          .parameters = {pattern_parameter("regex"), {"source", "The text."}},
          .overloads = {prepared<0>(make_at_end,
                                    [](const RE2& regex, std::string_view, std::string_view text) {
                                      return without_end(regex, text);
                                    })},
          .examples = {{"trim_end('.com', 'example.com')", "example"},
                       {"trim_end(@'\\d+', 'a12b34')", "a12b"}},
      },
  };
}

}  // namespace

std::vector<ScalarFunction> regex_functions() {
  std::vector<ScalarFunction> family = {
      {
          .name = "matches regex",
          .summary = "Whether a text holds a match of a regular expression.",
          .parameters = {{"source", "The text to search.", Accepts::StringOrDynamic},
                         {"regex", "The regular expression.", Accepts::StringOrDynamic}},
          .overloads = {{.takes = {Type::String, Type::String},
                         .returns = Type::Bool,
                         .evaluate = matches,
                         .prepare = prepare_pattern}},
          .hidden = true,
      },
      {
          .name = "extract",
          .summary = "What a group of a regular expression captures at its first match.",
          .parameters = {pattern_parameter("regex"),
                         {"captureGroup", "The group, from 1; 0 for the whole match."},
                         {"source", "The text to search."},
                         {"typeLiteral", "The type to convert to.", Accepts::TypeLiteral, true}},
          .overloads = {prepared<0>(
              make, [](const RE2& regex, std::string_view, int64_t group,
                       std::string_view text) { return extracted(regex, group, text); })},
          .examples = {{"extract('x=([0-9.]+)', 1, 'hello x=45.6|wo')", "45.6"},
                       {"extract('x=([0-9.]+)', 1, 'hello x=45.6|wo', typeof(real))", "45.6"},
                       {"extract('y', 0, 'abc')", ""}},
          .null_rule = "Empty where nothing matches.",
      },
      {
          .name = "extract_all",
          .aliases = {"extractall"},
          .summary = "What the groups of a regular expression capture at each match.",
          .parameters = {pattern_parameter("regex"),
                         {"captureGroups", "The groups, as an array; or the text to search."},
                         {.name = "source", .meaning = "The text to search.", .optional = true}},
          .overloads = {prepared<0>(make,
                                    [](const RE2& regex, Arena& arena, std::string_view,
                                       std::string_view text) {
                                      return all_extracted(arena, regex, DynamicView(), text);
                                    }),
                        prepared<0>(make,
                                    [](const RE2& regex, Arena& arena, std::string_view,
                                       Dynamic groups, std::string_view text) {
                                      return all_extracted(arena, regex, DynamicView(groups), text);
                                    })},
          .examples = {{"extract_all(@'(\\d+)', 'a1b22c3')", "[\"1\",\"22\",\"3\"]"},
                       {"extract_all(@'(\\w)(\\d)', 'a1 b2')", "[[\"a\",\"1\"],[\"b\",\"2\"]]"},
                       {"extract_all(@'(\\w)(\\d)', dynamic([2]), 'a1 b2')", "[\"1\",\"2\"]"}},
          .null_rule = "Null where nothing matches.",
      },
      {
          .name = "replace_regex",
          .summary = "A text with every match of a regular expression replaced.",
          .parameters = {{"source", "The text."},
                         pattern_parameter("lookup_regex"),
                         {.name = "rewrite_pattern",
                          .meaning = "What to put in place; \\1 is the first group.",
                          .constant = true}},
          .overloads = {prepared<1>(make,
                                    [](const RE2& regex, Arena& arena, std::string_view text,
                                       std::string_view, std::string_view rewrite) {
                                      return with_matches_replaced(arena, regex, text, rewrite);
                                    })},
          .examples = {{"replace_regex('x is 5', @'is (\\d+)', @'was \\1')", "x was 5"},
                       {"replace_regex('a  b', ' +', ' ')", "a b"}},
      },
      {
          .name = "replace",
          .summary = "The old form of replace_regex().",
          .parameters = {pattern_parameter("regex"),
                         {.name = "rewrite", .meaning = "What to put in place.", .constant = true},
                         {"source", "The text."}},
          .overloads = {{.takes = {Type::String, Type::String, Type::String},
                         .returns = Type::String,
                         .rewrite = "replace_regex(source, regex, rewrite)"}},
          .examples = {{"replace(@'(\\d)', @'<\\1>', 'a1')", "a<1>"},
                       {"replace('x', 'y', 'abc')", "abc"}},
      },
      {
          .name = "countof",
          .summary = "How often a text occurs in another; plain occurrences may overlap.",
          .parameters = {{"source", "The text to search."},
                         {"search", "The text or regular expression to count."},
                         {.name = "kind",
                          .meaning = "How `search` is meant.",
                          .optional = true,
                          .constant = true,
                          .literal = true,
                          .choices = {"normal", "regex"}}},
          .overloads = {rowwise([](std::string_view text, std::string_view lookup) {
                          return count_overlapping(text, lookup);
                        }),
                        prepared<1>(make_counted,
                                    [](const Counted& counted, std::string_view text,
                                       std::string_view lookup,
                                       std::string_view kind) -> std::optional<int64_t> {
                                      if (!equal_ignoring_ascii_case(kind, "regex")) {
                                        return count_overlapping(text, lookup);
                                      }
                                      if (counted.regex == nullptr) return std::nullopt;
                                      return count_matches(*counted.regex, text);
                                    })},
          .examples = {{"countof('aaaa', 'aa')", "3"}, {"countof('abcabc', 'a.c', 'regex')", "2"}},
      },
      {
          .name = "indexof_regex",
          .summary = "The position of a match of a regular expression; -1 where there is none.",
          .parameters = {{"string", "The text to search.", Accepts::Scalar},
                         {.name = "match",
                          .meaning = "The regular expression.",
                          .accepts = Accepts::Scalar,
                          .constant = true},
                         {"start", "Where to begin.", Accepts::Integer, true},
                         {"length", "How many code points to search; -1 for all.", Accepts::Integer,
                          true},
                         {.name = "occurrence",
                          .meaning = "Which match to find, from 1.",
                          .accepts = Accepts::Integer,
                          .optional = true,
                          .constant = true}},
          .overloads = indexof_regex_overloads(),
          .examples = {{"indexof_regex('abcabc', 'b.')", "1"},
                       {"indexof_regex('abcabc', 'a.c', 1, -1, 2)", "-1"}},
          .null_rule = "Null for a start or occurrence below zero or a length below -1.",
      },
      {
          .name = "regex_quote",
          .summary = "A text as a regular expression that matches just that.",
          .parameters = {{"string", "The text.", Accepts::Scalar}},
          .overloads = {rowwise([](Arena& arena, std::string_view text) {
            return arena.copy(RE2::QuoteMeta(piece_of(text)));
          })},
          .examples = {{"regex_quote('(a.b)')", "\\(a\\.b\\)"}, {"regex_quote('abc')", "abc"}},
      },
  };
  for (auto& record : trim_functions()) family.push_back(std::move(record));
  return family;
}

}  // namespace vedette::stdlib
