// Management commands: one record each, and what their handlers work with.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command_text.h"
#include "compiler/command/run_command.h"
#include "compiler/session/session.h"
#include "runtime/table/database.h"
#include "runtime/value/value.h"

namespace vedette::command {

/// What a handler may use. It throws QueryError, whose span is in the text of the command.
struct CommandContext {
  CommandHost& host;
  const Library& library;
  const QueryOptions& options;
  std::vector<Diagnostic> warnings = {};

  /// A snapshot of the database, or of none.
  std::shared_ptr<const Snapshot> snapshot() const;
  std::string database_name() const;
  /// Runs the query behind `<|`; throws its first error.
  ResultTable run(const Rest& rest);
};

/// A table that grows row by row.
class Rows {
 public:
  explicit Rows(plan::TableColumns columns);
  void add(std::initializer_list<Value> values);
  ResultTable finish(std::string name = "PrimaryResult") &&;

 private:
  ResultTable table_;
};

struct Command {
  std::string_view pattern;  // see read_along
  std::string_view summary;
  ResultTable (*run)(CommandContext& context, const Arguments& arguments);
};

std::vector<Command> show_commands();
std::vector<Command> schema_commands();
std::vector<Command> service_commands();
std::vector<Command> table_commands();
std::vector<Command> policy_commands();
std::vector<Command> function_commands();
std::vector<Command> entity_group_commands();
std::vector<Command> ingest_commands();
std::vector<Command> delete_commands();

/// Commands about one thing.
struct CommandFamily {
  std::string_view name;
  std::vector<Command> commands;
};
const std::vector<CommandFamily>& command_families();
/// All commands; the first whose pattern fits is meant.
const std::vector<Command>& commands();

/// The table a name means; throws KQL0606 at its place.
const Table& existing_table(const Snapshot& snapshot, const NameAt& name);
/// Throws KQL0606 unless it is the name of the database that is open.
void check_database(const CommandContext& context, const NameAt& name);
/// A text value.
inline Value text(std::string_view value) {
  return Value::string(std::string(value));
}
/// `(a:long, b:string)` without the parentheses.
std::string columns_text(const TableSchema& schema);
/// A name as commands and queries take it, in brackets if it must be.
std::string name_text(std::string_view name);
/// `{"Name":"a","Type":"System.Int64","CslType":"long"},...` without the brackets.
std::string columns_json(const TableSchema& schema);
/// The table as JSON, as `.show table T schema as json` gives it.
std::string schema_json(const TableSchema& schema);
/// Names and, as JSON arrays, the entities of the stored groups.
using EntityGroups = std::map<std::string, std::string, std::less<>>;
EntityGroups entity_groups(const Snapshot& snapshot);
/// The guid that stands for the id of an extent.
Value extent_guid(uint64_t id);
/// TableName, Schema, DatabaseName, Folder, DocString: what most changes of a table answer.
ResultTable described_table(CommandContext& context, const std::string& name);

}  // namespace vedette::command
