#include <algorithm>

#include "runtime/function/rowwise.h"
#include "runtime/value/dynamic_builder.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/text_building.h"

namespace vedette::stdlib {
namespace {

// ---- split ----

void add_parts(DynamicBuilder& builder, std::string_view text, std::string_view delimiter) {
  if (delimiter.empty()) return builder.add_string(text);
  for (;;) {
    const size_t at = text.find(delimiter);
    builder.add_string(text.substr(0, at));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + delimiter.size());
  }
}

/// The part number `index` alone, if there is one.
void add_part(DynamicBuilder& builder, std::string_view text, std::string_view delimiter,
              int64_t index) {
  if (index < 0) return;
  for (;; --index) {
    const size_t at = delimiter.empty() ? std::string_view::npos : text.find(delimiter);
    if (index == 0) return builder.add_string(text.substr(0, at));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + delimiter.size());
  }
}

template <typename Add> Dynamic array_of(Arena& arena, Add add) {
  static thread_local DynamicBuilder builder;
  builder.clear();
  builder.begin_array();
  add(builder);
  builder.end_array();
  return builder.finish(arena);
}

// ---- replace ----

std::string_view with_replaced(Arena& arena, std::string_view text, std::string_view lookup,
                               std::string_view rewrite) {
  size_t at = lookup.empty() ? std::string_view::npos : text.find(lookup);
  if (at == std::string_view::npos) return text;
  std::vector<std::string_view> pieces;
  while (at != std::string_view::npos) {
    pieces.push_back(text.substr(0, at));
    pieces.push_back(rewrite);
    text.remove_prefix(at + lookup.size());
    at = text.find(lookup);
  }
  pieces.push_back(text);
  return joined(arena, pieces);
}

/// A part of a text; one that was put in or that a look-up found is not looked at again.
struct Part {
  std::string_view text;
  bool done = false;
};

std::vector<Part> with_replaced(const std::vector<Part>& parts, std::string_view lookup,
                                DynamicView rewrite) {
  std::vector<Part> out;
  for (const Part& part : parts) {
    std::string_view rest = part.text;
    while (!part.done) {
      const size_t at = rest.find(lookup);
      if (at == std::string_view::npos) break;
      out.push_back({rest.substr(0, at)});
      out.push_back({rewrite.is_string() ? rewrite.as_text() : lookup, true});
      rest.remove_prefix(at + lookup.size());
    }
    out.push_back({rest, part.done});
  }
  return out;
}

/// The earlier pairs come first. A look-up without a text to put in its place is left alone.
std::string_view with_all_replaced(Arena& arena, std::string_view text, DynamicView lookups,
                                   DynamicView rewrites) {
  std::vector<Part> parts = {{text}};
  for (size_t at = 0; at < lookups.size(); ++at) {
    const DynamicView lookup = lookups.at(static_cast<int64_t>(at));
    if (!lookup.is_string() || lookup.as_text().empty()) continue;
    const DynamicView rewrite =
        at < rewrites.size() ? rewrites.at(static_cast<int64_t>(at)) : DynamicView();
    parts = with_replaced(parts, lookup.as_text(), rewrite);
  }
  std::vector<std::string_view> texts;
  for (const Part& part : parts) texts.push_back(part.text);
  return joined(arena, texts);
}

// ---- translate ----

std::vector<uint32_t> code_points_of(std::string_view text) {
  std::vector<uint32_t> points;
  while (!text.empty()) points.push_back(take_code_point(text));
  return points;
}

/// Characters beyond the end of the replacements take the last of them; without any they go.
std::string_view translated(Arena& arena, std::string_view from, std::string_view to,
                            std::string_view text) {
  const auto searched = code_points_of(from);
  const auto replacements = code_points_of(to);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const uint32_t point = take_code_point(rest);
    const auto found = std::find(searched.begin(), searched.end(), point);
    if (found == searched.end()) {
      append_code_point(out, point);
    } else if (!replacements.empty()) {
      const auto index = static_cast<size_t>(found - searched.begin());
      append_code_point(out, replacements[std::min(index, replacements.size() - 1)]);
    }
  }
  return arena.copy(out);
}

// ---- code points ----

void add_code_points(std::string& out, const AnyScalar& value) {
  if (value.kind == DynamicKind::Array) {
    for (DynamicView item : value.view.items()) add_code_points(out, scalar_of(item));
  } else if (value.is_number()) {
    const double number = value.as_real();
    const bool possible = number >= 0 && number <= 0x10ffff;
    append_code_point(out, possible ? static_cast<uint32_t>(number) : replacement_character);
  }
}

void text_of_code_points(Call& call) {
  std::vector<AnyReader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  ResultWriter<Text> writer(call, false);
  std::string out;
  for_each_row(call.selection, [&](uint32_t row) {
    out.clear();
    for (const AnyReader& reader : readers) add_code_points(out, reader.get(row));
    writer.set(row, Text(call.context.arena->copy(out)));
  });
}

}  // namespace

std::vector<ScalarFunction> string_editing_functions() {
  return {
      {
          .name = "split",
          .summary = "The parts of a text between the occurrences of a delimiter.",
          .parameters = {{"source", "The text.", Accepts::Scalar},
                         {"delimiter", "What lies between the parts."},
                         {"requestedIndex", "Which part alone to answer, from 0.", Accepts::Integer,
                          true}},
          .overloads = {rowwise(
                            [](Arena& arena, std::string_view text, std::string_view delimiter) {
                              return array_of(arena, [&](DynamicBuilder& builder) {
                                add_parts(builder, text, delimiter);
                              });
                            }),
                        rowwise([](Arena& arena, std::string_view text, std::string_view delimiter,
                                   int64_t index) {
                          return array_of(arena, [&](DynamicBuilder& builder) {
                            add_part(builder, text, delimiter, index);
                          });
                        })},
          .examples = {{"split('a,b,,c', ',')", "[\"a\",\"b\",\"\",\"c\"]"},
                       {"split('a,b,c', ',', 1)", "[\"b\"]"},
                       {"split('', ',')", "[\"\"]"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "replace_string",
          .summary = "A text with every occurrence of another replaced.",
          .parameters = {{"text", "The text."},
                         {"lookup", "What to replace."},
                         {"rewrite", "What to put in its place."}},
          .overloads = {rowwise([](Arena& arena, std::string_view text, std::string_view lookup,
                                   std::string_view rewrite) {
            return with_replaced(arena, text, lookup, rewrite);
          })},
          .examples = {{"replace_string('a cat, a cat', 'cat', 'dog')", "a dog, a dog"},
                       {"replace_string('abc', 'x', 'y')", "abc"}},
      },
      {
          .name = "replace_strings",
          .summary = "A text with several others replaced, each by its counterpart.",
          .parameters = {{"text", "The text."},
                         {"lookups", "What to replace.", Accepts::DynamicArray},
                         {"rewrites", "What to put in their places.", Accepts::DynamicArray}},
          .overloads = {rowwise(
              [](Arena& arena, std::string_view text, Dynamic lookups, Dynamic rewrites) {
                return with_all_replaced(arena, text, DynamicView(lookups), DynamicView(rewrites));
              })},
          .examples = {{"replace_strings('a cat and a dog', dynamic(['cat', 'dog']), "
                        "dynamic(['dog', 'pigeon']))",
                        "a dog and a pigeon"},
                       {"replace_strings('abc', dynamic(['b']), dynamic(['']))", "ac"}},
      },
      {
          .name = "translate",
          .summary = "A text with single characters replaced by others.",
          .parameters = {{"searchList", "The characters to replace."},
                         {"replacementList", "Their replacements; the last one stands for more."},
                         {"source", "The text."}},
          .overloads = {rowwise(
              [](Arena& arena, std::string_view from, std::string_view to, std::string_view text) {
                return translated(arena, from, to, text);
              })},
          .examples = {{"translate('krasp', 'otsku', 'spark')", "kusto"},
                       {"translate('abc', 'x', 'abc')", "xxx"},
                       {"translate('abc', '', 'ab')", ""}},
      },
      {
          .name = "unicode_codepoints_from_string",
          .aliases = {"to_utf8"},
          .summary = "The code points of a text, as numbers.",
          .parameters = {{"value", "The text.", Accepts::Scalar}},
          .overloads = {rowwise([](Arena& arena, std::string_view text) {
            return array_of(arena, [&](DynamicBuilder& builder) {
              while (!text.empty()) builder.add_long(take_code_point(text));
            });
          })},
          .examples = {{"unicode_codepoints_from_string('Kusto')", "[75,117,115,116,111]"},
                       {"unicode_codepoints_from_string('')", "[]"}},
      },
      {
          .name = "unicode_codepoints_to_string",
          .aliases = {"make_string"},
          .summary = "The text that some code points make.",
          .parameters = {{"value", "A code point, or an array of them.", Accepts::IntegerOrArray}},
          .variadic = true,
          .max_arguments = 4096,
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::String,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = text_of_code_points}},
          .examples = {{"unicode_codepoints_to_string(75, 117, 115, 116, 111)", "Kusto"},
                       {"unicode_codepoints_to_string(dynamic([72, 105]), 33)", "Hi!"}},
      },
  };
}

}  // namespace vedette::stdlib
