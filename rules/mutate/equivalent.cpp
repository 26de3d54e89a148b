#include "rules/mutate/equivalent.h"

#include <algorithm>
#include <variant>

namespace vedette::rules {
namespace {

/// 'l' for `tolower(x)`, 'u' for `toupper(x)`, else nothing.
char folding_by_call(const ast::Expression& expression) {
  const auto* call = std::get_if<ast::Call>(&expression.node);
  if (call == nullptr || call->arguments.size() != 1) return 0;
  if (call->function.text == "tolower") return 'l';
  return call->function.text == "toupper" ? 'u' : 0;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

/// Letters beyond ASCII may have a case; kana, han and most of hangul have none.
bool may_have_case_beyond_ascii(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    // U+3000 to U+CFFF.
    if (lead < 0xE3 || lead > 0xEC) return true;
    i += 3;
  }
  return false;
}

bool all_of(const std::vector<std::string>& texts, bool (*wrong)(char)) {
  return std::ranges::none_of(texts, [&](const std::string& text) {
    return may_have_case_beyond_ascii(text) || std::ranges::any_of(text, wrong);
  });
}

bool append_texts(const ast::DynamicValue& value, std::vector<std::string>& texts) {
  if (value.kind == ast::DynamicValue::Kind::String) {
    texts.push_back(value.text);
    return true;
  }
  return value.kind == ast::DynamicValue::Kind::Array &&
         std::ranges::all_of(
             value.items, [&](const ast::DynamicValue& item) { return append_texts(item, texts); });
}

bool append_texts(const ast::Expression& expression, const LetConstants& constants,
                  std::vector<std::string>& texts) {
  if (const auto* literal = std::get_if<ast::Literal>(&expression.node)) {
    if (literal->kind != ast::LiteralKind::String) return false;
    texts.push_back(literal->text);
    return true;
  }
  if (const auto* dynamic = std::get_if<ast::DynamicLiteral>(&expression.node)) {
    return append_texts(dynamic->value, texts);
  }
  const auto* name = std::get_if<ast::NameReference>(&expression.node);
  if (name == nullptr) return false;
  const auto constant = constants.find(name->name.text);
  return constant != constants.end() &&
         !std::holds_alternative<ast::NameReference>(constant->second->node) &&
         append_texts(*constant->second, constants, texts);
}

bool never_true_of_empty(ast::BinaryOperator op) {
  using enum ast::BinaryOperator;
  constexpr ast::BinaryOperator operators[] = {
      Equal,       EqualCaseless, Has,        HasCs,      HasPrefix,    HasPrefixCs, HasSuffix,
      HasSuffixCs, Contains,      ContainsCs, StartsWith, StartsWithCs, EndsWith,    EndsWithCs};
  return std::ranges::find(operators, op) != std::end(operators);
}

}  // namespace

std::optional<std::vector<std::string>> known_texts(const ast::Expression& expression,
                                                    const LetConstants& constants) {
  std::vector<std::string> texts;
  if (!append_texts(expression, constants, texts) || texts.empty()) return std::nullopt;
  return texts;
}

std::optional<std::vector<std::string>> known_texts(const ast::Expressions& list,
                                                    const LetConstants& constants) {
  std::vector<std::string> texts;
  for (const ast::ExpressionPtr& each : list) {
    if (!append_texts(*each, constants, texts)) return std::nullopt;
  }
  if (texts.empty()) return std::nullopt;
  return texts;
}

bool folds_case(const ast::Expression& expression) {
  return folding_by_call(expression) != 0;
}

char FoldedColumns::folding_of(const ast::Expression& expression) const {
  const auto* name = std::get_if<ast::NameReference>(&expression.node);
  if (name == nullptr) return folding_by_call(expression);
  const auto known = columns_.find(name->name.text);
  return known == columns_.end() ? '\0' : known->second;
}

void FoldedColumns::add(const ast::NamedExpressions& expressions, const FoldedColumns& before) {
  for (const ast::NamedExpression& each : expressions) {
    const auto* own = std::get_if<ast::NameReference>(&each.value->node);
    for (const ast::Name& name : each.names) columns_.erase(name.text);
    const char folding = before.folding_of(*each.value);
    if (folding == 0 || each.names.size() > 1) continue;
    if (each.names.size() == 1) columns_[each.names[0].text] = folding;
    if (each.names.empty() && own != nullptr) columns_[own->name.text] = folding;
  }
}

void FoldedColumns::pass(const ast::Step& step) {
  const FoldedColumns before = *this;
  if (const auto* extend = std::get_if<ast::Extend>(&step.node))
    return add(extend->columns, before);
  const bool keeps_columns =
      std::holds_alternative<ast::Where>(step.node) || std::holds_alternative<ast::Sort>(step.node);
  if (keeps_columns) return;
  columns_.clear();
  if (const auto* project = std::get_if<ast::Project>(&step.node)) add(project->columns, before);
  if (const auto* groups = std::get_if<ast::Summarize>(&step.node)) add(groups->by, before);
}

bool FoldedColumns::case_is_moot(const ast::Expression& value,
                                 const std::vector<std::string>& texts) const {
  const bool no_lower = all_of(texts, is_lower), no_upper = all_of(texts, is_upper);
  const char folding = folding_of(value);
  return (no_lower && no_upper) || (folding == 'l' && no_upper) || (folding == 'u' && no_lower);
}

bool FoldedColumns::folded_alike(const ast::Expression& one, const ast::Expression& other) const {
  return folding_of(one) != 0 && folding_of(one) == folding_of(other);
}

bool is_implied(const ast::Expression& condition, const ast::Expression& by, std::string_view text,
                const LetConstants& constants) {
  const auto* call = std::get_if<ast::Call>(&condition.node);
  if (call == nullptr || call->function.text != "isnotempty" || call->arguments.size() != 1) {
    return false;
  }
  const auto at = [&](const ast::ExpressionPtr& part) {
    return text.substr(part->span.start, part->span.length);
  };
  const std::string_view subject = at(call->arguments[0].value);
  std::optional<std::vector<std::string>> texts;
  if (const auto* binary = std::get_if<ast::Binary>(&by.node)) {
    if (!never_true_of_empty(binary->op) || at(binary->left) != subject) return false;
    texts = known_texts(*binary->right, constants);
  } else if (const auto* list = std::get_if<ast::InList>(&by.node)) {
    using enum ast::ListOperator;
    if (list->op == NotIn || list->op == NotInCaseless || at(list->value) != subject) return false;
    texts = known_texts(list->list, constants);
  }
  return texts && std::ranges::none_of(*texts, &std::string::empty);
}

}  // namespace vedette::rules
