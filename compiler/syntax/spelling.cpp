// The operators of expressions as KQL spells them.
#include <array>

#include "compiler/syntax/ast.h"

namespace vedette::ast {

std::string_view spelling(BinaryOperator op) {
  using Op = BinaryOperator;
  switch (op) {
    case Op::Add:
      return "+";
    case Op::Subtract:
      return "-";
    case Op::Multiply:
      return "*";
    case Op::Divide:
      return "/";
    case Op::Modulo:
      return "%";
    case Op::Equal:
      return "==";
    case Op::NotEqual:
      return "!=";
    case Op::Less:
      return "<";
    case Op::LessEqual:
      return "<=";
    case Op::Greater:
      return ">";
    case Op::GreaterEqual:
      return ">=";
    case Op::EqualCaseless:
      return "=~";
    case Op::NotEqualCaseless:
      return "!~";
    case Op::Has:
      return "has";
    case Op::NotHas:
      return "!has";
    case Op::HasCs:
      return "has_cs";
    case Op::NotHasCs:
      return "!has_cs";
    case Op::HasPrefix:
      return "hasprefix";
    case Op::NotHasPrefix:
      return "!hasprefix";
    case Op::HasPrefixCs:
      return "hasprefix_cs";
    case Op::NotHasPrefixCs:
      return "!hasprefix_cs";
    case Op::HasSuffix:
      return "hassuffix";
    case Op::NotHasSuffix:
      return "!hassuffix";
    case Op::HasSuffixCs:
      return "hassuffix_cs";
    case Op::NotHasSuffixCs:
      return "!hassuffix_cs";
    case Op::Contains:
      return "contains";
    case Op::NotContains:
      return "!contains";
    case Op::ContainsCs:
      return "contains_cs";
    case Op::NotContainsCs:
      return "!contains_cs";
    case Op::StartsWith:
      return "startswith";
    case Op::NotStartsWith:
      return "!startswith";
    case Op::StartsWithCs:
      return "startswith_cs";
    case Op::NotStartsWithCs:
      return "!startswith_cs";
    case Op::EndsWith:
      return "endswith";
    case Op::NotEndsWith:
      return "!endswith";
    case Op::EndsWithCs:
      return "endswith_cs";
    case Op::NotEndsWithCs:
      return "!endswith_cs";
    case Op::Like:
      return "like";
    case Op::NotLike:
      return "notlike";
    case Op::LikeCs:
      return "likecs";
    case Op::NotLikeCs:
      return "notlikecs";
    case Op::MatchesRegex:
      return "matches regex";
    case Op::Search:
      return ":";
  }
  return {};
}

std::string_view spelling(ListOperator op) {
  switch (op) {
    case ListOperator::In:
      return "in";
    case ListOperator::NotIn:
      return "!in";
    case ListOperator::InCaseless:
      return "in~";
    case ListOperator::NotInCaseless:
      return "!in~";
    case ListOperator::HasAny:
      return "has_any";
    case ListOperator::HasAll:
      return "has_all";
  }
  return {};
}

}  // namespace vedette::ast
