// Paths to tables: cluster('').database('d').T, workspace('w').T. One database is open; others are
// named and not reached.
#include <algorithm>
#include <cctype>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// Is this what the machine itself is called: '', 'local', 'http://localhost:8080'?
bool is_this_machine(std::string_view cluster) {
  std::string name;
  for (const char c : cluster) {
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (const size_t scheme = name.find("://"); scheme != std::string::npos) {
    name.erase(0, scheme + 3);
  }
  name.resize(std::min(name.find_first_of(":/"), name.size()));
  return name.empty() || name == "local" || name == "localhost" || name == "127.0.0.1" ||
         name == "(local)" || name == ".";
}

/// The call a part of a path is; nullptr for something else.
const ast::Call* call_of(const ast::Expression& expression) {
  return std::get_if<ast::Call>(&expression.node);
}

}  // namespace

std::optional<std::string> QueryBinder::known_text(const ast::Call& call) {
  if (call.arguments.empty() || !call.arguments[0].value) return std::string();
  const auto value = constant_value(bind(*call.arguments[0].value).value);
  if (!value || value->type() != Type::String || value->is_null()) return std::nullopt;
  return std::string(value->as_text());
}

bool QueryBinder::names_other_database(const ast::Expression& object) {
  if (const auto* member = std::get_if<ast::Member>(&object.node)) {
    // cluster('c').database('d')
    const ast::Call* cluster = call_of(*member->object);
    const ast::Call* database = call_of(*member->member);
    if (cluster == nullptr || database == nullptr || cluster->function.text != "cluster" ||
        database->function.text != "database") {
      return true;
    }
    const auto name = known_text(*cluster);
    if (!name || !is_this_machine(*name)) return true;
    return names_other_database(*member->member);
  }
  const ast::Call* call = call_of(object);
  if (call == nullptr || call->function.text == "workspace" || call->function.text == "app" ||
      call->function.text == "resource") {
    return false;
  }
  if (call->function.text == "cluster") return true;
  const auto name = known_text(*call);
  if (!name) return true;
  if (const auto alias = database_aliases_.find(*name); alias != database_aliases_.end()) {
    // An alias stands for a path, which may not name aliases again.
    const ast::Expression& path = *alias->second;
    const Temporarily no_aliases(database_aliases_, decltype(database_aliases_)());
    return names_other_database(path);
  }
  if (name->empty() || *name == environment.database_name) return false;
  error(code::unknown_name, call->arguments[0].value->span,
        fmt::format("there is no database '{}'", *name));
  return true;
}

void QueryBinder::unknown_in_path(const ast::Expression& database, const ast::Call& root,
                                  Span span) {
  const std::string& name = root.function.text;
  if (name == "arg" || name == "adx") {
    cannot_run_yet(span, fmt::format("'{}()' reads another service, which is not reached from "
                                     "here: ingest its data into a table and name that",
                                     name));
    return;
  }
  const bool path_ends_early = name == "cluster" && call_of(database) != nullptr;
  cannot_run_yet(
      span, path_ends_early
                ? std::string("'cluster()' is followed by database(), and that by a table")
                : fmt::format("'{}()' names another database; only '{}', which is open, is reached "
                              "from here, as database('{}') or cluster('').database('{}')",
                              name, environment.database_name, environment.database_name,
                              environment.database_name));
}

bool QueryBinder::report_recursion(const ast::Call& call) {
  const std::string& name = call.function.text;
  if (std::find(declared_names_.begin(), declared_names_.end(), name) == declared_names_.end()) {
    return false;
  }
  error(code::recursion, call.function.span,
        fmt::format("the function '{}' calls itself; functions are not recursive", name));
  return true;
}

}  // namespace vedette::binding
