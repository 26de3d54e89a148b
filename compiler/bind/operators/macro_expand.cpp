// macro-expand: one subquery for each database or table of a group, and all their rows together.
#include "compiler/bind/codes.h"
#include "compiler/bind/function_source.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/operators/union.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// The entities of a group that is written out or named; nullptr with a diagnostic.
const ast::EntityGroup* group_of(QueryBinder& binder, const ast::Expression& expression) {
  if (const auto* group = std::get_if<ast::EntityGroup>(&expression.node)) return group;
  const auto* name = std::get_if<ast::NameReference>(&expression.node);
  if (name == nullptr) {
    binder.cannot_run_yet(expression.span,
                          "an entity group is named, or written out as [database(...), ...]");
    return nullptr;
  }
  const Scope* declared = find(binder.scope, name->name.text);
  const auto* named = declared == nullptr ? nullptr : std::get_if<EntityGroup>(&declared->meaning);
  if (named != nullptr) return named->group;
  if (declared == nullptr && binder.environment.functions != nullptr) {
    const auto* stored = binder.environment.functions->find_entity_group(name->name.text);
    if (stored != nullptr) return stored;
  }
  binder.error(code::unknown_name, expression.span,
               fmt::format("'{}' is not an entity group that is known here", name->name.text));
  return nullptr;
}

}  // namespace

Table bind_macro_expand(QueryBinder& binder, const ast::Step& step,
                        const ast::MacroExpand& expand) {
  binder.check_parameters(expand.parameters, {{"kind", ParameterRule::Word, {"inner", "outer"}},
                                              {"isfuzzy", ParameterRule::Bool}});
  const ast::EntityGroup* group = group_of(binder, *expand.entities);
  if (group == nullptr) return binder.unknown_table(step.span);
  std::string name = expand.scope ? expand.scope->text : "$scope";
  if (const auto* reference = std::get_if<ast::NameReference>(&expand.entities->node);
      reference != nullptr && !expand.scope) {
    name = reference->name.text;
  }
  const bool fuzzy = QueryBinder::word_of(expand.parameters, "isfuzzy") == "true";
  const bool inner = QueryBinder::word_of(expand.parameters, "kind") == "inner";
  std::vector<Table> tables;
  for (const ast::ExpressionPtr& path : group->entities) {
    const Temporarily forgiving(binder.fuzzy, binder.fuzzy || fuzzy);
    const Temporarily entity(binder.scope, declare(binder.scope, name, Entity{path.get()}));
    Table table = binder.bind_statements(expand.statements, step.span);
    if (!table.missing || !binder.fuzzy) tables.push_back(std::move(table));
  }
  if (tables.empty()) return binder.unknown_table(step.span);
  if (tables.size() == 1) return std::move(tables[0]);
  return unite(binder, std::move(tables), {}, inner, step.span);
}

}  // namespace vedette::binding
