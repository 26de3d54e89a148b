// Which names mean what: the names that let, as and parameters declare.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/bind/bound.h"
#include "compiler/syntax/ast.h"

namespace vedette::binding {

struct Scope;
/// Scopes are chains of declarations; an inner scope points to the outer one. They never change, so
/// a function keeps the names it saw at its declaration by keeping the pointer.
using ScopePtr = std::shared_ptr<const Scope>;

/// `let f = (a: long) { ... }`.
struct UserFunction {
  const ast::FunctionDeclaration* declaration;
  ScopePtr scope;  // what the body sees
  bool tabular = false;
  bool broken = false;  // its body has errors, which were reported
};

/// A table bound once; each use is a copy under fresh column ids.
struct NamedTable {
  std::shared_ptr<const Table> table;
};

/// `declare pattern p = ...`; without a body it is known by name only.
struct Pattern {
  const ast::DeclarePattern* declaration = nullptr;
  ScopePtr scope = {};  // what the bodies see
};

/// `let g = entity_group [database('a'), ...]`.
struct EntityGroup {
  const ast::EntityGroup* group;
};

/// The entity that a macro-expand is at: a database or a table.
struct Entity {
  const ast::Expression* path;
};

struct Scope {
  std::string name;
  std::variant<Bound, NamedTable, UserFunction, Pattern, EntityGroup, Entity> meaning;
  ScopePtr outer;
  bool from_outside = false;  // a stored function: a let may hide it
};

/// The declaration a name refers to, or nullptr.
inline const Scope* find(const ScopePtr& scope, std::string_view name) {
  for (const Scope* at = scope.get(); at != nullptr; at = at->outer.get()) {
    if (at->name == name) return at;
  }
  return nullptr;
}

template <typename Meaning> ScopePtr declare(ScopePtr outer, std::string name, Meaning meaning) {
  return std::make_shared<Scope>(Scope{std::move(name), std::move(meaning), std::move(outer)});
}

}  // namespace vedette::binding
