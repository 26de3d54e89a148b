// like, notlike, likecs, notlikecs: a whole text against a pattern with wildcards.
#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/regex_tool.h"

namespace vedette::stdlib {
namespace {

/// `%` stands for any text, `_` for any character; everything else for itself.
std::string regex_of(std::string_view pattern, bool ignore_case) {
  std::string regex = ignore_case ? "(?is)\\A(?:" : "(?s)\\A(?:";
  std::string literal;
  const auto end_literal = [&] {
    regex += RE2::QuoteMeta(literal);
    literal.clear();
  };
  for (const char c : pattern) {
    if (c != '%' && c != '_') {
      literal += c;
      continue;
    }
    end_literal();
    regex += c == '%' ? ".*" : ".";
  }
  end_literal();
  return regex + ")\\z";
}

struct Pattern {
  std::string text;
  std::shared_ptr<const RE2> regex;  // nullptr: there is none, so nothing matches
};

std::shared_ptr<const Pattern> make_pattern(std::string_view text, bool ignore_case,
                                            std::string& problem) {
  return std::make_shared<const Pattern>(
      Pattern{std::string(text), make_regex(regex_of(text, ignore_case), problem)});
}

template <bool ignore_case>
std::shared_ptr<const void> prepare(std::span<const Value* const> constants, std::string& problem) {
  if (constants[1] == nullptr) return nullptr;
  return make_pattern(constants[1]->as_text(), ignore_case, problem);
}

template <bool ignore_case, bool negated> void like(Call& call) {
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const Reader texts(call.arguments[0]);
  const Reader patterns(call.arguments[1]);
  const auto* constant = static_cast<const Pattern*>(call.tool);
  std::shared_ptr<const Pattern> made;
  for_each_row(call.selection, [&](uint32_t row) {
    const Pattern* pattern = constant;
    if (pattern == nullptr) {
      const std::string_view wanted = patterns.get<Text>(row);
      std::string problem;
      if (made == nullptr || made->text != wanted) {
        made = make_pattern(wanted, ignore_case, problem);
      }
      pattern = made.get();
    }
    const std::string_view text = texts.get<Text>(row);
    const bool matches =
        pattern->regex != nullptr &&
        pattern->regex->Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
    out[row] = matches != negated;
  });
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

template <bool ignore_case, bool negated>
ScalarFunction operation(std::string_view name, std::string_view summary) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"source", "The text to test.", Accepts::StringOrDynamic},
                         {"pattern", "The text it must be; `%` is any text, `_` any character.",
                          Accepts::StringOrDynamic}},
          .overloads = {{.takes = {Type::String, Type::String},
                         .returns = Type::Bool,
                         .evaluate = &like<ignore_case, negated>,
                         .prepare = &prepare<ignore_case>}},
          .hidden = true};
}

}  // namespace

std::vector<ScalarFunction> like_functions() {
  return {
      operation<true, false>("like", "Whether a text is what a pattern with wildcards says."),
      operation<true, true>("notlike", "Whether a text is not what a pattern says."),
      operation<false, false>("likecs", "Like `like`, with the case of letters."),
      operation<false, true>("notlikecs", "Like `notlike`, with the case of letters."),
  };
}

}  // namespace vedette::stdlib
