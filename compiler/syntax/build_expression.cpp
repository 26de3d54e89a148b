// Expressions, names and places. Literals and calls: build_value.cpp.
#include <algorithm>

#include "compiler/syntax/tree_builder.h"

namespace vedette {

using Grammar = grammar::KqlParser;
using Lexer = grammar::KqlLexer;

namespace {

ast::BinaryOperator binary_operator(size_t token) {
  using Op = ast::BinaryOperator;
  switch (token) {
    case Lexer::PLUS:
      return Op::Add;
    case Lexer::MINUS:
      return Op::Subtract;
    case Lexer::STAR:
      return Op::Multiply;
    case Lexer::SLASH:
      return Op::Divide;
    case Lexer::PERCENT:
      return Op::Modulo;
    case Lexer::EQUAL:
      return Op::Equal;
    case Lexer::NOT_EQUAL:
      return Op::NotEqual;
    case Lexer::LESS:
      return Op::Less;
    case Lexer::LESS_EQUAL:
      return Op::LessEqual;
    case Lexer::GREATER:
      return Op::Greater;
    case Lexer::GREATER_EQUAL:
      return Op::GreaterEqual;
    case Lexer::EQUAL_CASELESS:
      return Op::EqualCaseless;
    case Lexer::NOT_EQUAL_CASELESS:
      return Op::NotEqualCaseless;
    case Lexer::COLON:
      return Op::Search;
    case Lexer::MATCHES_REGEX:
      return Op::MatchesRegex;
    case Lexer::HAS:
      return Op::Has;
    case Lexer::NOT_HAS:
      return Op::NotHas;
    case Lexer::HAS_CS:
      return Op::HasCs;
    case Lexer::NOT_HAS_CS:
      return Op::NotHasCs;
    case Lexer::HASPREFIX:
      return Op::HasPrefix;
    case Lexer::NOT_HASPREFIX:
      return Op::NotHasPrefix;
    case Lexer::HASPREFIX_CS:
      return Op::HasPrefixCs;
    case Lexer::NOT_HASPREFIX_CS:
      return Op::NotHasPrefixCs;
    case Lexer::HASSUFFIX:
      return Op::HasSuffix;
    case Lexer::NOT_HASSUFFIX:
      return Op::NotHasSuffix;
    case Lexer::HASSUFFIX_CS:
      return Op::HasSuffixCs;
    case Lexer::NOT_HASSUFFIX_CS:
      return Op::NotHasSuffixCs;
    case Lexer::CONTAINS:
      return Op::Contains;
    case Lexer::NOT_CONTAINS:
      return Op::NotContains;
    case Lexer::CONTAINS_CS:
      return Op::ContainsCs;
    case Lexer::NOT_CONTAINS_CS:
      return Op::NotContainsCs;
    case Lexer::STARTSWITH:
      return Op::StartsWith;
    case Lexer::NOT_STARTSWITH:
      return Op::NotStartsWith;
    case Lexer::STARTSWITH_CS:
      return Op::StartsWithCs;
    case Lexer::NOT_STARTSWITH_CS:
      return Op::NotStartsWithCs;
    case Lexer::ENDSWITH:
      return Op::EndsWith;
    case Lexer::NOT_ENDSWITH:
      return Op::NotEndsWith;
    case Lexer::ENDSWITH_CS:
      return Op::EndsWithCs;
    case Lexer::NOT_ENDSWITH_CS:
      return Op::NotEndsWithCs;
    case Lexer::LIKE:
      return Op::Like;
    case Lexer::NOT_LIKE:
      return Op::NotLike;
    case Lexer::LIKE_CS:
      return Op::LikeCs;
    case Lexer::NOT_LIKE_CS:
      return Op::NotLikeCs;
    default:
      check(false, "a token of a binary operator");
      return Op::Add;
  }
}

ast::ListOperator list_operator(size_t token) {
  switch (token) {
    case Lexer::IN:
      return ast::ListOperator::In;
    case Lexer::NOT_IN:
      return ast::ListOperator::NotIn;
    case Lexer::IN_CASELESS:
      return ast::ListOperator::InCaseless;
    case Lexer::NOT_IN_CASELESS:
      return ast::ListOperator::NotInCaseless;
    case Lexer::HAS_ANY:
      return ast::ListOperator::HasAny;
    default:
      return ast::ListOperator::HasAll;
  }
}

/// How an expression is put together, seen from its left end.
struct Shape {
  enum class Level { Operand, String, Arithmetic, Relation, Equality, Logic };
  Level level = Level::Operand;
  Grammar::ExpressionContext* left = nullptr;
  antlr4::Token* op = nullptr;
};

Shape shape_of(Grammar::ExpressionContext* context) {
  using Level = Shape::Level;
  if (auto* x = dynamic_cast<Grammar::StringOperationContext*>(context)) {
    return {Level::String, x->expression(0), x->stringOperator()->getStart()};
  }
  if (auto* x = dynamic_cast<Grammar::ArithmeticContext*>(context)) {
    return {Level::Arithmetic, x->expression(0), x->op};
  }
  if (auto* x = dynamic_cast<Grammar::RelationContext*>(context)) {
    return {Level::Relation, x->expression(0), x->op};
  }
  if (auto* x = dynamic_cast<Grammar::EqualityContext*>(context)) {
    return {Level::Equality, x->expression(0), x->op};
  }
  if (auto* x = dynamic_cast<Grammar::InListContext*>(context)) {
    return {Level::Equality, x->expression(), x->listOperator()->getStart()};
  }
  if (auto* x = dynamic_cast<Grammar::BetweenContext*>(context)) {
    return {Level::Equality, x->expression(0), x->op};
  }
  if (auto* x = dynamic_cast<Grammar::LogicalContext*>(context)) {
    return {Level::Logic, x->expression(0), x->op};
  }
  return {};
}

}  // namespace

// ---- Names and places ----

TokenText::TokenText(std::string_view text) : text_(text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) return;
  starts_.reserve(text.size() + 1);
  // ANTLR drops a byte order mark and counts from the character behind it.
  const uint32_t first = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (uint32_t i = first; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts_.push_back(i);
  }
}

uint32_t TokenText::byte_of(size_t code_point) const {
  if (starts_.empty()) return std::min(static_cast<uint32_t>(code_point), size());
  return code_point < starts_.size() ? starts_[code_point] : size();
}

Span TokenText::span(const antlr4::Token& token) const {
  if (token.getType() == antlr4::Token::EOF) return {size(), 0};
  const uint32_t start = byte_of(token.getStartIndex());
  return {start, byte_of(token.getStopIndex() + 1) - start};
}

std::string_view TokenText::text(const antlr4::Token& token) const {
  return text(span(token));
}

Span TreeBuilder::span(Context* context) const {
  const Span first = tokens_.span(*context->getStart());
  const antlr4::Token* stop = context->getStop();
  if (stop == nullptr || stop->getTokenIndex() < context->getStart()->getTokenIndex()) {
    return {first.start, 0};  // the context is empty
  }
  return vedette::join(first, tokens_.span(*stop));
}

ast::Name TreeBuilder::token_name(antlr4::Token* token) {
  return {std::string(tokens_.text(*token)), span(token)};
}

ast::Name TreeBuilder::name(Context* context) {
  if (context->getStart()->getType() != Lexer::LBRACKET) return token_name(context->getStart());
  // Names lie at different depths below the rules that allow more or fewer words.
  antlr4::tree::ParseTree* tree = context;
  while (dynamic_cast<Grammar::BracketedNameContext*>(tree) == nullptr) tree = tree->children[0];
  auto* bracketed = static_cast<Grammar::BracketedNameContext*>(tree);
  return {string_literal(bracketed->string()).text, span(context)};
}

ast::Name TreeBuilder::type_name(Grammar::TypeNameContext* context) {
  return token_name(context->getStart());
}

ast::ExpressionPtr TreeBuilder::name_reference(Context* context) {
  ast::Name reference = name(context);
  const Span where = reference.span;
  return make(ast::NameReference{std::move(reference)}, where);
}

// ---- Operators ----

ast::ExpressionPtr TreeBuilder::expression(Grammar::ExpressionContext* context) {
  // Chains lean to the left, so they are built in a loop: thousands of `or` are one level deep.
  std::vector<Grammar::ExpressionContext*> chain;
  int levels = 1;
  while (true) {
    const Shape shape = shape_of(context);
    if (shape.level == Shape::Level::Operand) break;
    if (shape.level != Shape::Level::Logic) ++levels;
    chain.push_back(context);
    context = shape.left;
  }
  const Deeper deeper(*this, levels, span(context));
  ast::ExpressionPtr result = operand(static_cast<Grammar::OperandContext*>(context));
  Shape inner;
  for (auto outer = chain.rbegin(); outer != chain.rend(); ++outer) {
    const Shape shape = shape_of(*outer);
    const bool chains =
        shape.level == Shape::Level::Arithmetic || shape.level == Shape::Level::Logic;
    if (shape.level == inner.level && !chains) {
      error("KQL0010", span(shape.op),
            "'" + std::string(tokens_.text(*shape.op)) + "' cannot follow '" +
                std::string(tokens_.text(*inner.op)) + "' directly",
            "use parentheses, or join two comparisons with `and`");
    }
    const bool extend_logical = inner.level == Shape::Level::Logic &&
                                shape.level == Shape::Level::Logic &&
                                inner.op->getType() == shape.op->getType();
    result = combine(*outer, std::move(result), extend_logical);
    inner = shape;
  }
  return result;
}

ast::ExpressionPtr TreeBuilder::combine(Grammar::ExpressionContext* context,
                                        ast::ExpressionPtr left, bool extend_logical) {
  const Span where = vedette::join(left->span, span(context));
  if (auto* x = dynamic_cast<Grammar::LogicalContext*>(context)) {
    ast::ExpressionPtr right = expression(x->expression(1));
    if (extend_logical) {
      std::get<ast::Logical>(left->node).operands.push_back(std::move(right));
      left->span = where;
      return left;
    }
    ast::Logical logical;
    logical.op =
        x->op->getType() == Lexer::AND ? ast::LogicalOperator::And : ast::LogicalOperator::Or;
    logical.operands.push_back(std::move(left));
    logical.operands.push_back(std::move(right));
    return make(std::move(logical), where);
  }
  if (auto* x = dynamic_cast<Grammar::InListContext*>(context)) return in_list(x, std::move(left));
  if (auto* x = dynamic_cast<Grammar::BetweenContext*>(context)) {
    ast::Between between;
    between.value = std::move(left);
    between.low = expression(x->expression(1));
    between.high = expression(x->expression(2));
    between.negated = x->op->getType() == Lexer::NOT_BETWEEN;
    between.operator_span = span(x->op);
    return make(std::move(between), where);
  }
  const Shape shape = shape_of(context);
  auto* right = context->getRuleContexts<Grammar::ExpressionContext>().back();
  return make(ast::Binary{binary_operator(shape.op->getType()), std::move(left), expression(right),
                          span(shape.op)},
              where);
}

ast::ExpressionPtr TreeBuilder::in_list(Grammar::InListContext* context, ast::ExpressionPtr value) {
  ast::InList list;
  antlr4::Token* op = context->listOperator()->getStart();
  list.op = list_operator(op->getType());
  list.operator_span = span(op);
  const Span where = vedette::join(value->span, span(context));
  list.value = std::move(value);
  if (auto* items = context->listItems()) {
    const Deeper deeper(*this, 1, where);
    list.list = expressions(items->expression());
    if (items->sourceStep() || !items->step().empty()) {
      ast::ExpressionPtr source = list.list.empty() ? nullptr : std::move(list.list.front());
      list.list.clear();
      list.list.push_back(
          piped(std::move(source), items->sourceStep(), items->step(), span(items)));
    }
  } else {
    error("KQL0008", {span(context->LPAREN()).end(), 0}, "an expression is missing before ')'");
  }
  return make(std::move(list), where);
}

ast::ExpressionPtr TreeBuilder::operand(Grammar::OperandContext* context) {
  Grammar::PathContext* path_context = context->path();
  Grammar::SignContext* sign = context->sign();
  if (sign == nullptr) return path(path_context);
  // `-1` is a literal, so that the smallest long can be written.
  if (path_context->children.size() == 1) {
    if (auto* literal = path_context->primary()->literal())
      return literal_expression(literal, sign);
  }
  const auto op = sign->MINUS() ? ast::UnaryOperator::Minus : ast::UnaryOperator::Plus;
  return make(ast::Unary{op, path(path_context)}, span(context));
}

ast::Expressions TreeBuilder::expressions(
    const std::vector<Grammar::ExpressionContext*>& contexts) {
  ast::Expressions list;
  list.reserve(contexts.size());
  for (auto* context : contexts) list.push_back(expression(context));
  return list;
}

// ---- Paths ----

ast::ExpressionPtr TreeBuilder::path(Grammar::PathContext* context) {
  const std::vector<Grammar::SuffixContext*> suffixes = context->suffix();
  const Deeper deeper(*this, static_cast<int>(std::min<size_t>(suffixes.size(), 1U << 20)),
                      span(context));
  ast::ExpressionPtr result = primary(context->primary());
  for (auto* suffix : suffixes) result = with_suffix(suffix, std::move(result));
  if (context->DATASCOPE()) {
    result = make(ast::DataScope{std::move(result), name(context->anyName())}, span(context));
  }
  return result;
}

ast::ExpressionPtr TreeBuilder::with_suffix(Grammar::SuffixContext* context,
                                            ast::ExpressionPtr object) {
  const Span where = vedette::join(object->span, span(context));
  if (auto* x = dynamic_cast<Grammar::ElementContext*>(context)) {
    return make(ast::Element{std::move(object), expression(x->expression())}, where);
  }
  if (auto* x = dynamic_cast<Grammar::NamedMemberContext*>(context)) {
    ast::ExpressionPtr member;
    if (x->arguments() != nullptr) {
      const Span call_span = vedette::join(span(x->anyName()), span(x->arguments()));
      member = make(ast::Call{name(x->anyName()), arguments(x->arguments()), {}}, call_span);
    } else {
      member = name_reference(x->anyName());
    }
    return make(ast::Member{std::move(object), std::move(member)}, where);
  }
  if (auto* x = dynamic_cast<Grammar::HintMemberContext*>(context)) {
    // One word to the lexer: `a.hint.b` is two members.
    const ast::Name word = token_name(x->HINT()->getSymbol());
    for (uint32_t from = 0; from < word.text.size();) {
      const auto end = static_cast<uint32_t>(std::min(word.text.find('.', from), word.text.size()));
      const Span part{word.span.start + from, end - from};
      auto member = make(ast::NameReference{{word.text.substr(from, end - from), part}}, part);
      const Span both = vedette::join(object->span, part);
      object = make(ast::Member{std::move(object), std::move(member)}, both);
      from = end + 1;
    }
    return object;
  }
  if (auto* x = dynamic_cast<Grammar::WildcardMemberContext*>(context)) {
    return make(ast::Member{std::move(object), wildcard(x->wildcard())}, where);
  }
  auto* x = static_cast<Grammar::BracketedMemberContext*>(context);
  if (x->wildcard() != nullptr) {
    return make(ast::Member{std::move(object), wildcard(x->wildcard())}, where);
  }
  ast::ExpressionPtr inside = expression(x->expression());
  auto* literal = std::get_if<ast::Literal>(&inside->node);
  if (literal == nullptr || literal->kind != ast::LiteralKind::String) {
    return make(ast::Element{std::move(object), std::move(inside)}, where);
  }
  const Span name_span = vedette::join(span(x->LBRACKET()), span(x->RBRACKET()));
  ast::Name member{std::move(literal->text), name_span};
  return make(
      ast::Member{std::move(object), make(ast::NameReference{std::move(member)}, name_span)},
      where);
}

ast::ExpressionPtr TreeBuilder::simple_path(Grammar::SimplePathContext* context) {
  const Deeper deeper(*this, static_cast<int>(std::min<size_t>(context->children.size(), 1U << 20)),
                      span(context));
  ast::ExpressionPtr result = name_reference(context->name());
  for (antlr4::tree::ParseTree* child : context->children) {
    if (auto* member = dynamic_cast<Grammar::AnyNameContext*>(child)) {
      const Span where = vedette::join(result->span, span(member));
      result = make(ast::Member{std::move(result), name_reference(member)}, where);
    } else if (auto* key = dynamic_cast<Grammar::StringContext*>(child)) {
      const Span where = vedette::join(result->span, span(key));
      result = make(ast::Element{std::move(result), make(string_literal(key), span(key))}, where);
    }
  }
  return result;
}

// ---- Names before expressions, order after them ----

ast::NamedExpression TreeBuilder::named(Grammar::NamedExpressionContext* context) {
  ast::NamedExpression result;
  result.span = span(context);
  for (auto* declared : context->declaredName()) result.names.push_back(name(declared));
  result.parenthesized = context->LPAREN() != nullptr;
  result.value = expression(context->expression());
  return result;
}

ast::NamedExpression TreeBuilder::unnamed(ast::ExpressionPtr value) {
  ast::NamedExpression result;
  result.span = value->span;
  result.value = std::move(value);
  return result;
}

ast::NamedExpressions TreeBuilder::named_list(Grammar::NamedExpressionsContext* context) {
  ast::NamedExpressions list;
  if (context == nullptr) return list;
  for (auto* item : context->namedExpression()) list.push_back(named(item));
  return list;
}

ast::OrderedExpression TreeBuilder::ordered(Grammar::OrderedExpressionContext* context) {
  using Direction = ast::OrderedExpression::Direction;
  using Nulls = ast::OrderedExpression::Nulls;
  ast::OrderedExpression result;
  result.expression = named(context->namedExpression());
  if (context->ASC()) result.direction = Direction::Ascending;
  if (context->DESC()) result.direction = Direction::Descending;
  if (context->GRANNY_ASC()) result.direction = Direction::GrannyAscending;
  if (context->GRANNY_DESC()) result.direction = Direction::GrannyDescending;
  if (context->FIRST()) result.nulls = Nulls::First;
  if (context->LAST()) result.nulls = Nulls::Last;
  result.span = span(context);
  return result;
}

std::vector<ast::OrderedExpression> TreeBuilder::ordered_list(
    Grammar::OrderedExpressionsContext* context) {
  std::vector<ast::OrderedExpression> list;
  for (auto* item : context->orderedExpression()) list.push_back(ordered(item));
  return list;
}

}  // namespace vedette
