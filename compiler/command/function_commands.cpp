// Commands about stored functions.
#include <algorithm>

#include "compiler/command/commands.h"
#include "compiler/session/stored_functions.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::command {
namespace {

Rows function_rows() {
  return Rows({{"Name", Type::String},
               {"Parameters", Type::String},
               {"Body", Type::String},
               {"Folder", Type::String},
               {"DocString", Type::String}});
}

void add_row(Rows& rows, const StoredFunction& function) {
  rows.add({text(function.name), text(function.parameters), text(function.body),
            text(function.folder), text(function.docstring)});
}

const StoredFunction& existing_function(const Snapshot& snapshot, const NameAt& name) {
  const auto found = snapshot.functions()->find(name.text);
  if (found != snapshot.functions()->end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [other, function] : *snapshot.functions()) names.push_back(other);
  const std::string hint = did_you_mean(most_similar(name.text, names));
  throw QueryError(
      ErrorKind::Semantic, "KQL0609",
      fmt::format("there is no function '{}'{}{}", name.text, hint.empty() ? "" : "; ", hint),
      name.span);
}

ResultTable show_functions(CommandContext& context, const Arguments&) {
  Rows rows = function_rows();
  for (const auto& [name, function] : *context.snapshot()->functions()) add_row(rows, function);
  return std::move(rows).finish();
}

ResultTable show_function(CommandContext& context, const Arguments& arguments) {
  Rows rows = function_rows();
  const auto snapshot = context.snapshot();
  add_row(rows, existing_function(*snapshot, arguments.names[0]));
  return std::move(rows).finish();
}

/// Throws what is wrong with a function, at its place in the command.
void check_function(CommandContext& context, const Arguments& arguments,
                    const StoredFunction& function) {
  const Span name = arguments.names[0].span;
  if (context.library.find_function(function.name) != nullptr) {
    throw QueryError(ErrorKind::Semantic, "KQL0105",
                     fmt::format("'{}' is a function of the language", function.name), name);
  }
  const std::string declaration = session::declaration_text(function);
  const size_t body = declaration.size() - function.body.size();
  const auto complain = [&](const Diagnostic& problem) {
    Span span = name;
    if (problem.span.start >= body && problem.span.end() <= declaration.size()) {
      span = {static_cast<uint32_t>(problem.span.start - body + arguments.body_start),
              problem.span.length};
    }
    throw QueryError(problem.kind, problem.code, problem.message, span);
  };
  Diagnostics diagnostics;
  const ast::Query query = parse(declaration, diagnostics);
  for (const Diagnostic& problem : diagnostics.all()) {
    if (problem.severity == Severity::Error) complain(problem);
  }
  if (session::declaration_in(query) == nullptr) {
    throw QueryError(ErrorKind::Syntax, "KQL0051", "this is not the body of a function", name);
  }
  if (arguments.property("skipvalidation") == "true") return;
  const QueryResult checked =
      context.host.session().check(declaration + ";\nprint 1", context.options);
  for (const Diagnostic& problem : checked.diagnostics) {
    if (problem.severity == Severity::Error) complain(problem);
  }
}

ResultTable store(CommandContext& context, const Arguments& arguments, bool must_exist,
                  bool may_exist) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const std::string& name = arguments.function.name;
  const auto old = snapshot->functions()->find(name);
  const bool exists = old != snapshot->functions()->end();
  if (must_exist) existing_function(*snapshot, arguments.names[0]);
  StoredFunction function = arguments.function;
  if (exists && !may_exist) {
    if (!arguments.has("ifnotexists")) {
      throw QueryError(ErrorKind::Semantic, "KQL0609",
                       fmt::format("the function '{}' exists already; .create-or-alter function "
                                   "replaces it",
                                   name),
                       arguments.names[0].span);
    }
    Rows rows = function_rows();
    add_row(rows, old->second);
    return std::move(rows).finish();
  }
  if (exists) {
    function.folder = old->second.folder;
    function.docstring = old->second.docstring;
    function.view = old->second.view;
  }
  if (arguments.properties.contains("folder")) function.folder = arguments.property("folder");
  if (arguments.properties.contains("docstring")) {
    function.docstring = arguments.property("docstring");
  }
  if (arguments.properties.contains("view")) function.view = arguments.property("view") == "true";
  check_function(context, arguments, function);
  database.change_functions({&function, 1});
  Rows rows = function_rows();
  add_row(rows, function);
  return std::move(rows).finish();
}

ResultTable create(CommandContext& context, const Arguments& arguments) {
  return store(context, arguments, false, false);
}

ResultTable create_or_alter(CommandContext& context, const Arguments& arguments) {
  return store(context, arguments, false, true);
}

ResultTable alter(CommandContext& context, const Arguments& arguments) {
  return store(context, arguments, true, true);
}

ResultTable describe(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  StoredFunction function = existing_function(*snapshot, arguments.names[0]);
  (arguments.has("folder") ? function.folder : function.docstring) = arguments.texts[0];
  database.change_functions({&function, 1});
  Rows rows = function_rows();
  add_row(rows, function);
  return std::move(rows).finish();
}

ResultTable drop(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  std::vector<std::string> names;
  for (const NameAt& name : arguments.names) {
    if (!arguments.has("ifexists")) existing_function(*snapshot, name);
    names.push_back(name.text);
  }
  database.change_functions({}, names);
  if (names.size() > 1) return show_functions(context, {});
  Rows rows({{"Name", Type::String}});
  rows.add({text(names[0])});
  return std::move(rows).finish();
}

}  // namespace

std::vector<Command> function_commands() {
  return {
      {".show functions", "The stored functions.", show_functions},
      {".show function NAME", "A stored function.", show_function},
      {".create function [ifnotexists] [WITH] FUNCTION", "Stores a function.", create},
      {".create-or-alter function [WITH] FUNCTION",
       "Stores a function, or another one under its "
       "name.",
       create_or_alter},
      {".alter function [WITH] FUNCTION", "Replaces a stored function.", alter},
      {".alter function NAME docstring|folder TEXT", "Says what a function is for.", describe},
      {".drop function NAME [ifexists]", "Removes a stored function.", drop},
      {".drop functions NAMES [ifexists]", "Removes stored functions.", drop},
  };
}

}  // namespace vedette::command
