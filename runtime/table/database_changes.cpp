// Changes of what a database consists of: each is one new manifest.
#include <algorithm>
#include <map>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/table/database.h"
#include "runtime/table/database_state.h"

namespace vedette {

using namespace storage;

namespace {

using Names = std::span<const std::pair<std::string, std::string>>;

/// What a name becomes.
std::string renamed(const std::string& name, Names names) {
  for (const auto& [from, to] : names) {
    if (from == name) return to;
  }
  return name;
}

}  // namespace

void Database::drop_table(std::string_view table) {
  const std::string names[] = {std::string(table)};
  drop_tables(names);
}

void Database::drop_tables(std::span<const std::string> tables) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  std::vector<ExtentEntry> entries;
  {
    const std::lock_guard lock(state_->mutex);
    std::vector<uint64_t> ids;
    for (const std::string& table : tables) ids.push_back(state_->existing(table).id);
    const auto dropped = [&](const auto& table) {
      return std::find(ids.begin(), ids.end(), table.id) != ids.end();
    };
    Manifest manifest = state_->manifest();
    std::erase_if(manifest.tables, dropped);
    state_->write(manifest);
    for (const State::OpenTable& table : state_->tables) {
      if (dropped(table)) entries.insert(entries.end(), table.entries.begin(), table.entries.end());
    }
    std::erase_if(state_->tables, dropped);
    state_->make_snapshot();
  }
  state_->remove_files(entries);
}

void Database::rename_tables(Names names) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  const std::lock_guard lock(state_->mutex);
  for (const auto& [from, to] : names) state_->existing(from);
  std::map<std::string, int> uses;
  for (const State::OpenTable& table : state_->tables) ++uses[renamed(table.schema->name, names)];
  for (const auto& [name, count] : uses) {
    if (count == 1) continue;
    throw QueryError(ErrorKind::Runtime, "KQL0606",
                     fmt::format("there would be {} tables '{}'", count, name));
  }
  Manifest manifest = state_->manifest();
  for (TableEntry& table : manifest.tables) table.schema.name = renamed(table.schema.name, names);
  state_->write(manifest);
  for (State::OpenTable& table : state_->tables) {
    auto schema = std::make_shared<TableSchema>(*table.schema);
    schema->name = renamed(schema->name, names);
    if (schema->name != table.schema->name) table.schema = std::move(schema);
  }
  state_->make_snapshot();
}

void Database::rename_columns(std::string_view table, Names names) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  const std::lock_guard lock(state_->mutex);
  State::OpenTable& existing = state_->existing(table);
  for (const auto& [from, to] : names) {
    if (existing.schema->find(from)) continue;
    throw QueryError(ErrorKind::Runtime, "KQL0607",
                     fmt::format("table '{}' has no column '{}'", table, from));
  }
  auto schema = std::make_shared<TableSchema>(*existing.schema);
  for (ColumnSchema& column : schema->columns) column.name = renamed(column.name, names);
  for (size_t at = 0; at < schema->columns.size(); ++at) {
    if (schema->find(schema->columns[at].name) == at) continue;
    throw QueryError(ErrorKind::Runtime, "KQL0607",
                     fmt::format("table '{}' would have two columns named '{}'", table,
                                 schema->columns[at].name));
  }
  Manifest manifest = state_->manifest();
  for (TableEntry& entry : manifest.tables) {
    if (entry.id == existing.id) entry.schema = *schema;
  }
  state_->write(manifest);
  existing.schema = std::move(schema);
  state_->make_snapshot();
}

void Database::set_property(std::string_view table, std::string_view property, std::string value) {
  const TableProperty properties[] = {
      {std::string(table), std::string(property), std::move(value)}};
  commit({}, properties);
}

void Database::set_database_property(std::string_view property, std::string value) {
  check(property.find_first_of(" \n") == std::string_view::npos, "a property's name is a word");
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  const std::lock_guard lock(state_->mutex);
  Manifest manifest = state_->manifest();
  if (value.empty()) {
    manifest.properties.erase(std::string(property));
  } else {
    manifest.properties[std::string(property)] = std::move(value);
  }
  state_->write(manifest);
  state_->properties = std::make_shared<const Properties>(std::move(manifest.properties));
  state_->make_snapshot();
}

void Database::change_functions(std::span<const StoredFunction> stored,
                                std::span<const std::string> removed) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  const std::lock_guard lock(state_->mutex);
  auto functions = std::make_shared<StoredFunctions>(*state_->functions);
  for (const std::string& name : removed) functions->erase(name);
  for (const StoredFunction& function : stored) (*functions)[function.name] = function;

  Manifest manifest = state_->manifest();
  const FunctionsEntry before = state_->functions_file;
  manifest.functions = {};
  if (!state_->in_memory()) {
    const std::string text = to_text(*functions);
    NewFile file(state_->functions_path(manifest.sequence));
    file.write(text);
    file.publish();
    sync_directory(state_->directory);
    manifest.functions = {manifest.sequence, text.size(), hash_bytes(text)};
  }
  try {
    state_->write(manifest);
  } catch (...) {
    // A manifest that names the file may be in place although its directory could not be synced.
    if (state_->sequence != manifest.sequence) {
      remove_file(state_->functions_path(manifest.sequence));
    }
    throw;
  }
  state_->functions = std::move(functions);
  state_->functions_file = manifest.functions;
  state_->make_snapshot();
  if (before.sequence != 0) remove_file(state_->functions_path(before.sequence));
}

}  // namespace vedette
