// Literals, calls, tables in place, schemas and options: what expressions and operators are made
// of.
#include "compiler/syntax/literal_text.h"
#include "compiler/syntax/tree_builder.h"
#include "runtime/base/format.h"

namespace vedette {

using Grammar = grammar::KqlParser;
using Lexer = grammar::KqlLexer;

namespace {

ast::LiteralKind literal_kind(size_t token) {
  switch (token) {
    case Lexer::BOOL_LITERAL:
      return ast::LiteralKind::Bool;
    case Lexer::INT_LITERAL:
      return ast::LiteralKind::Int;
    case Lexer::LONG_LITERAL:
      return ast::LiteralKind::Long;
    case Lexer::REAL_LITERAL:
      return ast::LiteralKind::Real;
    case Lexer::DECIMAL_LITERAL:
      return ast::LiteralKind::Decimal;
    case Lexer::TIMESPAN_LITERAL:
      return ast::LiteralKind::Timespan;
    case Lexer::DATETIME_LITERAL:
      return ast::LiteralKind::Datetime;
    case Lexer::GUID_LITERAL:
      return ast::LiteralKind::Guid;
    default:
      return ast::LiteralKind::String;
  }
}

/// Whether a number is written with digits, the way JSON writes numbers of its kind.
bool is_plain_number(const ast::Literal& literal) {
  const std::string_view text = literal.text;
  const size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || text[first] < '0' || text[first] > '9') return false;
  return literal.kind == ast::LiteralKind::Long ||
         (literal.kind == ast::LiteralKind::Real && text.find_first_of(".eE") != text.npos);
}

bool is_number(const ast::Literal& literal) {
  return literal.kind == ast::LiteralKind::Long || literal.kind == ast::LiteralKind::Real;
}

}  // namespace

// ---- Literals ----

std::string TreeBuilder::decode(antlr4::Token* token) {
  DecodedString decoded = decode_string(tokens_.text(*token));
  if (decoded.wrong_escape) {
    const Span where = span(token);
    const auto offset = static_cast<uint32_t>(*decoded.wrong_escape);
    const Span escape{where.start + offset, 2};
    error("KQL0005", escape,
          "'" + std::string(tokens_.text(escape)) + "' is not an escape KQL knows",
          "write a backslash as \\\\, or put @ before the opening quote to take backslashes as "
          "they are");
  }
  return std::move(decoded.text);
}

ast::Literal TreeBuilder::string_literal(Grammar::StringContext* context) {
  ast::Literal literal{ast::LiteralKind::String, {}};
  for (auto* part : context->STRING_LITERAL()) {
    literal.text += decode(part->getSymbol());
    const char first = tokens_.text(*part->getSymbol())[0];
    literal.obfuscated = literal.obfuscated || first == 'h' || first == 'H';
  }
  return literal;
}

ast::Literal TreeBuilder::literal(Grammar::LiteralContext* context) {
  return context->string() ? string_literal(context->string())
                           : plain_literal(context->plainLiteral());
}

ast::Literal TreeBuilder::plain_literal(Grammar::PlainLiteralContext* context) {
  antlr4::Token* token = context->getStart();
  ast::Literal literal{literal_kind(token->getType()), literal_content(tokens_.text(*token))};
  if (context->DOT()) literal = {ast::LiteralKind::Real, literal.text + ".0"};  // `1.`
  literal.is_null = literal.text == "null";
  return literal;
}

ast::ExpressionPtr TreeBuilder::literal_expression(Grammar::LiteralContext* context,
                                                   Grammar::SignContext* sign) {
  return signed_literal(literal(context), span(context), sign);
}

ast::ExpressionPtr TreeBuilder::signed_literal(ast::Literal value, Span place,
                                               Grammar::SignContext* sign) {
  if (sign == nullptr) return make(std::move(value), place);
  const Span where = vedette::join(span(sign), place);
  // Digits take the sign in; `-long(null)`, `-int(5)` and `-'a'` stay what they are.
  const bool digits = (is_number(value) || value.kind == ast::LiteralKind::Timespan) &&
                      value.text[0] >= '0' && value.text[0] <= '9';
  if (digits) {
    if (sign->MINUS()) value.text = '-' + value.text;
    return make(std::move(value), where);
  }
  const auto op = sign->MINUS() ? ast::UnaryOperator::Minus : ast::UnaryOperator::Plus;
  return make(ast::Unary{op, make(std::move(value), place)}, where);
}

ast::ExpressionPtr TreeBuilder::dynamic_literal(Grammar::DynamicLiteralContext* context) {
  return make(ast::DynamicLiteral{dynamic_value(context->dynamicValue())}, span(context));
}

ast::DynamicValue TreeBuilder::dynamic_value(Grammar::DynamicValueContext* context) {
  using Kind = ast::DynamicValue::Kind;
  const Deeper deeper(*this, 1, span(context));
  if (context->dynamicLiteral() != nullptr) {
    return dynamic_value(context->dynamicLiteral()->dynamicValue());
  }
  ast::DynamicValue result;
  result.span = span(context);
  if (context->LBRACKET()) {
    result.kind = Kind::Array;
    for (auto* item : context->dynamicValue()) result.items.push_back(dynamic_value(item));
  } else if (context->LBRACE()) {
    result.kind = Kind::Object;
    for (auto* member : context->dynamicMember()) {
      result.keys.push_back(decode(member->STRING_LITERAL()->getSymbol()));
      result.items.push_back(dynamic_value(member->dynamicValue()));
    }
  } else if (context->literal() != nullptr) {
    ast::Literal value = literal(context->literal());
    const bool bare =
        tokens_.text(*context->literal()->getStart()).find('(') == std::string_view::npos;
    if (context->MINUS() &&
        !(bare && (is_number(value) || value.kind == ast::LiteralKind::Timespan))) {
      error("KQL0012", span(context->MINUS()), "only a number can be negative here");
    } else if (context->MINUS()) {
      value.text = '-' + value.text;
    }
    if (value.kind == ast::LiteralKind::String) {
      result.kind = Kind::String;
      result.text = std::move(value.text);
    } else if (is_plain_number(value) || (bare && value.kind == ast::LiteralKind::Bool)) {
      result.kind = value.kind == ast::LiteralKind::Bool ? Kind::Bool : Kind::Number;
      result.text = std::move(value.text);
    } else {
      result.kind = Kind::Typed;
      result.typed = std::move(value);
    }
  }
  return result;
}

// ---- Primaries ----

ast::ExpressionPtr TreeBuilder::primary(Grammar::PrimaryContext* context) {
  if (auto* x = context->literal()) return literal_expression(x, nullptr);
  if (auto* x = context->name()) return name_reference(x);
  if (auto* x = context->call()) return call(x);
  if (auto* x = context->pipeExpression()) return pipe(x);
  if (auto* x = context->dynamicLiteral()) return dynamic_literal(x);
  if (auto* x = context->typeOf()) return make(type_of(x), span(x));
  if (auto* x = context->datatable()) return datatable(x);
  if (auto* x = context->externalData()) return external_data(x);
  if (auto* x = context->materializedViewCombine()) return materialized_view_combine(x);
  if (auto* x = context->inlineExternalTable()) return inline_external_table(x);
  if (auto* x = context->entityGroup()) {
    return make(ast::EntityGroup{expressions(x->expression())}, span(x));
  }
  return make(ast::Star{}, span(context));
}

ast::ExpressionPtr TreeBuilder::call(Grammar::CallContext* context) {
  ast::Call result;
  if (context->name() != nullptr) {
    result.function = name(context->name());
    result.arguments = arguments(context->arguments());
  } else {
    result.function = token_name(context->getStart());
    result.parameters = parameters(context->parameter());
    result.arguments.push_back(unnamed(pipe(context->pipeExpression())));
  }
  return make(std::move(result), span(context));
}

ast::NamedExpressions TreeBuilder::arguments(Grammar::ArgumentsContext* context) {
  const Deeper deeper(*this, 1, span(context));
  ast::NamedExpressions result;
  for (auto* argument : context->namedExpression()) result.push_back(named(argument));
  if (context->sourceStep() || !context->step().empty()) {
    const Span outside = span(context);
    const Span inside{outside.start + 1, outside.length - 2};  // without the parentheses
    if (result.empty()) result.push_back({{}, false, nullptr, inside});
    ast::ExpressionPtr& value = result.front().value;
    const Span where = value ? Span{value->span.start, inside.end() - value->span.start} : inside;
    value = piped(std::move(value), context->sourceStep(), context->step(), where);
    result.front().span = inside;
  }
  return result;
}

ast::ExpressionPtr TreeBuilder::datatable(Grammar::DatatableContext* context) {
  ast::Datatable table;
  table.parameters = parameters(context->parameter());
  table.schema = row_schema(context->rowSchema());
  table.values = expressions(context->expression());
  for (const ast::ExpressionPtr& value : table.values) {
    if (!std::holds_alternative<ast::Literal>(value->node) &&
        !std::holds_alternative<ast::DynamicLiteral>(value->node)) {
      error("KQL0013", value->span, "a datatable holds literals only");
      break;
    }
  }
  return make(std::move(table), span(context));
}

ast::ExpressionPtr TreeBuilder::external_data(Grammar::ExternalDataContext* context) {
  ast::ExternalData data;
  data.parameters = parameters(context->parameter());
  data.schema = row_schema(context->rowSchema());
  data.uris = expressions(context->expression());
  data.properties = properties(context->properties());
  return make(std::move(data), span(context));
}

ast::ExpressionPtr TreeBuilder::inline_external_table(
    Grammar::InlineExternalTableContext* context) {
  ast::InlineExternalTable table;
  table.text = tokens_.text(span(context));
  if (context->rowSchema() != nullptr) table.schema = row_schema(context->rowSchema());
  const Span first = span(context->externalTableClause(0));
  table.kind.span = {first.start, 0};
  table.data_format.span = {span(context->LPAREN()).start, 0};
  for (auto* clause : context->externalTableClause()) {
    const bool is_first = span(clause).start == first.start;
    if (clause->PARTITION() != nullptr) {
      for (auto* column : clause->partitionColumn()) {
        table.partitions.push_back(
            {{name(column->declaredName()), type_name(column->typeName()), span(column)},
             column->expression() == nullptr ? nullptr : expression(column->expression()),
             span(column)});
      }
      continue;
    }
    const std::string word = name(clause->name()).text;
    if (word == "pathformat") {
      table.path_format = true;
    } else if (word == "kind" && is_first && clause->anyName() != nullptr) {
      table.kind = name(clause->anyName());
    } else if (word == "dataformat" && clause->anyName() != nullptr) {
      table.data_format = {name(clause->anyName()).text, span(clause)};
    } else {
      error("KQL0012", span(clause->name()), fmt::format("'{}' is unexpected here", word));
    }
  }
  table.sources = expressions(context->expression());
  table.properties = properties(context->properties());
  return make(std::move(table), span(context));
}

ast::ExpressionPtr TreeBuilder::materialized_view_combine(
    Grammar::MaterializedViewCombineContext* context) {
  constexpr std::array<std::string_view, 3> words = {"base", "delta", "aggregations"};
  for (size_t i = 0; i < words.size(); ++i) {
    const ast::Name word = name(context->name(i));
    if (word.text != words[i]) {
      error("KQL0006", word.span,
            "expected '" + std::string(words[i]) + "', not '" + word.text + "'");
    }
  }
  ast::MaterializedViewCombine result;
  result.view = pipe(context->pipeExpression(0));
  result.base = pipe(context->pipeExpression(1));
  result.delta = pipe(context->pipeExpression(2));
  ast::Pipe aggregations;
  auto* step_context = context->summarizeStep();
  aggregations.steps.push_back(
      {summarize(step_context), span(step_context), span(step_context->getStart())});
  result.aggregations = make(std::move(aggregations), span(step_context));
  return make(std::move(result), span(context));
}

// ---- Wildcards and entities ----

ast::ExpressionPtr TreeBuilder::wildcard(Grammar::WildcardContext* context) {
  const Span where = span(context);
  std::string pattern(tokens_.text(where));
  if (pattern == "*") return make(ast::Star{}, where);
  const size_t gap = pattern.find_first_of(" \t\r\n/");
  if (gap != std::string::npos) {
    error("KQL0014", {where.start + static_cast<uint32_t>(gap), 1},
          "the parts of a wildcard name must touch",
          "write it as one word, or put a comma between");
  }
  return make(ast::Wildcard{std::move(pattern)}, where);
}

ast::ExpressionPtr TreeBuilder::entity(Grammar::EntityContext* context) {
  return context->wildcard() ? wildcard(context->wildcard()) : path(context->path());
}

ast::Expressions TreeBuilder::columns(Grammar::ColumnPatternsContext* context) {
  ast::Expressions list;
  if (context == nullptr) return list;
  for (auto* item : context->columnPattern()) list.push_back(column(item));
  return list;
}

ast::ExpressionPtr TreeBuilder::column(Grammar::ColumnPatternContext* context) {
  return context->wildcard() ? wildcard(context->wildcard()) : path(context->path());
}

// ---- Options ----

ast::ExpressionPtr TreeBuilder::parameter_value(Grammar::ParameterValueContext* context) {
  if (auto* string = context->STRING_LITERAL()) {
    ast::Literal value{ast::LiteralKind::String, decode(string->getSymbol())};
    value.obfuscated = tokens_.text(span(string))[0] == 'h' || tokens_.text(span(string))[0] == 'H';
    return make(std::move(value), span(context));
  }
  if (auto* value = context->plainLiteral()) {
    return signed_literal(plain_literal(value), span(value), context->sign());
  }
  if (context->anyName() != nullptr) return name_reference(context->anyName());
  return make(ast::Star{}, span(context));
}

ast::Parameter TreeBuilder::parameter(Grammar::ParameterContext* context) {
  ast::Name option =
      context->HINT() ? token_name(context->HINT()->getSymbol()) : name(context->declaredName());
  return {std::move(option), parameter_value(context->parameterValue()), span(context)};
}

ast::Parameters TreeBuilder::parameters(const std::vector<Grammar::ParameterContext*>& contexts) {
  ast::Parameters list;
  for (auto* context : contexts) list.push_back(parameter(context));
  return list;
}

ast::Parameters TreeBuilder::hints(const std::vector<Grammar::HintContext*>& contexts) {
  ast::Parameters list;
  for (auto* context : contexts) {
    list.push_back({token_name(context->HINT()->getSymbol()),
                    parameter_value(context->parameterValue()), span(context)});
  }
  return list;
}

ast::Parameters TreeBuilder::options(const std::vector<Grammar::ExpandOptionContext*>& contexts) {
  ast::Parameters list;
  for (auto* context : contexts) {
    list.push_back({token_name(context->getStart()), parameter_value(context->parameterValue()),
                    span(context)});
  }
  return list;
}

ast::Parameter TreeBuilder::property(Grammar::PropertyContext* context) {
  ast::Name option =
      context->HINT() ? token_name(context->HINT()->getSymbol()) : name(context->declaredName());
  return {std::move(option), expression(context->expression()), span(context)};
}

ast::Parameters TreeBuilder::properties(Grammar::PropertiesContext* context) {
  ast::Parameters list;
  if (context == nullptr) return list;
  for (auto* item : context->property()) list.push_back(property(item));
  return list;
}

// ---- Schemas ----

ast::ColumnDeclaration TreeBuilder::schema_column(Grammar::SchemaColumnContext* context) {
  return {name(context->declaredName()), type_name(context->typeName()), span(context)};
}

ast::RowSchema TreeBuilder::row_schema(Grammar::RowSchemaContext* context) {
  ast::RowSchema schema;
  schema.span = span(context);
  for (auto* column : context->schemaColumn()) {
    const bool star = column->STAR() != nullptr;
    if (star && !schema.columns.empty()) {
      error("KQL0001", span(column), "`*`, any columns, comes before columns that are named");
      break;
    }
    if (star) {
      schema.star = true;
    } else {
      schema.columns.push_back(schema_column(column));
    }
  }
  return schema;
}

ast::TypeOf TreeBuilder::type_of(Grammar::TypeOfContext* context) {
  ast::TypeOf result;
  result.columns.span = span(context);
  if (auto* type = context->typeName()) {
    result.columns.columns.push_back({{}, type_name(type), span(type)});
  }
  for (auto* column : context->schemaColumn()) {
    if (column->STAR()) {
      result.columns.star = true;
    } else {
      result.columns.columns.push_back(schema_column(column));
    }
  }
  return result;
}

}  // namespace vedette
