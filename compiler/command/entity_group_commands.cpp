// Commands about entity groups: databases and tables that macro-expand names as one.
#include <algorithm>

#include "compiler/command/commands.h"
#include "compiler/session/stored_functions.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::command {
namespace {

using Entities = std::vector<std::string>;

std::string to_json_list(const Entities& entities) {
  std::string list;
  for (const std::string& entity : entities) {
    list += (list.empty() ? "" : ",") + json_string(entity);
  }
  return "[" + list + "]";
}

Rows group_rows() {
  return Rows({{"Name", Type::String}, {"Entities", Type::Dynamic}});
}

void add_row(Rows& rows, const std::string& name, const std::string& json) {
  DynamicBuilder builder;
  check(parse_json_text(json, builder), "entity groups are kept as JSON");
  rows.add({text(name), Value::dynamic(std::string(builder.view().bytes()))});
}

/// What is between the parentheses, one text an entity; throws what is wrong with it.
Entities entities_of(const Arguments& arguments) {
  const Rest& rest = arguments.entities;
  const std::string inside = rest.text.substr(1, rest.text.size() - 2);
  const std::string query_text = "let g = entity_group [" + inside + "]; print 1";
  const uint32_t shift = static_cast<uint32_t>(query_text.find('[')) + 1;
  const auto place = [&](Span span) {
    return Span{span.start - std::min(shift, span.start) + rest.start + 1, span.length};
  };
  Diagnostics problems;
  const ast::Query query = parse(query_text, problems);
  for (const Diagnostic& problem : problems.all()) {
    if (problem.severity != Severity::Error) continue;
    throw QueryError(problem.kind, problem.code, problem.message, place(problem.span));
  }
  Entities entities;
  const auto* group = session::entity_group_in(query);
  check(group != nullptr, "a let of an entity group has one");
  for (const ast::ExpressionPtr& entity : group->entities) {
    entities.push_back(query_text.substr(entity->span.start, entity->span.length));
  }
  return entities;
}

const std::string& existing_group(const EntityGroups& groups, const NameAt& name) {
  const auto found = groups.find(name.text);
  if (found != groups.end()) return found->second;
  throw QueryError(ErrorKind::Semantic, "KQL0609",
                   fmt::format("there is no entity group '{}'", name.text), name.span);
}

ResultTable store(CommandContext& context, const Arguments& arguments, const Entities& entities) {
  const NameAt& name = arguments.names[0];
  if (name.text.find_first_of(" \t\r\n") != std::string::npos) {
    throw QueryError(ErrorKind::Semantic, "KQL0609", "the name of an entity group is one word",
                     name.span);
  }
  const std::string json = to_json_list(entities);
  context.host.writable_database().set_database_property(
      std::string(session::entity_group_property) + name.text, json);
  Rows rows = group_rows();
  add_row(rows, name.text, json);
  return std::move(rows).finish();
}

ResultTable create(CommandContext& context, const Arguments& arguments) {
  const Entities entities = entities_of(arguments);
  const EntityGroups groups = entity_groups(*context.host.writable_database().snapshot());
  const NameAt& name = arguments.names[0];
  const auto old = groups.find(name.text);
  if (old == groups.end()) return store(context, arguments, entities);
  if (!arguments.has("ifnotexists")) {
    throw QueryError(ErrorKind::Semantic, "KQL0609",
                     fmt::format("the entity group '{}' exists already; .create-or-alter "
                                 "entity_group replaces it",
                                 name.text),
                     name.span);
  }
  Rows rows = group_rows();
  add_row(rows, name.text, old->second);
  return std::move(rows).finish();
}

ResultTable create_or_alter(CommandContext& context, const Arguments& arguments) {
  return store(context, arguments, entities_of(arguments));
}

ResultTable alter(CommandContext& context, const Arguments& arguments) {
  existing_group(entity_groups(*context.host.writable_database().snapshot()), arguments.names[0]);
  return store(context, arguments, entities_of(arguments));
}

ResultTable alter_merge(CommandContext& context, const Arguments& arguments) {
  const EntityGroups groups = entity_groups(*context.host.writable_database().snapshot());
  DynamicBuilder builder;
  check(parse_json_text(existing_group(groups, arguments.names[0]), builder),
        "entity groups are kept as JSON");
  Entities entities;
  for (const DynamicView entity : builder.view().items()) {
    entities.emplace_back(entity.as_text());
  }
  for (const std::string& entity : entities_of(arguments)) {
    if (std::find(entities.begin(), entities.end(), entity) == entities.end()) {
      entities.push_back(entity);
    }
  }
  return store(context, arguments, entities);
}

ResultTable drop(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const EntityGroups groups = entity_groups(*database.snapshot());
  Rows rows = group_rows();
  if (arguments.has("ifexists") && !groups.contains(arguments.names[0].text)) {
    return std::move(rows).finish();
  }
  add_row(rows, arguments.names[0].text, existing_group(groups, arguments.names[0]));
  database.set_database_property(
      std::string(session::entity_group_property) + arguments.names[0].text, "");
  return std::move(rows).finish();
}

ResultTable show_all(CommandContext& context, const Arguments&) {
  Rows rows = group_rows();
  for (const auto& [name, json] : entity_groups(*context.snapshot())) add_row(rows, name, json);
  return std::move(rows).finish();
}

ResultTable show(CommandContext& context, const Arguments& arguments) {
  const EntityGroups groups = entity_groups(*context.snapshot());
  Rows rows = group_rows();
  add_row(rows, arguments.names[0].text, existing_group(groups, arguments.names[0]));
  return std::move(rows).finish();
}

}  // namespace

EntityGroups entity_groups(const Snapshot& snapshot) {
  EntityGroups groups;
  for (const auto& [name, value] : snapshot.properties()) {
    if (!name.starts_with(session::entity_group_property)) continue;
    groups.emplace(name.substr(session::entity_group_property.size()), value);
  }
  return groups;
}

std::vector<Command> entity_group_commands() {
  return {
      {".create entity_group NAME [ifnotexists] ENTITIES", "Stores an entity group.", create},
      {".create-or-alter entity_group NAME ENTITIES",
       "Stores an entity group, or another one under its name.", create_or_alter},
      {".alter entity_group NAME ENTITIES", "Replaces an entity group.", alter},
      {".alter-merge entity_group NAME ENTITIES", "Adds entities to a group.", alter_merge},
      {".drop entity_group NAME [ifexists]", "Removes an entity group.", drop},
      {".show entity_groups", "The entity groups.", show_all},
      {".show entity_group NAME", "An entity group.", show},
  };
}

}  // namespace vedette::command
