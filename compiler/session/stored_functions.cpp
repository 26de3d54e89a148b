#include "compiler/session/stored_functions.h"

#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"

namespace vedette::session {

std::string declaration_text(const StoredFunction& function) {
  std::string name;
  for (const char c : function.name) {
    if (c == '\'' || c == '\\') name += '\\';
    name += c;
  }
  return fmt::format("let ['{}'] = {}{} {}", name, function.view ? "view " : "",
                     function.parameters.empty() ? "()" : function.parameters, function.body);
}

const ast::FunctionDeclaration* declaration_in(const ast::Query& query) {
  if (query.statements.size() != 1) return nullptr;
  const auto* let = std::get_if<ast::Let>(&query.statements[0].node);
  return let == nullptr ? nullptr : std::get_if<ast::FunctionDeclaration>(&let->value);
}

ParsedFunctions::ParsedFunctions(std::shared_ptr<const StoredFunctions> functions)
    : functions_(std::move(functions)) {}

const ast::FunctionDeclaration* ParsedFunctions::find_function(std::string_view name) const {
  const auto stored = functions_->find(name);
  if (stored == functions_->end()) return nullptr;
  const std::lock_guard lock(parsing_);
  std::unique_ptr<ast::Query>& query = parsed_[stored->first];
  if (!query) {
    // Its syntax was checked when it was stored.
    Diagnostics ignored;
    query = std::make_unique<ast::Query>(parse(declaration_text(stored->second), ignored));
  }
  return declaration_in(*query);
}

std::vector<std::string> ParsedFunctions::function_names() const {
  std::vector<std::string> names;
  for (const auto& [name, function] : *functions_) names.push_back(name);
  return names;
}

std::shared_ptr<const ParsedFunctions> FunctionCache::of(
    std::shared_ptr<const StoredFunctions> functions) {
  const std::lock_guard lock(mutex_);
  if (!last_ || last_->functions() != functions) {
    last_ = std::make_shared<const ParsedFunctions>(std::move(functions));
  }
  return last_;
}

}  // namespace vedette::session
