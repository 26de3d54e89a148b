// Calls and paths that give tables: materialize, table(), workspace(), watchlists ...
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/function_source.h"
#include "compiler/bind/query_binder.h"
#include "compiler/bind/service_tables.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

bool is_database_function(std::string_view name) {
  constexpr std::string_view names[] = {"database", "cluster", "workspace", "app",
                                        "resource", "arg",     "adx"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// The databases whose tables are not ours and not known.
bool is_foreign(std::string_view name) {
  return name == "arg" || name == "adx";
}

/// The call a path starts with: `database('x')` of `database('x').T`.
const ast::Call* root_of(const ast::Expression& expression) {
  if (const auto* call = std::get_if<ast::Call>(&expression.node)) return call;
  if (const auto* member = std::get_if<ast::Member>(&expression.node)) {
    return root_of(*member->object);
  }
  return nullptr;
}

}  // namespace

bool QueryBinder::is_tabular_call(const ast::Call& call) {
  const std::string& name = call.function.text;
  if (const Scope* declared = find_declared(name)) {
    if (const auto* function = std::get_if<UserFunction>(&declared->meaning)) {
      return function->tabular;
    }
    if (std::holds_alternative<Pattern>(declared->meaning)) return true;
  }
  constexpr std::string_view names[] = {
      "materialize",         "totable",      "table", "external_table", "materialized_view",
      "stored_query_result", "entity_group", "view",  "graph"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names) ||
         is_service_table(name);
}

bool QueryBinder::is_tabular_path(const ast::Member& member) {
  if (called_pattern(*member.object) != nullptr) return true;
  const auto* property = std::get_if<ast::NameReference>(&member.member->node);
  if (property != nullptr && property->name.text.starts_with("$current_")) return false;
  const ast::Call* root = root_of(behind_entity(*member.object));
  if (root == nullptr || !is_database_function(root->function.text)) return false;
  return !find_declared(root->function.text);
}

const ast::Expression& QueryBinder::behind_entity(const ast::Expression& expression) {
  const auto* name = std::get_if<ast::NameReference>(&expression.node);
  const Scope* declared = name == nullptr ? nullptr : find(scope, name->name.text);
  const auto* entity = declared == nullptr ? nullptr : std::get_if<Entity>(&declared->meaning);
  return entity == nullptr ? expression : *entity->path;
}

Table QueryBinder::bind_table_call(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (const Scope* declared = find_declared(name)) {
    if (const auto* function = std::get_if<UserFunction>(&declared->meaning)) {
      auto result = call_function(*function, &call, name, span, nullptr);
      if (auto* table = std::get_if<Table>(&result)) return std::move(*table);
      if (!function->broken) {
        error(code::table_expected, span, fmt::format("'{}' does not give a table", name));
      }
      return unknown_table(span);
    }
    if (const auto* pattern = std::get_if<Pattern>(&declared->meaning)) {
      return bind_pattern(*pattern, call, std::nullopt, span);
    }
  }
  const Temporarily no_rows(rows, std::optional<RowScope>());
  if (name == "materialize" || name == "totable") return bind_materialize(call, span);
  if (name == "table") return bind_table_by_name(call, span);
  if (is_service_table(name)) return bind_service_table(call, span);
  if (name == "graph") return bind_stored_graph(call, span);
  if (is_tabular_call(call)) {
    bind_arguments(call);
    report_elsewhere(call, span);
    return unknown_table(span);
  }
  const bool scalar = environment.library.find_function(name) != nullptr;
  if (scalar) {
    const Bound bound = bind_call(call, span);
    if (bound.type() != Type::Error) {
      error(code::table_expected, span, fmt::format("'{}' does not give a table", name));
    }
    return unknown_table(span);
  }
  if (!fuzzy) {
    if (environment.library.find_aggregate(name) != nullptr) {
      error(code::aggregate_not_allowed, call.function.span,
            fmt::format("'{}' is an aggregate: it needs `summarize`", name));
    } else if (!report_recursion(call)) {
      error(code::unknown_function, call.function.span,
            fmt::format("'{}' is not a function that is known here", name), suggest_function(name));
    }
  }
  bind_arguments(call);
  Table missing = unknown_table(span);
  missing.missing = true;
  return missing;
}

Table QueryBinder::bind_materialize(const ast::Call& call, Span span) {
  if (call.arguments.size() != 1 || !call.arguments[0].value) {
    error(code::argument_count, call.function.span,
          fmt::format("'{}' takes one table", call.function.text));
    return unknown_table(span);
  }
  Table table = bind_table(*call.arguments[0].value);
  if (call.function.text != "materialize") return table;
  return share(std::move(table), span);
}

Table QueryBinder::share(Table table, Span span) {
  if (std::holds_alternative<plan::Shared>(table.plan->step)) return table;
  plan::Schema output;
  for (const plan::Column& column : table.columns()) {
    output.push_back(fresh(column.name, column.type));
  }
  table.plan =
      plan::make(plan::Shared{next_shared_++, std::shared_ptr<plan::Node>(std::move(table.plan))},
                 std::move(output), span);
  return table;
}

Table QueryBinder::bind_table_by_name(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  if (!check_argument_count("table", arguments.size(), 1, 2, call.function.span)) {
    return unknown_table(span);
  }
  check_type(arguments[0], Type::String);
  const auto value = constant_value(arguments[0].value);
  if (!value || value->type() != Type::String) {
    cannot_run_yet(span, "the name of a table must be a constant");
    return unknown_table(span);
  }
  return bind_table_name({std::string(value->as_text()), arguments[0].span()});
}

Table QueryBinder::bind_stored_graph(const ast::Call& call, Span span) {
  const std::vector<Bound> arguments = bind_arguments(call);
  if (check_argument_count("graph", arguments.size(), 1, 2, call.function.span)) {
    check_type(arguments[0], Type::String);
    const auto value = constant_value(arguments[0].value);
    const std::string name(value && value->type() == Type::String ? value->as_text() : "");
    error(code::unknown_table, arguments[0].span(),
          fmt::format("there is no stored graph '{}': make one with make-graph", name));
  }
  return unknown_graph(span);
}

Table QueryBinder::bind_path(const ast::Member& member, Span span) {
  if (const Pattern* pattern = called_pattern(*member.object)) {
    std::optional<std::string> path;
    if (const auto* name = std::get_if<ast::NameReference>(&member.member->node)) {
      path = name->name.text;
    } else if (const auto* literal = std::get_if<ast::Literal>(&member.member->node)) {
      path = literal->text;
    }
    return bind_pattern(*pattern, std::get<ast::Call>(member.object->node), path, span);
  }
  if (!is_tabular_path(member)) {
    ast::Expression const* object = member.object.get();
    const Bound bound = bind(*object);
    if (bound.type() != Type::Error) error(code::table_expected, span, "a table is expected here");
    return unknown_table(span);
  }
  const ast::Expression& database = behind_entity(*member.object);
  const ast::Call* root = root_of(database);
  bind_arguments(*root);
  const bool foreign = is_foreign(root->function.text) || names_other_database(database);
  const Temporarily no_rows(rows, std::optional<RowScope>());
  if (const auto* name = std::get_if<ast::NameReference>(&member.member->node)) {
    if (!foreign) {
      const Temporarily no_scope(scope, ScopePtr());
      if (const Scope* function = find_stored_function(name->name.text)) {
        const auto& user = std::get<UserFunction>(function->meaning);
        auto result = call_function(user, nullptr, name->name.text, name->name.span, nullptr);
        if (auto* table = std::get_if<Table>(&result)) return std::move(*table);
      }
    }
    if (std::optional<Table> table =
            foreign ? std::nullopt : stored_table(name->name.text, name->name.span)) {
      return std::move(*table);
    }
    if (!foreign && !fuzzy) {
      error(code::unknown_table, name->name.span,
            fmt::format("'{}' is not a table that is known here", name->name.text),
            suggest_table(name->name.text));
    } else {
      unknown_in_path(database, *root, span);
    }
    return unknown_table(span);
  }
  if (const auto* call = std::get_if<ast::Call>(&member.member->node)) {
    if (call->function.text == "table" && !foreign) return bind_table_by_name(*call, span);
    if (is_service_table(call->function.text) && !foreign) return bind_service_table(*call, span);
    if (const Scope* function = foreign ? nullptr : find_stored_function(call->function.text)) {
      const auto& user = std::get<UserFunction>(function->meaning);
      auto result = call_function(user, call, call->function.text, span, nullptr);
      if (auto* table = std::get_if<Table>(&result)) return std::move(*table);
      return unknown_table(span);
    }
    bind_arguments(*call);
    if (!foreign && !fuzzy) {
      error(code::unknown_function, call->function.span,
            fmt::format("'{}' is not a function that is known here", call->function.text),
            suggest_function(call->function.text));
    } else {
      unknown_in_path(database, *root, span);
    }
    return unknown_table(span);
  }
  if (std::holds_alternative<ast::Wildcard>(member.member->node)) {
    unknown_in_path(database, *root, span);
  }
  return unknown_table(span);
}

void QueryBinder::report_elsewhere(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (name == "external_table") {
    cannot_run_yet(span,
                   "there are no external tables here: use externaldata, or ingest the files");
  } else if (name == "materialized_view") {
    cannot_run_yet(span, "there are no materialized views here: name the table that it is made of");
  } else if (name == "stored_query_result") {
    cannot_run_yet(span, "there are no stored query results here: keep one with `.set T <| query`");
  } else {
    cannot_run_yet(span, fmt::format("'{}' is not supported yet", name));
  }
}

std::vector<std::string> QueryBinder::all_tables() const {
  std::vector<std::string> names;
  for (const plan::SchemaSource* source : environment.schemas) {
    for (std::string& name : source->table_names()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

std::vector<std::string> QueryBinder::views() const {
  std::vector<std::string> names;
  for (const Scope* at = scope.get(); at != nullptr; at = at->outer.get()) {
    const auto* function = std::get_if<UserFunction>(&at->meaning);
    if (function == nullptr || !function->declaration->view || !function->tabular) continue;
    if (function->declaration->parameters.empty()) names.push_back(at->name);
  }
  std::reverse(names.begin(), names.end());
  if (environment.functions == nullptr) return names;
  for (const std::string& name : environment.functions->function_names()) {
    const ast::FunctionDeclaration* function = environment.functions->find_function(name);
    if (function != nullptr && function->view && function->parameters.empty()) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> QueryBinder::tables_like(std::string_view pattern) const {
  std::vector<std::string> names;
  for (const std::string& name : all_tables()) {
    if (matches(pattern, name)) names.push_back(name);
  }
  for (const std::string& name : views()) {
    if (matches(pattern, name)) names.push_back(name);
  }
  return names;
}

bool matches(std::string_view pattern, std::string_view name) {
  // `*` stands for any run of letters; case counts.
  size_t p = 0, n = 0, star = std::string_view::npos, retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p, ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace vedette::binding
