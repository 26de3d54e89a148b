#include "compiler/session/stored_functions.h"

#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/json.h"

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

const ast::EntityGroup* entity_group_in(const ast::Query& query) {
  if (query.statements.empty()) return nullptr;
  const auto* let = std::get_if<ast::Let>(&query.statements[0].node);
  const auto* value = let == nullptr ? nullptr : std::get_if<ast::ExpressionPtr>(&let->value);
  return value == nullptr ? nullptr : std::get_if<ast::EntityGroup>(&(*value)->node);
}

ParsedFunctions::ParsedFunctions(std::shared_ptr<const StoredFunctions> functions,
                                 std::shared_ptr<const Properties> properties)
    : functions_(std::move(functions)), properties_(std::move(properties)) {}

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

const ast::EntityGroup* ParsedFunctions::find_entity_group(std::string_view name) const {
  const auto stored = properties_->find(std::string(entity_group_property) + std::string(name));
  if (stored == properties_->end()) return nullptr;
  const std::lock_guard lock(parsing_);
  std::unique_ptr<ast::Query>& query = parsed_groups_[stored->first];
  if (!query) {
    DynamicBuilder builder;
    std::string entities;
    if (parse_json_text(stored->second, builder)) {
      for (const DynamicView entity : builder.view().items()) {
        entities += fmt::format("{}{}", entities.empty() ? "" : ", ", entity.as_text());
      }
    }
    Diagnostics ignored;  // its syntax was checked when it was stored
    const std::string text = fmt::format("let g = entity_group [{}]; print 1", entities);
    query = std::make_unique<ast::Query>(parse(text, ignored));
  }
  return entity_group_in(*query);
}

std::vector<std::string> ParsedFunctions::function_names() const {
  std::vector<std::string> names;
  for (const auto& [name, function] : *functions_) names.push_back(name);
  return names;
}

std::shared_ptr<const ParsedFunctions> FunctionCache::of(
    std::shared_ptr<const StoredFunctions> functions,
    std::shared_ptr<const Properties> properties) {
  const std::lock_guard lock(mutex_);
  if (!last_ || !last_->are(functions, properties)) {
    last_ = std::make_shared<const ParsedFunctions>(std::move(functions), std::move(properties));
  }
  return last_;
}

}  // namespace vedette::session
