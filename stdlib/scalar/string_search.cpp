#include "runtime/base/string_search.h"

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

template <Where where, bool ignore_case>
std::shared_ptr<const void> prepare_needle(std::span<const Value* const> constants, std::string&) {
  if (constants[1] == nullptr) return nullptr;
  return std::make_shared<const Needle>(constants[1]->as_text(), where, ignore_case);
}

/// Looks for the second argument in the first. Texts are never null, so neither is the answer.
template <Where where, bool ignore_case, bool negated> void search(Call& call) {
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const Vector& source = call.arguments[0];
  if (call.tool != nullptr && source.shape == Shape::Flat) {
    const Needle& needle = *static_cast<const Needle*>(call.tool);
    const Text* texts = source.as<Text>();
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = needle.in(texts[row].view()) != negated; });
  } else if (call.tool != nullptr) {
    const Needle& needle = *static_cast<const Needle*>(call.tool);
    const Reader texts(source);
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = needle.in(texts.get<Text>(row)) != negated; });
  } else {
    const Reader texts(source);
    const Reader needles(call.arguments[1]);
    std::optional<Needle> needle;
    for_each_row(call.selection, [&](uint32_t row) {
      const std::string_view wanted = needles.get<Text>(row);
      if (!needle || needle->text() != wanted) needle.emplace(wanted, where, ignore_case);
      out[row] = needle->in(texts.get<Text>(row)) != negated;
    });
  }
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

template <Where where, bool ignore_case, bool negated>
ScalarFunction operation(std::string_view name, std::string_view summary) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"source", "The text to search.", Accepts::StringOrDynamic},
                         {"lookup", "The text to find.", Accepts::StringOrDynamic}},
          .overloads = {{.takes = {Type::String, Type::String},
                         .returns = Type::Bool,
                         .evaluate = &search<where, ignore_case, negated>,
                         .prepare = &prepare_needle<where, ignore_case>}},
          .hidden = true};
}

/// The four spellings of one search: as it is, negated, and both with the case of letters.
template <Where where>
void add_search(std::vector<ScalarFunction>& family, std::string_view name,
                std::string_view negated, std::string_view with_case,
                std::string_view negated_with_case, std::string_view summary,
                std::string_view negated_summary) {
  family.push_back(operation<where, true, false>(name, summary));
  family.push_back(operation<where, true, true>(negated, negated_summary));
  family.push_back(operation<where, false, false>(with_case, summary));
  family.push_back(operation<where, false, true>(negated_with_case, negated_summary));
}

}  // namespace

std::vector<ScalarFunction> string_search_functions() {
  std::vector<ScalarFunction> family = {
      operation<Where::Whole, true, false>("=~", "Whether two texts are equal but for case."),
      operation<Where::Whole, true, true>("!~", "Whether two texts differ by more than case."),
  };
  add_search<Where::Anywhere>(family, "contains", "!contains", "contains_cs", "!contains_cs",
                              "Whether a text holds another.", "Whether a text lacks another.");
  add_search<Where::WholeTerm>(family, "has", "!has", "has_cs", "!has_cs",
                               "Whether a text holds another as a whole term.",
                               "Whether a text lacks another as a whole term.");
  add_search<Where::TermPrefix>(family, "hasprefix", "!hasprefix", "hasprefix_cs", "!hasprefix_cs",
                                "Whether a term of a text starts with another.",
                                "Whether no term of a text starts with another.");
  add_search<Where::TermSuffix>(family, "hassuffix", "!hassuffix", "hassuffix_cs", "!hassuffix_cs",
                                "Whether a term of a text ends with another.",
                                "Whether no term of a text ends with another.");
  add_search<Where::Start>(family, "startswith", "!startswith", "startswith_cs", "!startswith_cs",
                           "Whether a text starts with another.",
                           "Whether a text does not start with another.");
  add_search<Where::End>(family, "endswith", "!endswith", "endswith_cs", "!endswith_cs",
                         "Whether a text ends with another.",
                         "Whether a text does not end with another.");
  return family;
}

}  // namespace vedette::stdlib
