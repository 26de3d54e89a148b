// Commands that show the database as a whole: what clients ask first.
#include <algorithm>

#include "compiler/command/commands.h"
#include "compiler/session/stored_functions.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"
#include "runtime/value/storage_type.h"

namespace vedette::command {
namespace {

void check_names(CommandContext& context, const Arguments& arguments) {
  for (const NameAt& name : arguments.names) check_database(context, name);
}

ResultTable show_schema(CommandContext& context, const Arguments& arguments) {
  check_names(context, arguments);
  const auto snapshot = context.snapshot();
  const std::string database = context.database_name();
  const Value yes = Value::boolean(true), no = Value::boolean(false);
  Rows rows({{"DatabaseName", Type::String},
             {"TableName", Type::String},
             {"ColumnName", Type::String},
             {"ColumnType", Type::String},
             {"IsDefaultTable", Type::Bool},
             {"IsDefaultColumn", Type::Bool},
             {"PrettyName", Type::String},
             {"Version", Type::String}});
  rows.add({text(database), text(""), text(""), text(""), no, no, text(""),
            text(fmt::format("v{}.0", snapshot->sequence()))});
  for (const Table& table : snapshot->tables()) {
    rows.add(
        {text(database), text(table.schema->name), text(""), text(""), no, no, text(""), text("")});
    for (const ColumnSchema& column : table.schema->columns) {
      rows.add({text(database), text(table.schema->name), text(column.name),
                text(storage_type_of(column.type)), no, no, text(""), text("")});
    }
  }
  return std::move(rows).finish();
}

/// One parameter of a function, for editors.
std::string parameter_json(const ast::FunctionParameter& parameter, std::string_view source) {
  std::string json = fmt::format(R"({{"Name":{})", json_string(parameter.name.text));
  if (parameter.schema) {
    std::string columns;
    for (const ast::ColumnDeclaration& column : parameter.schema->columns) {
      const auto type = type_of_name(column.type.text).value_or(Type::Dynamic);
      columns +=
          fmt::format(R"({}{{"Name":{},"Type":"{}","CslType":"{}"}})", columns.empty() ? "" : ",",
                      json_string(column.name.text), storage_type_of(type), name_of(type));
    }
    return json + fmt::format(R"(,"Columns":[{}]}})", columns);
  }
  const auto type = type_of_name(parameter.type.text).value_or(Type::Dynamic);
  json += fmt::format(R"(,"Type":"{}","CslType":"{}")", storage_type_of(type), name_of(type));
  if (parameter.default_value) {
    const Span span = parameter.default_value->span;
    json += fmt::format(R"(,"CslDefaultValue":{})",
                        json_string(source.substr(span.start, span.length)));
  }
  return json + '}';
}

std::string function_json(const StoredFunction& function) {
  const std::string source = session::declaration_text(function);
  Diagnostics problems;
  const ast::Query query = parse(source, problems);
  std::string parameters;
  if (const ast::FunctionDeclaration* declaration = session::declaration_in(query)) {
    for (const ast::FunctionParameter& parameter : declaration->parameters) {
      parameters += (parameters.empty() ? "" : ",") + parameter_json(parameter, source);
    }
  }
  return fmt::format(
      R"({{"Name":{},"Parameters":{},"InputParameters":[{}],"Body":{},"Folder":{},"DocString":{},)"
      R"("FunctionKind":"{}","OutputColumns":[]}})",
      json_string(function.name), json_string(function.parameters), parameters,
      json_string(function.body), json_string(function.folder), json_string(function.docstring),
      function.view ? "ViewFunction" : "Unknown");
}

std::string table_json(const TableSchema& schema) {
  return fmt::format(
      R"({{"Name":{},"EntityType":"Table","Folder":{},"DocString":{},"OrderedColumns":[{}]}})",
      json_string(schema.name), json_string(schema.property("folder")),
      json_string(schema.property("docstring")), columns_json(schema));
}

std::string database_json(CommandContext& context) {
  const auto snapshot = context.snapshot();
  std::string tables, functions, groups;
  for (const Table& table : snapshot->tables()) {
    tables += fmt::format("{}{}:{}", tables.empty() ? "" : ",", json_string(table.schema->name),
                          table_json(*table.schema));
  }
  for (const auto& [name, function] : *snapshot->functions()) {
    functions += fmt::format("{}{}:{}", functions.empty() ? "" : ",", json_string(name),
                             function_json(function));
  }
  for (const auto& [name, entities] : entity_groups(*snapshot)) {
    groups += fmt::format("{}{}:{}", groups.empty() ? "" : ",", json_string(name), entities);
  }
  const Database* database = context.host.database();
  const bool writable = database == nullptr || database->mode() != OpenMode::ReadOnly;
  return fmt::format(
      R"({{"Name":{},"Tables":{{{}}},"ExternalTables":{{}},"MaterializedViews":{{}},)"
      R"("EntityGroups":{{{}}},"Graphs":{{}},"MajorVersion":{},"MinorVersion":0,)"
      R"("Functions":{{{}}},"DatabaseAccessMode":"{}"}})",
      json_string(context.database_name()), tables, groups, snapshot->sequence(), functions,
      writable ? "ReadWrite" : "ReadOnly");
}

ResultTable schema_as_json(CommandContext& context, const Arguments& arguments,
                           const std::string& column) {
  check_names(context, arguments);
  Rows rows({{column, Type::String}});
  rows.add({text(fmt::format(R"({{"Plugins":[],"Databases":{{{}:{}}}}})",
                             json_string(context.database_name()), database_json(context)))});
  return std::move(rows).finish();
}

ResultTable show_cluster_json(CommandContext& context, const Arguments& arguments) {
  return schema_as_json(context, arguments, "ClusterSchema");
}

ResultTable show_database_json(CommandContext& context, const Arguments& arguments) {
  return schema_as_json(context, arguments, "DatabaseSchema");
}

std::string properties_text(const std::string& folder, const std::string& docstring, bool view) {
  std::string list;
  const auto add = [&](std::string_view name, const std::string& value) {
    list += fmt::format("{}{}={}", list.empty() ? "" : ", ", name, value);
  };
  if (!folder.empty()) add("folder", json_string(folder));
  if (!docstring.empty()) add("docstring", json_string(docstring));
  if (view) add("view", "true");
  return list.empty() ? list : fmt::format("with ({}) ", list);
}

/// A script that makes the database anew, without its rows.
ResultTable show_script(CommandContext& context, const Arguments& arguments) {
  check_names(context, arguments);
  const auto snapshot = context.snapshot();
  Rows rows({{"DatabaseSchemaScript", Type::String}});
  for (const Table& table : snapshot->tables()) {
    const TableSchema& schema = *table.schema;
    rows.add({text(fmt::format(
        ".create-merge table {} ({}) {}", name_text(schema.name), columns_text(schema),
        properties_text(schema.property("folder"), schema.property("docstring"), false)))});
    const std::string retention = schema.property("retention");
    if (retention.empty()) continue;
    rows.add({text(fmt::format(".alter table {} policy retention {}", name_text(schema.name),
                               json_string(retention)))});
  }
  for (const auto& [name, function] : *snapshot->functions()) {
    rows.add({text(fmt::format(".create-or-alter function {}{}{} {}",
                               properties_text(function.folder, function.docstring, function.view),
                               name_text(name), function.parameters, function.body))});
  }
  return std::move(rows).finish();
}

Rows database_rows(bool details) {
  plan::TableColumns columns = {{"DatabaseName", Type::String},
                                {"PersistentStorage", Type::String},
                                {"Version", Type::String},
                                {"IsCurrent", Type::Bool},
                                {"DatabaseAccessMode", Type::String},
                                {"PrettyName", Type::String},
                                {"DatabaseId", Type::Guid}};
  if (details) {
    columns.insert(columns.end(), {{"TotalSize", Type::Real},
                                   {"TotalExtents", Type::Long},
                                   {"TotalRowCount", Type::Long},
                                   {"RetentionPolicy", Type::String}});
  } else {
    columns.insert(columns.end(),
                   {{"InTransitionTo", Type::String}, {"SuspensionState", Type::String}});
  }
  return Rows(std::move(columns));
}

ResultTable show_databases(CommandContext& context, const Arguments& arguments) {
  Database* database = context.host.database();
  const bool writable = database != nullptr && database->mode() != OpenMode::ReadOnly;
  const std::string name = context.database_name();
  const bool details = arguments.has("details");
  Rows rows = database_rows(details);
  const auto named = std::ranges::find(arguments.names, name, &NameAt::text);
  if (!arguments.names.empty() && named == arguments.names.end()) return std::move(rows).finish();
  const auto snapshot = context.snapshot();
  const Value version = text(fmt::format("v{}.0", snapshot->sequence()));
  const Value storage = text(database == nullptr ? "" : database->directory());
  const Value mode = text(writable ? "ReadWrite" : "ReadOnly");
  if (!details) {
    rows.add({text(name), storage, version, Value::boolean(true), mode, text(""), extent_guid(0),
              text(""), text("")});
    return std::move(rows).finish();
  }
  double bytes = 0;
  uint64_t extents = 0, count = 0;
  for (const Table& table : snapshot->tables()) {
    bytes += static_cast<double>(table.stored_bytes());
    extents += table.extents.size();
    count += table.rows();
  }
  rows.add({text(name), storage, version, Value::boolean(true), mode, text(""), extent_guid(0),
            Value::real(bytes), Value::int64(static_cast<int64_t>(extents)),
            Value::int64(static_cast<int64_t>(count)), text(snapshot->property("retention"))});
  return std::move(rows).finish();
}

ResultTable show_entities(CommandContext& context, const Arguments&) {
  Rows rows({{"DatabaseName", Type::String},
             {"EntityType", Type::String},
             {"EntityName", Type::String},
             {"DocString", Type::String},
             {"Folder", Type::String},
             {"CslInputSchema", Type::String},
             {"Content", Type::String},
             {"CslOutputSchema", Type::String},
             {"Properties", Type::Dynamic}});
  const auto snapshot = context.snapshot();
  const Value database = text(context.database_name());
  const Value nothing = Value::null(Type::Dynamic);
  for (const Table& table : snapshot->tables()) {
    rows.add({database, text("Table"), text(table.schema->name),
              text(table.schema->property("docstring")), text(table.schema->property("folder")),
              text(""), text(""), text(columns_text(*table.schema)), nothing});
  }
  for (const auto& [name, function] : *snapshot->functions()) {
    rows.add({database, text("Function"), text(name), text(function.docstring),
              text(function.folder), text(function.parameters), text(function.body), text(""),
              nothing});
  }
  for (const auto& [name, entities] : entity_groups(*snapshot)) {
    rows.add({database, text("EntityGroup"), text(name), text(""), text(""), text(""),
              text(entities), text(""), nothing});
  }
  return std::move(rows).finish();
}

}  // namespace

std::vector<Command> schema_commands() {
  constexpr std::string_view all = "All tables and columns.";
  constexpr std::string_view json = "All tables, columns and functions as JSON, for editors.";
  return {
      {".show schema", all, show_schema},
      {".show database schema", all, show_schema},
      {".show database NAME schema [details]", all, show_schema},
      {".show databases schema", all, show_schema},
      {".show databases NAMES schema", all, show_schema},
      {".show schema as json", json, show_cluster_json},
      {".show cluster schema as json", json, show_cluster_json},
      {".show databases schema as json", json, show_cluster_json},
      {".show databases NAMES schema as json", json, show_cluster_json},
      {".show database schema as json", json, show_database_json},
      {".show database NAME schema as json", json, show_database_json},
      {".show database schema as csl script", "Commands that make the database anew.", show_script},
      {".show database NAME schema as csl script", "Commands that make the database anew.",
       show_script},
      {".show databases [details]", "The database.", show_databases},
      {".show cluster databases [details]", "The database.", show_databases},
      {".show databases entities [WITH]", "Tables, functions and entity groups.", show_entities},
      {".show databases NAMES", "The database, if it is among these.", show_databases},
      {".show database [details]", "The database.", show_databases},
  };
}

}  // namespace vedette::command
