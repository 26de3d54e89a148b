// Changes of a query that provably change no answer: no test could mind them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace vedette::rules {

/// The values of `let` statements by name, as far as they are constants.
using LetConstants = std::map<std::string, const ast::Expression*, std::less<>>;

/// What `in`, `has_any` and `==` compare with, where it is known: texts, lists of them, names of
/// such.
std::optional<std::vector<std::string>> known_texts(const ast::Expression& expression,
                                                    const LetConstants& constants);
std::optional<std::vector<std::string>> known_texts(const ast::Expressions& list,
                                                    const LetConstants& constants);

/// Is `tolower(x)` or `toupper(x)`?
bool folds_case(const ast::Expression& expression);

/// Columns whose texts are all in lower, or all in upper case, at one place of a pipe.
class FoldedColumns {
 public:
  /// Goes past a step: `extend Line = tolower(CommandLine)`.
  void pass(const ast::Step& step);

  /// Nothing changes when a comparison of `value` with these texts minds letter case: they have no
  /// letters, or `value` is folded already and so are they.
  bool case_is_moot(const ast::Expression& value, const std::vector<std::string>& texts) const;
  /// The same for two values: both are folded alike.
  bool folded_alike(const ast::Expression& one, const ast::Expression& other) const;

 private:
  char folding_of(const ast::Expression& expression) const;
  void add(const ast::NamedExpressions& expressions, const FoldedColumns& before);

  std::map<std::string, char, std::less<>> columns_;  // 'l' or 'u'
};

/// `isnotempty(a)`, and the other condition is never true of an empty `a`. `text` is the query's.
bool is_implied(const ast::Expression& condition, const ast::Expression& by, std::string_view text,
                const LetConstants& constants);

}  // namespace vedette::rules
