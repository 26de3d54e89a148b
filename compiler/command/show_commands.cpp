// Commands that look at tables: names, sizes, columns, extents.
#include <algorithm>
#include <cctype>

#include "compiler/command/commands.h"
#include "runtime/base/format.h"
#include "runtime/table/extent.h"
#include "runtime/table/retention.h"
#include "runtime/value/render.h"
#include "runtime/value/storage_type.h"

namespace vedette::command {
namespace {

const plan::TableColumns schema_columns = {{"TableName", Type::String},
                                           {"Schema", Type::String},
                                           {"DatabaseName", Type::String},
                                           {"Folder", Type::String},
                                           {"DocString", Type::String}};

/// Did the command name this table, or none and so all of them?
bool is_asked_for(const Arguments& arguments, const Table& table) {
  return arguments.names.empty() || std::ranges::any_of(arguments.names, [&](const NameAt& name) {
           return name.text == table.schema->name;
         });
}

ResultTable show_tables(CommandContext& context, const Arguments& arguments) {
  Rows rows({{"TableName", Type::String},
             {"DatabaseName", Type::String},
             {"Folder", Type::String},
             {"DocString", Type::String}});
  const auto snapshot = context.snapshot();
  for (const NameAt& name : arguments.names) existing_table(*snapshot, name);
  for (const Table& table : snapshot->tables()) {
    if (!is_asked_for(arguments, table)) continue;
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

/// The policy that counts: the table's, or that of the database.
std::string retention_of(const Snapshot& snapshot, const TableSchema& schema) {
  const std::string own = schema.property(retention_property);
  return own.empty() ? snapshot.property(retention_property) : own;
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
    if (!is_asked_for(arguments, table)) continue;
    const auto extents = Value::int64(static_cast<int64_t>(table.extents.size()));
    const auto bytes = Value::real(static_cast<double>(table.stored_bytes()));
    const auto count = Value::int64(static_cast<int64_t>(table.rows()));
    const Value unknown = Value::null(Type::Real);  // the size of the text it came from
    rows.add({text(table.schema->name), text(context.database_name()),
              text(table.schema->property("folder")), text(table.schema->property("docstring")),
              extents, bytes, unknown, count, extents, bytes, unknown, count,
              text(retention_of(*snapshot, *table.schema)), ingestion_time(table, false),
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

ResultTable extents_of(CommandContext& context, std::span<const NameAt> names, bool all) {
  Rows rows({{"ExtentId", Type::Guid},
             {"DatabaseName", Type::String},
             {"TableName", Type::String},
             {"MaxCreatedOn", Type::Datetime},
             {"OriginalSize", Type::Real},
             {"ExtentSize", Type::Real},
             {"CompressedSize", Type::Real},
             {"IndexSize", Type::Real},
             {"Blocks", Type::Long},
             {"RowCount", Type::Long},
             {"MinCreatedOn", Type::Datetime}});
  const auto snapshot = context.snapshot();
  for (const NameAt& name : names) existing_table(*snapshot, name);
  for (const Table& table : snapshot->tables()) {
    const auto named = std::ranges::find(names, table.schema->name, &NameAt::text);
    if (!all && named == names.end()) continue;
    for (const auto& extent : table.extents) {
      const Table one{.id = 0, .schema = table.schema, .extents = {extent}};
      const auto bytes = Value::real(static_cast<double>(extent->stored_bytes()));
      rows.add({extent_guid(extent->id()), text(context.database_name()), text(table.schema->name),
                ingestion_time(one, true), Value::null(Type::Real), bytes, bytes, Value::real(0),
                Value::int64(extent->blocks()), Value::int64(extent->rows()),
                ingestion_time(one, false)});
    }
  }
  return std::move(rows).finish();
}

ResultTable show_extents(CommandContext& context, const Arguments& arguments) {
  return extents_of(context, arguments.names, false);
}

ResultTable show_all_extents(CommandContext& context, const Arguments& arguments) {
  for (const NameAt& name : arguments.names) check_database(context, name);
  return extents_of(context, {}, true);
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

}  // namespace

std::string columns_text(const TableSchema& schema) {
  std::string text;
  for (const ColumnSchema& column : schema.columns) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", name_text(column.name),
                        name_of(column.type));
  }
  return text;
}

std::string name_text(std::string_view name) {
  const bool plain =
      !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
      });
  if (plain) return std::string(name);
  std::string quoted = "['";
  for (const char c : name)
    quoted += c == '\'' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
  return quoted + "']";
}

std::string columns_json(const TableSchema& schema) {
  std::string columns;
  for (const ColumnSchema& column : schema.columns) {
    columns +=
        fmt::format(R"({}{{"Name":{},"Type":"{}","CslType":"{}"}})", columns.empty() ? "" : ",",
                    json_string(column.name), storage_type_of(column.type), name_of(column.type));
  }
  return columns;
}

std::string schema_json(const TableSchema& schema) {
  return fmt::format(R"({{"Name":{},"OrderedColumns":[{}]}})", json_string(schema.name),
                     columns_json(schema));
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
      {".show table NAME extents", "The extents of a table.", show_extents},
      {".show tables NAMES extents", "The extents of tables.", show_extents},
      {".show database|cluster extents", "All extents.", show_all_extents},
      {".show database NAME extents", "All extents.", show_all_extents},
      {".show table NAME schema as json", "The schema of a table as JSON.", show_table_schema},
      {".show table NAME cslschema", "The schema of a table as `.create table` takes it.",
       show_table_cslschema},
      {".show table NAME schema as csl", "The schema of a table as `.create table` takes it.",
       show_table_cslschema},
  };
}

}  // namespace vedette::command
