#include "compiler/syntax/format.h"

#include "compiler/syntax/formatter.h"
#include "compiler/syntax/literal_text.h"

namespace vedette {

std::string Formatter::query(const ast::Query& query) {
  std::string text = statements(query.statements, ";\n");
  return text.empty() ? text : text + '\n';
}

std::string Formatter::statements(const std::vector<ast::Statement>& statements,
                                  std::string_view separator) {
  std::string text;
  for (const ast::Statement& item : statements) {
    if (!text.empty()) text += separator;
    text += statement(item);
  }
  return text;
}

std::string Formatter::statement(const ast::Statement& statement) {
  return std::visit([this](const auto& node) { return text(node); }, statement.node);
}

std::string Formatter::text(const ast::Let& statement) {
  const std::string name = "let " + quote_name(statement.name.text) + " = ";
  if (const auto* function = std::get_if<ast::FunctionDeclaration>(&statement.value)) {
    return name + text(*function);
  }
  return name + expression(std::get<ast::ExpressionPtr>(statement.value), Tightness::Pipe);
}

std::string Formatter::text(const ast::ExpressionStatement& statement) {
  return expression(statement.expression, Tightness::Pipe);
}

std::string Formatter::text(const ast::Set& statement) {
  const std::string name = "set " + quote_name(statement.name.text);
  return statement.value ? name + " = " + expression(statement.value) : name;
}

std::string Formatter::text(const ast::DeclareQueryParameters& statement) {
  return "declare query_parameters " + function_parameters(statement.parameters);
}

std::string Formatter::text(const ast::DeclarePattern& statement) {
  std::string out = "declare pattern " + quote_name(statement.name.text);
  if (!statement.has_body) return out;
  out += " = " + function_parameters(statement.parameters);
  if (statement.path) out += '[' + text(*statement.path) + ']';
  out += " {\n";
  for (const ast::DeclarePattern::Match& match : statement.matches) {
    out += "    (" + list(match.arguments) + ')';
    if (match.path) out += ".[" + expression(match.path) + ']';
    out += " = " + indented(body(match.body), 4) + ";\n";
  }
  return out + '}';
}

std::string Formatter::text(const ast::Restrict& statement) {
  std::string out = "restrict access to (" + list(statement.entities, Tightness::Path) + ')';
  if (!statement.properties.empty()) out += " with " + properties(statement.properties);
  return out;
}

std::string Formatter::text(const ast::Alias& statement) {
  return "alias database " + quote_name(statement.name.text) + " = " +
         expression(statement.database);
}

std::string Formatter::text(const ast::Command& statement) {
  return statement.text;
}

std::string Formatter::text(const ast::FunctionParameter& parameter) {
  std::string out = quote_name(parameter.name.text) + ": " +
                    (parameter.schema ? schema(*parameter.schema) : parameter.type.text);
  if (parameter.default_value) out += " = " + expression(parameter.default_value);
  return out;
}

std::string Formatter::function_parameters(const std::vector<ast::FunctionParameter>& parameters) {
  std::vector<std::string> parts;
  for (const ast::FunctionParameter& parameter : parameters) parts.push_back(text(parameter));
  return '(' + comma_join(parts) + ')';
}

std::string Formatter::text(const ast::FunctionDeclaration& function) {
  return (function.view ? "view " : "") + function_parameters(function.parameters) + ' ' +
         body(function);
}

std::string Formatter::body(const ast::FunctionDeclaration& function) {
  std::string inside = statements(function.statements, ";\n");
  if (function.result != nullptr) {
    if (!inside.empty()) inside += ";\n";
    inside += expression(function.result, Tightness::Pipe);
  } else if (!inside.empty()) {
    inside += ';';
  }
  const bool one_line =
      inside.size() <= options_.width / 2 && inside.find('\n') == std::string::npos;
  return one_line ? "{ " + inside + " }" : "{\n    " + indented(inside, 4) + "\n}";
}

std::string format(const ast::Query& query, const FormatOptions& options) {
  return Formatter(options).query(query);
}

}  // namespace vedette
