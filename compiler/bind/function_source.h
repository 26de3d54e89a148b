// Where a binder learns which functions and entity groups a database keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace vedette::binding {

/// Stored functions, parsed. A query that names one binds it where it is used.
class FunctionSource {
 public:
  virtual ~FunctionSource() = default;
  /// Names are case-sensitive; nullptr when there is none. Lives as long as this object.
  virtual const ast::FunctionDeclaration* find_function(std::string_view name) const = 0;
  /// All names, for suggestions and views.
  virtual std::vector<std::string> function_names() const = 0;
  /// A stored entity group; nullptr when there is none. Lives as long as this object.
  virtual const ast::EntityGroup* find_entity_group(std::string_view /*name*/) const {
    return nullptr;
  }
};

}  // namespace vedette::binding
