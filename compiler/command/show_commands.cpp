// Commands that look: tables, schemas, functions, databases.
#include <algorithm>

#include "compiler/command/commands.h"
#include "runtime/base/format.h"
#include "runtime/table/extent.h"
#include "runtime/value/render.h"
#include "runtime/value/storage_type.h"

namespace vedette::command {
namespace {

const plan::TableColumns schema_columns = {{"TableName", Type::String},
                                           {"Schema", Type::String},
                                           {"DatabaseName", Type::String},
                                           {"Folder", Type::String},
                                           {"DocString", Type::String}};

ResultTable show_tables(CommandContext& context, const Arguments& arguments) {
  Rows rows({{"TableName", Type::String},
             {"DatabaseName", Type::String},
             {"Folder", Type::String},
             {"DocString", Type::String}});
  const auto snapshot = context.snapshot();
  for (const NameAt& name : arguments.names) existing_table(*snapshot, name);
  for (const Table& table : snapshot->tables()) {
    const bool wanted =
        arguments.names.empty() ||
        std::any_of(arguments.names.begin(), arguments.names.end(),
                    [&](const NameAt& name) { return name.text == table.schema->name; });
    if (!wanted) continue;
    rows.add({text(table.schema->name), text(context.database_name()),
              text(table.schema->property("folder")), text(table.schema->property("docstring"))});
  }
  return std::move(rows).finish();
}

/// The time a table's first or last extent was ingested.
Value ingestion_time(const Table& table, bool last) {
  std::optional<int64_t> found;
  for (const auto& extent : table.extents) {
    const ZoneMap zone = extent->zone(ingestion_time_column);
    if (!zone.bounded) continue;
    const auto ticks = static_cast<int64_t>((last ? zone.max : zone.min) ^ (uint64_t{1} << 63));
    found = !found ? ticks : last ? std::max(*found, ticks) : std::min(*found, ticks);
  }
  return found ? Value::datetime({*found}) : Value::null(Type::Datetime);
}

ResultTable show_details(CommandContext& context, const Arguments& arguments) {
  Rows rows({{"TableName", Type::String},
             {"DatabaseName", Type::String},
             {"Folder", Type::String},
             {"DocString", Type::String},
             {"TotalExtents", Type::Long},
             {"TotalExtentSize", Type::Real},
             {"TotalOriginalSize", Type::Real},
             {"TotalRowCount", Type::Long},
             {"HotExtents", Type::Long},
             {"HotExtentSize", Type::Real},
             {"HotOriginalSize", Type::Real},
             {"HotRowCount", Type::Long},
             {"RetentionPolicy", Type::String},
             {"MinExtentsCreationTime", Type::Datetime},
             {"MaxExtentsCreationTime", Type::Datetime},
             {"TableId", Type::String}});
  const auto snapshot = context.snapshot();
  for (const NameAt& name : arguments.names) existing_table(*snapshot, name);
  for (const Table& table : snapshot->tables()) {
    const bool wanted =
        arguments.names.empty() ||
        std::any_of(arguments.names.begin(), arguments.names.end(),
                    [&](const NameAt& name) { return name.text == table.schema->name; });
    if (!wanted) continue;
    const auto extents = Value::int64(static_cast<int64_t>(table.extents.size()));
    const auto bytes = Value::real(static_cast<double>(table.stored_bytes()));
    const auto count = Value::int64(static_cast<int64_t>(table.rows()));
    const Value unknown = Value::null(Type::Real);  // the size of the text it came from
    rows.add({text(table.schema->name), text(context.database_name()),
              text(table.schema->property("folder")), text(table.schema->property("docstring")),
              extents, bytes, unknown, count, extents, bytes, unknown, count,
              text(table.schema->property("retention")), ingestion_time(table, false),
              ingestion_time(table, true), text(std::to_string(table.id))});
  }
  return std::move(rows).finish();
}

ResultTable show_columns(CommandContext& context, const Arguments& arguments) {
  const auto snapshot = context.snapshot();
  Rows rows({{"AttributeName", Type::String},
             {"AttributeType", Type::String},
             {"ExtentsCount", Type::Long}});
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  for (const ColumnSchema& column : table.schema->columns) {
    rows.add({text(column.name), text(name_of(column.type)),
              Value::int64(static_cast<int64_t>(table.extents.size()))});
  }
  return std::move(rows).finish();
}

ResultTable show_table_schema(CommandContext& context, const Arguments& arguments) {
  const auto snapshot = context.snapshot();
  const TableSchema& schema = *existing_table(*snapshot, arguments.names[0]).schema;
  Rows rows(schema_columns);
  rows.add({text(schema.name), text(schema_json(schema)), text(context.database_name()),
            text(schema.property("folder")), text(schema.property("docstring"))});
  return std::move(rows).finish();
}

ResultTable show_table_cslschema(CommandContext& context, const Arguments& arguments) {
  const auto snapshot = context.snapshot();
  const TableSchema& schema = *existing_table(*snapshot, arguments.names[0]).schema;
  Rows rows(schema_columns);
  rows.add({text(schema.name), text(columns_text(schema)), text(context.database_name()),
            text(schema.property("folder")), text(schema.property("docstring"))});
  return std::move(rows).finish();
}

ResultTable show_schema(CommandContext& context, const Arguments&) {
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

ResultTable show_schema_json(CommandContext& context, const Arguments&) {
  const auto snapshot = context.snapshot();
  const std::string name = context.database_name();
  std::string tables, functions;
  for (const Table& table : snapshot->tables()) {
    tables += fmt::format("{}{}:{}", tables.empty() ? "" : ",", json_string(table.schema->name),
                          schema_json(*table.schema));
  }
  for (const auto& [function_name, function] : *snapshot->functions()) {
    functions += fmt::format(
        R"({}{}:{{"Name":{},"Parameters":{},"Body":{},"Folder":{},"DocString":{}}})",
        functions.empty() ? "" : ",", json_string(function_name), json_string(function_name),
        json_string(function.parameters), json_string(function.body), json_string(function.folder),
        json_string(function.docstring));
  }
  Rows rows({{"DatabaseSchema", Type::String}});
  rows.add({text(
      fmt::format(R"({{"Databases":{{{}:{{"Name":{},"Tables":{{{}}},"Functions":{{{}}}}}}}}})",
                  json_string(name), json_string(name), tables, functions))});
  return std::move(rows).finish();
}

ResultTable show_databases(CommandContext& context, const Arguments&) {
  Database* database = context.host.database();
  const bool writable = database != nullptr && database->mode() != OpenMode::ReadOnly;
  Rows rows({{"DatabaseName", Type::String},
             {"PersistentStorage", Type::String},
             {"Version", Type::String},
             {"IsCurrent", Type::Bool},
             {"DatabaseAccessMode", Type::String},
             {"PrettyName", Type::String}});
  rows.add({text(context.database_name()), text(database == nullptr ? "" : database->directory()),
            text(fmt::format("v{}.0", context.snapshot()->sequence())), Value::boolean(true),
            text(writable ? "ReadWrite" : "ReadOnly"), text("")});
  return std::move(rows).finish();
}

ResultTable show_version(CommandContext& context, const Arguments&) {
  Rows rows({{"BuildVersion", Type::String},
             {"BuildTime", Type::Datetime},
             {"ServiceType", Type::String},
             {"ProductVersion", Type::String}});
  rows.add({text(context.host.version()), Value::null(Type::Datetime), text("Vedette"),
            text(fmt::format("Vedette {}", context.host.version()))});
  return std::move(rows).finish();
}

/// What was asked before is not kept: the columns, without rows.
ResultTable show_queries(CommandContext&, const Arguments&) {
  return Rows({{"ClientActivityId", Type::String},
               {"Text", Type::String},
               {"Database", Type::String},
               {"StartedOn", Type::Datetime},
               {"LastUpdatedOn", Type::Datetime},
               {"Duration", Type::Timespan},
               {"State", Type::String},
               {"RootActivityId", Type::Guid},
               {"User", Type::String},
               {"FailureReason", Type::String},
               {"TotalCpu", Type::Timespan},
               {"CacheStatistics", Type::Dynamic},
               {"Application", Type::String},
               {"MemoryPeak", Type::Long},
               {"ScannedExtentsStatistics", Type::Dynamic},
               {"Principal", Type::String},
               {"ClientRequestProperties", Type::Dynamic},
               {"ResultSetStatistics", Type::Dynamic},
               {"WorkloadGroup", Type::String}})
      .finish();
}

ResultTable show_past_commands(CommandContext&, const Arguments&) {
  return Rows({{"ClientActivityId", Type::String},
               {"CommandType", Type::String},
               {"Text", Type::String},
               {"Database", Type::String},
               {"StartedOn", Type::Datetime},
               {"LastUpdatedOn", Type::Datetime},
               {"Duration", Type::Timespan},
               {"State", Type::String},
               {"RootActivityId", Type::Guid},
               {"User", Type::String},
               {"FailureReason", Type::String},
               {"Application", Type::String},
               {"Principal", Type::String},
               {"TotalCpu", Type::Timespan},
               {"ResourcesUtilization", Type::Dynamic},
               {"WorkloadGroup", Type::String}})
      .finish();
}

ResultTable show_failures(CommandContext&, const Arguments&) {
  return Rows({{"OperationId", Type::Guid},
               {"Database", Type::String},
               {"Table", Type::String},
               {"FailedOn", Type::Datetime},
               {"IngestionSourcePath", Type::String},
               {"Details", Type::String},
               {"FailureKind", Type::String},
               {"RootActivityId", Type::Guid},
               {"OperationKind", Type::String},
               {"OriginatesFromUpdatePolicy", Type::Bool},
               {"ErrorCode", Type::String},
               {"Principal", Type::String},
               {"ShouldRetry", Type::Bool},
               {"User", Type::String},
               {"IngestionProperties", Type::String}})
      .finish();
}

}  // namespace

std::string columns_text(const TableSchema& schema) {
  std::string text;
  for (const ColumnSchema& column : schema.columns) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", column.name, name_of(column.type));
  }
  return text;
}

std::string schema_json(const TableSchema& schema) {
  std::string columns;
  for (const ColumnSchema& column : schema.columns) {
    columns +=
        fmt::format(R"({}{{"Name":{},"Type":"{}","CslType":"{}"}})", columns.empty() ? "" : ",",
                    json_string(column.name), storage_type_of(column.type), name_of(column.type));
  }
  return fmt::format(R"({{"Name":{},"OrderedColumns":[{}]}})", json_string(schema.name), columns);
}

ResultTable described_table(CommandContext& context, const std::string& name) {
  Arguments arguments;
  arguments.names.push_back({name, {}});
  return show_table_schema(context, arguments);
}

std::vector<Command> show_commands() {
  return {
      {".show tables", "The tables of the database.", show_tables},
      {".show tables details", "The tables with their sizes and times.", show_details},
      {".show tables NAMES", "Some of the tables.", show_tables},
      {".show table NAME details", "A table with its size and times.", show_details},
      {".show tables NAMES details", "Some tables with their sizes and times.", show_details},
      {".show table NAME", "The columns of a table.", show_columns},
      {".show table NAME schema as json", "The schema of a table as JSON.", show_table_schema},
      {".show table NAME cslschema", "The schema of a table as `.create table` takes it.",
       show_table_cslschema},
      {".show table NAME schema as csl", "The schema of a table as `.create table` takes it.",
       show_table_cslschema},
      {".show schema", "All tables and columns.", show_schema},
      {".show database schema", "All tables and columns.", show_schema},
      {".show database NAME schema", "All tables and columns.", show_schema},
      {".show schema as json", "All tables, columns and functions as JSON.", show_schema_json},
      {".show database schema as json", "All tables, columns and functions as JSON.",
       show_schema_json},
      {".show database NAME schema as json", "All tables, columns and functions as JSON.",
       show_schema_json},
      {".show databases", "The database.", show_databases},
      {".show database", "The database.", show_databases},
      {".show version", "The version of Vedette.", show_version},
      {".show ingestion failures", "Nothing: refused lines are reported when they are read.",
       show_failures},
      {".show queries", "Nothing: queries are not recorded.", show_queries},
      {".show running queries", "Nothing: queries are not recorded.", show_queries},
      {".show commands", "Nothing: commands are not recorded.", show_past_commands},
  };
}

}  // namespace vedette::command
