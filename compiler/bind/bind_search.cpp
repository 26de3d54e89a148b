// The predicates of search and find: terms looked for in all columns.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {

Bound QueryBinder::bind_search_term(const ast::Expression& expression) {
  if (const auto* pipe = std::get_if<ast::Pipe>(&expression.node);
      pipe != nullptr && pipe->steps.empty() && pipe->source) {
    return bind_search_term(*pipe->source);
  }
  Bound bound = bind(expression);
  if (bound.star) return bind_search_star(std::move(bound));
  const bool term = std::holds_alternative<ast::Literal>(expression.node) ||
                    std::holds_alternative<ast::NameReference>(expression.node);
  if (!term || !bound.constant || bound.type() != Type::String) return bound;
  return search_all_columns(":", std::move(bound), expression.span, expression.span);
}

Bound QueryBinder::bind_search_star(Bound star) {
  // `*` on its own matches every row.
  Bound all{.value = plan::constant(Value::boolean(true), star.span())};
  all.constant = true;
  return all;
}

SearchTerm search_term_of(std::string_view text, bool cased) {
  const bool front = text.starts_with('*');
  const bool back = text.size() > 1 && text.ends_with('*');
  std::string_view inner = text;
  if (front) inner.remove_prefix(1);
  if (back) inner.remove_suffix(1);
  const std::string suffix = cased ? "_cs" : "";
  if (inner.find('*') != std::string_view::npos) {
    std::string regex = cased ? "" : "(?i)";
    for (const char c : inner) {
      if (c == '*') {
        regex += ".*?";
      } else {
        if (!std::isalnum(static_cast<unsigned char>(c)) && c > 0) regex += '\\';
        regex += c;
      }
    }
    return {"matches regex", regex};
  }
  const std::string word(inner);
  if (front && back) return {"contains" + suffix, word};
  if (back) return {"hasprefix" + suffix, word};
  if (front && !inner.empty()) return {"hassuffix" + suffix, word};
  return {"has" + suffix, std::string(text)};
}

Bound QueryBinder::search_all_columns(std::string_view op, Bound right, Span span,
                                      Span operator_span) {
  Bound result = failed(span);
  result.value.type = Type::Bool;
  if (!rows) return result;
  std::string name(op);
  if (op == ":") {
    const auto value = constant_value(right.value);
    if (value && value->type() == Type::String) {
      SearchTerm term = search_term_of(value->as_text(), searching_cased);
      name = term.op;
      right.value = plan::constant(Value::string(std::move(term.text)), span);
    } else {
      name = "has";
    }
  }
  const bool equality = name == "==" || name == "!=" || name == "<>";
  const bool negated = name.starts_with('!') || name == "<>" || name.starts_with("not");
  std::vector<plan::Expression> conditions;
  const Temporarily plain(searching, false);
  for (const plan::Column& column : *rows->columns) {
    const bool alike = column.type == right.type() ||
                       (number_types.has(column.type) && number_types.has(right.type()));
    const bool fits = equality ? alike || column.type == Type::Dynamic
                               : column.type == Type::String || column.type == Type::Dynamic;
    if (!fits) continue;
    Bound one = compare(name, bind_column(column, span), right, span, operator_span);
    conditions.push_back(std::move(one.value));
  }
  if (conditions.empty()) {
    result.value = plan::constant(Value::boolean(negated), span);
  } else {
    // What no column holds is in none of them.
    result.value = negated ? all_of(std::move(conditions)) : any_of(std::move(conditions));
  }
  return result;
}

}  // namespace vedette::binding
