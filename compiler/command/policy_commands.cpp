// Commands about policies: how long rows are kept.
#include <algorithm>

#include "compiler/command/commands.h"
#include "runtime/base/format.h"
#include "runtime/table/retention.h"
#include "runtime/table/system_time.h"
#include "runtime/value/render.h"

namespace vedette::command {
namespace {

Rows policy_rows() {
  return Rows({{"PolicyName", Type::String},
               {"EntityName", Type::String},
               {"Policy", Type::String},
               {"ChildEntities", Type::String},
               {"EntityType", Type::String}});
}

/// One row about a table; without a name, about the database.
void add_policy(Rows& rows, CommandContext& context, const std::string& table,
                const std::string& policy) {
  std::string name = fmt::format("[{}]", context.database_name());
  if (!table.empty()) name += fmt::format(".[{}]", table);
  std::string children;
  if (table.empty()) {
    for (const Table& child : context.snapshot()->tables()) {
      children += fmt::format("{}{}", children.empty() ? "" : ",",
                              json_string(fmt::format("{}.[{}]", name, child.schema->name)));
    }
    children = "[" + children + "]";
  }
  rows.add({text("RetentionPolicy"), text(name), text(policy.empty() ? "null" : policy),
            text(children), text(table.empty() ? "Database" : "Table")});
}

/// The policy that a command says, over what there was before.
RetentionPolicy policy_of(const Arguments& arguments, const std::string& before) {
  std::string json = arguments.texts.empty() ? std::string() : arguments.texts[0];
  if (arguments.texts.empty()) {  // softdelete = 7d recoverability = disabled
    for (const auto& [name, value] : arguments.properties) {
      const std::string known = name == "softdelete" ? "SoftDeletePeriod" : name;
      json +=
          fmt::format("{}{}:{}", json.empty() ? "{" : ",", json_string(known), json_string(value));
    }
    json += "}";
  }
  const RetentionPolicy old =
      before.empty() ? RetentionPolicy() : parse_retention(before).value_or(RetentionPolicy());
  if (const auto policy = parse_retention(json, old)) return *policy;
  throw QueryError(ErrorKind::Semantic, "KQL0051",
                   "a retention policy is JSON with SoftDeletePeriod and Recoverability (Enabled "
                   R"(or Disabled), such as '{ "SoftDeletePeriod": "30.00:00:00" }')",
                   arguments.span);
}

ResultTable alter_tables(CommandContext& context, const Arguments& arguments, bool merge) {
  Database& database = context.host.writable_database();
  for (const NameAt& name : arguments.names) existing_table(*database.snapshot(), name);
  Rows rows = policy_rows();
  for (const NameAt& name : arguments.names) {
    const std::string before =
        database.snapshot()->find(name.text)->schema->property(retention_property);
    const std::string policy = policy_of(arguments, merge ? before : "").to_text();
    database.set_property(name.text, retention_property, policy);
    add_policy(rows, context, name.text, policy);
  }
  database.enforce_retention(system_time());
  return std::move(rows).finish();
}

ResultTable alter_table(CommandContext& context, const Arguments& arguments) {
  return alter_tables(context, arguments, false);
}

ResultTable alter_merge_table(CommandContext& context, const Arguments& arguments) {
  return alter_tables(context, arguments, true);
}

ResultTable alter_database(CommandContext& context, const Arguments& arguments, bool merge) {
  Database& database = context.host.writable_database();
  check_database(context, arguments.names[0]);
  const std::string before = database.snapshot()->property(retention_property);
  const RetentionPolicy policy = policy_of(arguments, merge ? before : "");
  if (policy.soft_delete_period.ticks == 0) {
    throw QueryError(ErrorKind::Semantic, "KQL0051",
                     "a database keeps rows for some time; only a table may drop them at once",
                     arguments.span);
  }
  database.set_database_property(retention_property, policy.to_text());
  database.enforce_retention(system_time());
  Rows rows = policy_rows();
  add_policy(rows, context, "", policy.to_text());
  return std::move(rows).finish();
}

ResultTable alter_whole_database(CommandContext& context, const Arguments& arguments) {
  return alter_database(context, arguments, false);
}

ResultTable alter_merge_database(CommandContext& context, const Arguments& arguments) {
  return alter_database(context, arguments, true);
}

ResultTable show_table(CommandContext& context, const Arguments& arguments) {
  const auto snapshot = context.snapshot();
  Rows rows = policy_rows();
  if (arguments.names.empty()) {
    for (const Table& table : snapshot->tables()) {
      add_policy(rows, context, table.schema->name, table.schema->property(retention_property));
    }
  } else {
    const TableSchema& schema = *existing_table(*snapshot, arguments.names[0]).schema;
    add_policy(rows, context, schema.name, schema.property(retention_property));
  }
  return std::move(rows).finish();
}

ResultTable show_database(CommandContext& context, const Arguments& arguments) {
  if (!arguments.names.empty()) check_database(context, arguments.names[0]);
  Rows rows = policy_rows();
  add_policy(rows, context, "", context.snapshot()->property(retention_property));
  return std::move(rows).finish();
}

ResultTable delete_of_table(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  existing_table(*database.snapshot(), arguments.names[0]);
  database.set_property(arguments.names[0].text, retention_property, "");
  return show_table(context, arguments);
}

ResultTable delete_of_database(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  check_database(context, arguments.names[0]);
  database.set_database_property(retention_property, "");
  return show_database(context, arguments);
}

}  // namespace

std::vector<Command> policy_commands() {
  return {
      {".alter table NAME policy retention TEXT",
       "Says how long the rows of a table are kept; what is older is dropped at once.",
       alter_table},
      {".alter tables NAMES policy retention TEXT", "The same for several tables.", alter_table},
      {".alter-merge table NAME policy retention TEXT",
       "Changes some of what is said about how long the rows of a table are kept.",
       alter_merge_table},
      {".alter-merge table NAME policy retention ASSIGNMENTS",
       "The same as `softdelete = 7d recoverability = disabled`.", alter_merge_table},
      {".alter database NAME policy retention TEXT",
       "Says how long rows are kept in tables without a policy of their own.",
       alter_whole_database},
      {".alter-merge database NAME policy retention TEXT",
       "Changes some of what is said about how long rows are kept.", alter_merge_database},
      {".alter-merge database NAME policy retention ASSIGNMENTS",
       "The same as `softdelete = 7d recoverability = disabled`.", alter_merge_database},
      {".show table NAME policy retention", "How long the rows of a table are kept.", show_table},
      {".show table * policy retention", "How long the rows of each table are kept.", show_table},
      {".show database policy retention", "How long rows are kept otherwise.", show_database},
      {".show database NAME policy retention", "How long rows are kept otherwise.", show_database},
      {".delete table NAME policy retention", "Takes the policy of a table back.", delete_of_table},
      {".delete database NAME policy retention", "Takes the policy of the database back.",
       delete_of_database},
  };
}

}  // namespace vedette::command
