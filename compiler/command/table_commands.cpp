// Commands that make, change and remove tables and columns.
#include <algorithm>
#include <map>

#include "compiler/command/commands.h"
#include "runtime/base/format.h"
#include "runtime/table/rewrite.h"

namespace vedette::command {
namespace {

void set_properties(Database& database, const std::string& table, const Arguments& arguments) {
  for (const char* name : {"folder", "docstring"}) {
    if (arguments.properties.contains(name)) {
      database.set_property(table, name, arguments.property(name));
    }
  }
}

Rows remaining_tables(CommandContext& context) {
  Rows rows({{"TableName", Type::String}, {"DatabaseName", Type::String}});
  for (const Table& table : context.snapshot()->tables()) {
    rows.add({text(table.schema->name), text(context.database_name())});
  }
  return rows;
}

/// Makes the tables that are not there and adds columns that others miss.
void create_or_extend(Database& database, std::span<const TableSchema> tables, bool extend,
                      const Arguments& arguments) {
  const auto snapshot = database.snapshot();
  for (const TableSchema& schema : tables) {
    if (snapshot->find(schema.name) == nullptr) {
      TableSchema made = schema;
      for (const char* name : {"folder", "docstring"}) {
        if (const std::string value = arguments.property(name); !value.empty()) {
          made.properties[name] = value;
        }
      }
      database.create_table(std::move(made));
    } else if (extend) {
      database.add_columns(schema.name, schema.columns);
    }
  }
  database.commit();
  for (const TableSchema& schema : tables) {
    if (snapshot->find(schema.name) != nullptr) set_properties(database, schema.name, arguments);
  }
}

TableSchema schema_of(const Arguments& arguments) {
  return {.name = arguments.names[0].text, .columns = arguments.columns};
}

ResultTable create_table(CommandContext& context, const Arguments& arguments) {
  const TableSchema tables[] = {schema_of(arguments)};
  create_or_extend(context.host.writable_database(), tables, false, arguments);
  return described_table(context, tables[0].name);
}

ResultTable create_merge_table(CommandContext& context, const Arguments& arguments) {
  const TableSchema tables[] = {schema_of(arguments)};
  create_or_extend(context.host.writable_database(), tables, true, arguments);
  return described_table(context, tables[0].name);
}

ResultTable several_tables(CommandContext& context, const Arguments& arguments, bool extend) {
  create_or_extend(context.host.writable_database(), arguments.tables, extend, arguments);
  return remaining_tables(context).finish();
}

ResultTable create_tables(CommandContext& context, const Arguments& arguments) {
  return several_tables(context, arguments, false);
}

ResultTable create_merge_tables(CommandContext& context, const Arguments& arguments) {
  return several_tables(context, arguments, true);
}

ResultTable create_like(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  TableSchema schema = *existing_table(*snapshot, arguments.names[1]).schema;
  schema.name = arguments.names[0].text;
  if (snapshot->find(schema.name) == nullptr || !arguments.has("ifnotexists")) {
    const std::string name = schema.name;
    database.create_table(std::move(schema));
    database.commit();
    set_properties(database, name, arguments);
  }
  return described_table(context, arguments.names[0].text);
}

ResultTable drop_tables(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  std::vector<std::string> names;
  for (const NameAt& name : arguments.names) {
    if (snapshot->find(name.text) == nullptr && arguments.has("ifexists")) continue;
    names.push_back(existing_table(*snapshot, name).schema->name);
  }
  if (!names.empty()) database.drop_tables(names);
  return remaining_tables(context).finish();
}

ResultTable alter_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  std::vector<std::optional<uint32_t>> sources;
  for (const ColumnSchema& column : arguments.columns) {
    const auto old = table.schema->find(column.name);
    if (old && table.schema->columns[*old].type != column.type) {
      throw QueryError(ErrorKind::Semantic, "KQL0607",
                       fmt::format("column '{}' is {}; .alter column changes types", column.name,
                                   name_of(table.schema->columns[*old].type)),
                       arguments.span);
    }
    sources.push_back(old);
  }
  TableSchema schema = *table.schema;
  schema.columns = arguments.columns;
  if (schema != *table.schema) rewrite_columns(database, table, std::move(schema), sources);
  set_properties(database, arguments.names[0].text, arguments);
  return described_table(context, arguments.names[0].text);
}

ResultTable alter_merge_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  existing_table(*database.snapshot(), arguments.names[0]);
  return create_merge_table(context, arguments);
}

ResultTable describe_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  existing_table(*database.snapshot(), arguments.names[0]);
  database.set_property(arguments.names[0].text, arguments.has("folder") ? "folder" : "docstring",
                        arguments.texts[0]);
  return described_table(context, arguments.names[0].text);
}

/// The place of the column that the second name means.
uint32_t existing_column(const Table& table, const NameAt& name) {
  const auto found = table.schema->find(name.text);
  if (found) return *found;
  throw QueryError(ErrorKind::Semantic, "KQL0607",
                   fmt::format("table '{}' has no column '{}'", table.schema->name, name.text),
                   name.span);
}

ResultTable alter_column(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  const uint32_t at = existing_column(table, arguments.names[1]);
  const auto type = type_of_name(arguments.names[2].text);
  if (!type || *type == Type::Error) {
    throw QueryError(ErrorKind::Semantic, "KQL0127",
                     fmt::format("there is no type '{}'", arguments.names[2].text),
                     arguments.names[2].span);
  }
  TableSchema schema = *table.schema;
  std::vector<std::optional<uint32_t>> sources;
  for (uint32_t i = 0; i < schema.columns.size(); ++i) sources.emplace_back(i);
  if (schema.columns[at].type != *type) {
    schema.columns[at].type = *type;
    sources[at].reset();  // old values are null, as in Kusto
    rewrite_columns(database, table, std::move(schema), sources);
  }
  return described_table(context, arguments.names[0].text);
}

ResultTable drop_columns_of(CommandContext& context, const Arguments& arguments,
                            std::span<const NameAt> names) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  std::vector<bool> dropped(table.schema->columns.size(), false);
  for (const NameAt& name : names) {
    if (arguments.has("ifexists") && !table.schema->find(name.text)) continue;
    dropped[existing_column(table, name)] = true;
  }
  TableSchema schema = *table.schema;
  schema.columns.clear();
  std::vector<std::optional<uint32_t>> sources;
  for (uint32_t i = 0; i < dropped.size(); ++i) {
    if (dropped[i]) continue;
    schema.columns.push_back(table.schema->columns[i]);
    sources.emplace_back(i);
  }
  if (schema.columns.empty()) {
    throw QueryError(ErrorKind::Semantic, "KQL0607", "a table keeps at least one column",
                     names[0].span);
  }
  if (sources.size() < dropped.size()) rewrite_columns(database, table, std::move(schema), sources);
  return described_table(context, arguments.names[0].text);
}

ResultTable drop_column(CommandContext& context, const Arguments& arguments) {
  return drop_columns_of(context, arguments, {&arguments.names[1], 1});
}

ResultTable drop_columns(CommandContext& context, const Arguments& arguments) {
  return drop_columns_of(context, arguments, std::span<const NameAt>(arguments.names).subspan(1));
}

ResultTable rename_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  existing_table(*database.snapshot(), arguments.names[0]);
  const std::pair<std::string, std::string> names[] = {
      {arguments.names[0].text, arguments.names[1].text}};
  database.rename_tables(names);
  return remaining_tables(context).finish();
}

ResultTable rename_tables(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  for (const NameAt& name : arguments.names) existing_table(*database.snapshot(), name);
  database.rename_tables(arguments.renames);
  return remaining_tables(context).finish();
}

ResultTable rename_column(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  existing_column(existing_table(*snapshot, arguments.names[0]), arguments.names[1]);
  const std::pair<std::string, std::string> names[] = {
      {arguments.names[1].text, arguments.names[2].text}};
  database.rename_columns(arguments.names[0].text, names);
  return described_table(context, arguments.names[0].text);
}

ResultTable rename_columns(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  for (size_t i = 0; i < arguments.names.size(); i += 2) {
    existing_column(existing_table(*snapshot, arguments.names[i]), arguments.names[i + 1]);
    if (arguments.names[i].text == arguments.names[0].text) continue;
    throw QueryError(ErrorKind::Unsupported, "KQL0900",
                     "columns of one table are renamed at a time", arguments.names[i].span);
  }
  database.rename_columns(arguments.names[0].text, arguments.renames);
  return described_table(context, arguments.names[0].text);
}

ResultTable clear_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  database.rewrite(arguments.names[0].text, *table.schema).commit();
  return described_table(context, arguments.names[0].text);
}

}  // namespace

std::vector<Command> table_commands() {
  return {
      {".create table NAME COLUMNS [WITH]", "Makes a table; leaves one that is there as it is.",
       create_table},
      {".create-merge table NAME COLUMNS [WITH]", "Makes a table, or adds columns to it.",
       create_merge_table},
      {".create tables TABLES [WITH]", "Makes tables.", create_tables},
      {".create-merge tables TABLES [WITH]", "Makes tables, or adds columns to them.",
       create_merge_tables},
      {".create table NAME based-on NAME [ifnotexists] [WITH]", "Makes a table like another.",
       create_like},
      {".drop table NAME [ifexists]", "Removes a table and its rows.", drop_tables},
      {".drop tables NAMES [ifexists]", "Removes tables and their rows.", drop_tables},
      {".alter table NAME COLUMNS [WITH]",
       "Gives a table these columns in this order; others are dropped.", alter_table},
      {".alter-merge table NAME COLUMNS [WITH]", "Adds columns to a table.", alter_merge_table},
      {".alter table NAME docstring|folder TEXT", "Says what a table is for.", describe_table},
      {".alter column COLUMN type = NAME",
       "Changes the type of a column; what it held becomes null.", alter_column},
      {".drop column COLUMN [ifexists]", "Removes a column.", drop_column},
      {".drop table NAME columns NAMES", "Removes columns.", drop_columns},
      {".rename table NAME to NAME", "Gives a table another name.", rename_table},
      {".rename tables RENAMES", "Gives tables other names; two may change places.", rename_tables},
      {".rename column COLUMN to NAME", "Gives a column another name.", rename_column},
      {".rename columns COLUMN_RENAMES", "Gives columns other names; two may change places.",
       rename_columns},
      {".clear table NAME data", "Removes all rows of a table.", clear_table},
  };
}

}  // namespace vedette::command
