// Statements, pipes and subqueries.
#include "compiler/syntax/tree_builder.h"

namespace vedette {

using Grammar = grammar::KqlParser;

// ---- Statements ----

ast::Statement TreeBuilder::statement(Grammar::StatementContext* context) {
  const Span where = span(context);
  if (auto* x = context->letStatement()) return {let(x), where};
  if (auto* x = context->declareStatement()) return declare(x);
  if (auto* x = context->setStatement()) {
    ast::Set set{name(x->declaredName()), nullptr};
    if (x->expression()) set.value = expression(x->expression());
    return {std::move(set), where};
  }
  if (auto* x = context->aliasStatement()) {
    const ast::Name word = name(x->name());
    if (word.text != "database") error("KQL0006", word.span, "expected 'database' after 'alias'");
    return {ast::Alias{name(x->declaredName()), expression(x->expression())}, where};
  }
  if (auto* x = context->restrictStatement()) {
    const ast::Name word = name(x->name());
    if (word.text != "access") error("KQL0006", word.span, "expected 'access' after 'restrict'");
    ast::Restrict restrict;
    for (auto* item : x->entity()) restrict.entities.push_back(entity(item));
    restrict.properties = properties(x->properties());
    return {std::move(restrict), where};
  }
  return {ast::ExpressionStatement{pipe(context->pipeExpression())}, where};
}

ast::Let TreeBuilder::let(Grammar::LetStatementContext* context) {
  ast::Let result;
  result.name = name(context->name());
  if (context->functionDeclaration() != nullptr) {
    result.value = function_declaration(context->functionDeclaration());
  } else {
    result.value = pipe(context->pipeExpression());
  }
  return result;
}

ast::FunctionDeclaration TreeBuilder::function_declaration(
    Grammar::FunctionDeclarationContext* context) {
  ast::FunctionDeclaration result;
  result.view = context->VIEW() != nullptr;
  result.parameters = function_parameters(context->functionParameters());
  function_body(context->functionBody(), result);
  return result;
}

void TreeBuilder::function_body(Grammar::FunctionBodyContext* context,
                                ast::FunctionDeclaration& function) {
  function.body_span = span(context);
  const auto statements = context->statement();
  for (auto* item : statements) {
    if (item == statements.back() && item->pipeExpression() != nullptr) {
      function.result = pipe(item->pipeExpression());
    } else {
      if (item->pipeExpression() != nullptr) {
        error("KQL0015", span(item), "only the last statement of a function may be an expression");
      }
      function.statements.push_back(statement(item));
    }
  }
}

ast::FunctionParameter TreeBuilder::function_parameter(Grammar::FunctionParameterContext* context) {
  ast::FunctionParameter result;
  result.name = name(context->declaredName());
  result.span = span(context);
  if (context->rowSchema() != nullptr) {
    result.schema = row_schema(context->rowSchema());
  } else {
    result.type = type_name(context->typeName());
  }
  if (auto* value = context->parameterDefault()) {
    if (value->literal() != nullptr) {
      result.default_value = literal_expression(value->literal(), value->sign());
    } else if (value->dynamicLiteral() != nullptr) {
      result.default_value = dynamic_literal(value->dynamicLiteral());
    } else {
      result.default_value = name_reference(value->name());
    }
  }
  return result;
}

std::vector<ast::FunctionParameter> TreeBuilder::function_parameters(
    Grammar::FunctionParametersContext* context) {
  std::vector<ast::FunctionParameter> list;
  if (context == nullptr) return list;
  for (auto* item : context->functionParameter()) list.push_back(function_parameter(item));
  return list;
}

ast::Statement TreeBuilder::declare(Grammar::DeclareStatementContext* context) {
  const Span where = span(context);
  if (auto* x = dynamic_cast<Grammar::DeclareQueryParametersContext*>(context)) {
    const ast::Name word = name(x->name());
    if (word.text != "query_parameters") {
      error("KQL0006", word.span, "expected 'query_parameters' or 'pattern' after 'declare'");
    }
    return {ast::DeclareQueryParameters{function_parameters(x->functionParameters())}, where};
  }
  return {declare_pattern(static_cast<Grammar::DeclarePatternContext*>(context)), where};
}

ast::DeclarePattern TreeBuilder::declare_pattern(Grammar::DeclarePatternContext* context) {
  const ast::Name word = name(context->name(0));
  if (word.text != "pattern") {
    error("KQL0006", word.span, "expected 'query_parameters' or 'pattern' after 'declare'");
  }
  ast::DeclarePattern result;
  result.name = name(context->name(1));
  auto* body = context->patternDeclaration();
  result.has_body = body != nullptr;
  if (body == nullptr) return result;
  result.parameters = function_parameters(body->functionParameters());
  if (body->functionParameter()) result.path = function_parameter(body->functionParameter());
  for (auto* item : body->patternMatch()) {
    ast::DeclarePattern::Match match;
    match.span = span(item);
    match.arguments = expressions(item->expression());
    if (item->LBRACKET()) {
      match.path = std::move(match.arguments.back());
      match.arguments.pop_back();
    }
    function_body(item->functionBody(), match.body);
    result.matches.push_back(std::move(match));
  }
  return result;
}

// ---- Pipes ----

ast::ExpressionPtr TreeBuilder::piped(ast::ExpressionPtr source, Grammar::SourceStepContext* first,
                                      const std::vector<Grammar::StepContext*>& steps, Span where) {
  if (first == nullptr && steps.empty()) return source;
  ast::Pipe result;
  result.source = std::move(source);
  if (first != nullptr) result.steps.push_back(source_step(first));
  for (auto* item : steps) result.steps.push_back(step(item));
  return make(std::move(result), where);
}

ast::ExpressionPtr TreeBuilder::pipe(Grammar::PipeExpressionContext* context) {
  const Deeper deeper(*this, 1, span(context));
  ast::ExpressionPtr source = context->expression() ? expression(context->expression()) : nullptr;
  return piped(std::move(source), context->sourceStep(), context->step(), span(context));
}

ast::ExpressionPtr TreeBuilder::subquery(Grammar::SubqueryContext* context) {
  const Deeper deeper(*this, 1, span(context));
  ast::ExpressionPtr source = context->expression() ? expression(context->expression()) : nullptr;
  const Span outside = span(context);
  const Span inside{outside.start + 1, outside.length - 2};  // without the parentheses
  return piped(std::move(source), nullptr, context->step(), inside);
}

}  // namespace vedette
