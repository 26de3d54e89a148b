// Functions that the database keeps: bound when a query first names them.
#include "compiler/bind/codes.h"
#include "compiler/bind/function_source.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/format.h"

namespace vedette::binding {

const Scope* QueryBinder::find_declared(std::string_view name) {
  if (const Scope* declared = find(scope, name)) return declared;
  return find_stored_function(name);
}

const Scope* QueryBinder::find_stored_function(std::string_view name) {
  if (environment.functions == nullptr) return nullptr;
  const auto known = stored_functions_.find(name);
  if (known != stored_functions_.end()) {
    if (known->second.declared) return known->second.declared.get();
    error(code::recursion, {}, fmt::format("the function '{}' calls itself", name));
    return nullptr;
  }
  const ast::FunctionDeclaration* declaration = environment.functions->find_function(name);
  if (declaration == nullptr || environment.library.find_function(name) != nullptr) return nullptr;

  StoredFunctionState& state = stored_functions_[std::string(name)];
  // It sees nothing of the query that names it.
  const Temporarily no_scope(scope, ScopePtr());
  const Temporarily own_problems(diagnostics_, &state.problems);
  const Temporarily strict(fuzzy, false);
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily no_right_rows(right_rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  const Temporarily no_aggregates(aggregates, static_cast<AggregateCalls*>(nullptr));
  const Temporarily no_windows(windows_, static_cast<WindowSteps*>(nullptr));
  const Temporarily no_input(current_input_, static_cast<Table*>(nullptr));
  UserFunction function = declare_function(*declaration);
  state.declared =
      std::make_shared<Scope>(Scope{std::string(name), std::move(function), nullptr, true});
  return state.declared.get();
}

std::optional<QueryBinder::Result> QueryBinder::broken_result(const UserFunction& function,
                                                              std::string_view name, Span span) {
  if (!function.broken) return std::nullopt;
  const auto stored = stored_functions_.find(name);
  if (stored == stored_functions_.end() || !stored->second.declared) return std::nullopt;
  const auto* found = std::get_if<UserFunction>(&stored->second.declared->meaning);
  if (found == nullptr || found->declaration != function.declaration) return std::nullopt;
  if (fuzzy) {
    // A union with isfuzzy leaves out what does not resolve.
    Table missing = unknown_table(span);
    missing.missing = true;
    return missing;
  }
  report_inside(name, span, stored->second.problems);
  if (function.tabular) return unknown_table(span);
  return failed(span);
}

}  // namespace vedette::binding
