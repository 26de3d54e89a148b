// The functions and entity groups a database keeps, parsed when they are first named.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "compiler/bind/function_source.h"
#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"
#include "runtime/table/schema.h"
#include "runtime/table/stored_function.h"

namespace vedette::session {

/// The KQL that declares a stored function: `let F = (a: long) { ... }`.
std::string declaration_text(const StoredFunction& function);

/// Properties of a database that begin so are entity groups: the name follows, the value is a JSON
/// array of entities as they were written.
constexpr std::string_view entity_group_property = "entity_group/";

/// Safe to use from several threads.
class ParsedFunctions : public binding::FunctionSource {
 public:
  ParsedFunctions(std::shared_ptr<const StoredFunctions> functions,
                  std::shared_ptr<const Properties> properties);

  bool are(const std::shared_ptr<const StoredFunctions>& functions,
           const std::shared_ptr<const Properties>& properties) const {
    return functions_ == functions && properties_ == properties;
  }
  const ast::FunctionDeclaration* find_function(std::string_view name) const override;
  std::vector<std::string> function_names() const override;
  const ast::EntityGroup* find_entity_group(std::string_view name) const override;

 private:
  std::shared_ptr<const StoredFunctions> functions_;
  std::shared_ptr<const Properties> properties_;
  mutable std::mutex parsing_;
  mutable std::map<std::string, std::unique_ptr<ast::Query>, std::less<>> parsed_;
  mutable std::map<std::string, std::unique_ptr<ast::Query>, std::less<>> parsed_groups_;
};

/// The declaration in the tree of `declaration_text`; nullptr when it is something else.
const ast::FunctionDeclaration* declaration_in(const ast::Query& query);

/// The entity group that a query declares with its first `let`; nullptr when there is none.
const ast::EntityGroup* entity_group_in(const ast::Query& query);

/// Keeps what is parsed as long as no function and no property of the database changes. Safe to use
/// from several threads.
class FunctionCache {
 public:
  std::shared_ptr<const ParsedFunctions> of(std::shared_ptr<const StoredFunctions> functions,
                                            std::shared_ptr<const Properties> properties);

 private:
  std::mutex mutex_;
  std::shared_ptr<const ParsedFunctions> last_;
};

}  // namespace vedette::session
