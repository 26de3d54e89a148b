// `vedette functions import`: parser files and KQL files become stored functions.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "compiler/session/stored_functions.h"
#include "compiler/syntax/parse.h"
#include "rules/load/files.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"

namespace vedette::shell {
namespace {

namespace fs = std::filesystem;

QueryError wrong_file(const std::string& path, std::string_view what) {
  return QueryError(ErrorKind::Runtime, "CLI0011", fmt::format("{}: {}", path, what));
}

std::string text_of(const YAML::Node& file, const char* name) {
  const YAML::Node node = file[name];
  return node && node.IsScalar() ? node.as<std::string>() : std::string();
}

/// A default as KQL: texts are quoted unless the file did.
std::string default_text(const std::string& type, std::string value) {
  if (type != "string") return value;
  if (value.size() >= 2 && (value[0] == '\'' || value[0] == '"') && value.back() == value[0]) {
    return value;
  }
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '\'';
}

std::string parameters_of(const YAML::Node& list) {
  std::string text;
  for (const YAML::Node& parameter : list) {
    const std::string type = text_of(parameter, "Type");
    if (!text.empty()) text += ", ";
    if (type == "table") {  // the name has the columns, too: `T:(*)`
      text += text_of(parameter, "Name");
      continue;
    }
    text += fmt::format("{}:{}", text_of(parameter, "Name"),
                        type.starts_with("table:") ? type.substr(6) : type);
    if (const YAML::Node value = parameter["Default"]; value && value.IsScalar()) {
      text += '=' + default_text(type, value.as<std::string>());
    }
  }
  return '(' + text + ')';
}

/// The functions of a parser file: under its name and under the one that the service uses.
std::vector<StoredFunction> read_yaml(const std::string& path) {
  YAML::Node file;
  try {
    file = YAML::Load(read_text(path));
  } catch (const YAML::Exception& problem) {
    throw wrong_file(path, problem.what());
  }
  std::vector<StoredFunction> functions;
  for (const std::string kind : {"Parser", "Function"}) {
    const std::string query = text_of(file, (kind + "Query").c_str());
    if (query.empty()) continue;
    StoredFunction function;
    function.name = text_of(file, (kind + "Name").c_str());
    function.parameters = parameters_of(file[kind + "Params"]);
    function.body = "{\n" + query + "\n}";
    function.folder = "Parsers";
    function.docstring = text_of(file, "Description");
    if (!function.name.empty()) functions.push_back(function);
    function.name = text_of(file, ("EquivalentBuiltIn" + kind).c_str());
    if (!function.name.empty()) functions.push_back(function);
  }
  if (functions.empty())
    throw wrong_file(path, "it names no ParserName or FunctionName with a query");
  return functions;
}

std::vector<std::string> files_of(const std::string& path) {
  if (!fs::is_directory(path)) return {path};
  return rules::files_below(path, [](const std::string& name) {
    return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".kql");
  });
}

std::vector<StoredFunction> read_file(const std::string& path) {
  if (!path.ends_with(".kql")) return read_yaml(path);
  StoredFunction function;
  function.name = fs::path(path).stem();
  function.parameters = "()";
  function.body = "{\n" + read_text(path) + "\n}";
  return {function};
}

/// What is wrong with the text of a function; empty when nothing is.
std::string syntax_problem(const StoredFunction& function) {
  Diagnostics diagnostics;
  const std::string text = session::declaration_text(function);
  const ast::Query query = parse(text, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::Error) return diagnostic.message;
  }
  return session::declaration_in(query) == nullptr ? "this is not one function" : "";
}

/// What is wrong with a function among the tables and functions of the database.
std::string binding_problem(Workspace& workspace, const StoredFunction& function) {
  const QueryResult result = workspace.session().check(
      session::declaration_text(function) + ";\nprint 1", workspace.options());
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity == Severity::Error) return diagnostic.message;
  }
  return {};
}

}  // namespace

ExitCode run_functions_import(const FunctionsImportArguments& arguments) {
  std::vector<StoredFunction> functions;
  size_t refused = 0;
  for (const std::string& path : arguments.paths) {
    for (const std::string& file : files_of(path)) {
      try {
        for (StoredFunction& function : read_file(file)) {
          const std::string problem = syntax_problem(function);
          if (!problem.empty()) throw wrong_file(file, problem);
          functions.push_back(std::move(function));
        }
      } catch (const QueryError& error) {
        if (!fs::is_directory(path)) throw;
        fmt::print(stderr, "left out: {}\n", error.message);
        ++refused;
      }
    }
  }
  {
    const auto database = Database::open(arguments.workspace.database, OpenMode::Create);
    database->change_functions(functions);
  }
  Workspace workspace(arguments.workspace);
  size_t unbound = 0;
  for (const StoredFunction& function : functions) {
    const std::string problem = binding_problem(workspace, function);
    if (problem.empty()) continue;
    ++unbound;
    fmt::print(stderr, "{} does not bind here: {}\n", function.name, problem);
  }
  print_text(fmt::format("{} functions stored, {} of them bind here, {} files left out\n",
                         functions.size(), functions.size() - unbound, refused));
  return refused == 0 ? ExitCode::Done : ExitCode::DataTrouble;
}

}  // namespace vedette::shell
