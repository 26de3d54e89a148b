// The functions a database keeps, parsed when they are first named.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "compiler/bind/function_source.h"
#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"
#include "runtime/table/stored_function.h"

namespace vedette::session {

/// The KQL that declares a stored function: `let F = (a: long) { ... }`.
std::string declaration_text(const StoredFunction& function);

/// Safe to use from several threads.
class ParsedFunctions : public binding::FunctionSource {
 public:
  explicit ParsedFunctions(std::shared_ptr<const StoredFunctions> functions);

  const std::shared_ptr<const StoredFunctions>& functions() const { return functions_; }
  const ast::FunctionDeclaration* find_function(std::string_view name) const override;
  std::vector<std::string> function_names() const override;

 private:
  std::shared_ptr<const StoredFunctions> functions_;
  mutable std::mutex parsing_;
  mutable std::map<std::string, std::unique_ptr<ast::Query>, std::less<>> parsed_;
};

/// The declaration in the tree of `declaration_text`; nullptr when it is something else.
const ast::FunctionDeclaration* declaration_in(const ast::Query& query);

/// Keeps what is parsed as long as no function changes. Safe to use from several threads.
class FunctionCache {
 public:
  std::shared_ptr<const ParsedFunctions> of(std::shared_ptr<const StoredFunctions> functions);

 private:
  std::mutex mutex_;
  std::shared_ptr<const ParsedFunctions> last_;
};

}  // namespace vedette::session
