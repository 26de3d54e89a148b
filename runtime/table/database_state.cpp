#include "runtime/table/database_state.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/table/system_time.h"

namespace vedette {

using namespace storage;

namespace {

void apply(const TableProperty& property, TableSchema& schema) {
  check(property.name.find_first_of(" \n") == std::string::npos, "a property's name is a word");
  if (property.value.empty()) {
    schema.properties.erase(property.name);
  } else {
    schema.properties[property.name] = property.value;
  }
}

}  // namespace

Database::State::OpenTable* Database::State::find(std::string_view name) {
  for (OpenTable& table : tables) {
    if (table.schema->name == name) return &table;
  }
  return nullptr;
}

Database::State::OpenTable* Database::State::find(uint64_t id) {
  for (OpenTable& table : tables) {
    if (table.id == id) return &table;
  }
  return nullptr;
}

Database::State::OpenTable& Database::State::existing(std::string_view name) {
  OpenTable* table = find(name);
  if (table == nullptr) {
    throw QueryError(ErrorKind::Runtime, "KQL0606", fmt::format("there is no table '{}'", name));
  }
  return *table;
}

void Database::State::check_writable() const {
  if (!read_only) return;
  throw QueryError(ErrorKind::Runtime, "KQL0604",
                   fmt::format("database '{}' is open for reading only", directory));
}

void Database::State::make_snapshot() {
  std::vector<Table> seen;
  for (const OpenTable& table : tables) {
    seen.push_back({.id = table.id, .schema = table.schema, .extents = table.extents});
  }
  snapshot =
      std::make_shared<Snapshot>(std::move(seen), functions, sequence, properties, newest_rows);
}

std::string Database::State::functions_path(uint64_t sequence) const {
  return fmt::format("{}/functions.{}", directory, sequence);
}

Manifest Database::State::manifest() const {
  Manifest manifest{.sequence = sequence + 1,
                    .next_table = next_table,
                    .next_extent = next_extent,
                    .newest_rows = newest_rows,
                    .functions = functions_file,
                    .properties = *properties};
  for (const OpenTable& table : tables) {
    manifest.tables.push_back({.id = table.id, .schema = *table.schema, .extents = table.entries});
  }
  return manifest;
}

void Database::State::write(const Manifest& manifest) {
  if (!in_memory()) {
    NewFile file(manifest_path());
    file.write(manifest.to_text());
    file.publish();
    sequence = manifest.sequence;
    sync_directory(directory);
  }
  sequence = manifest.sequence;
}

uint64_t Database::State::take_extent_id() {
  const std::lock_guard lock(mutex);
  return next_extent++;
}

std::shared_ptr<const Extent> Database::State::open(const ExtentEntry& entry,
                                                    const std::string& table) const {
  return std::make_shared<Extent>(std::make_unique<ExtentFile>(entry, extent_directory(), table));
}

// Opening.

void Database::State::open_directory(OpenMode mode) {
  if (mode == OpenMode::Create && !read_file(manifest_path())) {
    create_directories(directory);
    const std::set<std::string> own = {"lock", "extents", "manifest.tmp"};
    for (const std::string& name : names_in(directory)) {
      if (own.contains(name)) continue;
      throw QueryError(
          ErrorKind::Runtime, "KQL0601",
          fmt::format("'{}' is not a database, and not empty: it has '{}'", directory, name));
    }
  }
  if (!is_directory(directory)) {
    throw QueryError(ErrorKind::Runtime, "KQL0601",
                     fmt::format("there is no database '{}'", directory));
  }
  if (mode != OpenMode::ReadOnly) {
    if (mode == OpenMode::ReadWrite && !read_file(manifest_path())) load();  // says what is wrong
    lock.emplace(directory + "/lock", directory);
    if (mode == OpenMode::Create) {
      create_directories(extent_directory());
      if (!read_file(manifest_path())) write(manifest());
    }
    load();
    remove_leftovers();
    drop_expired(system_time());
    return;
  }
  load_patiently();
}

void Database::State::load_patiently() {
  // An owner may drop tables between our reading of the manifest and of their extents.
  constexpr int attempts = 10;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const uint64_t before = sequence;
    if (load() || sequence == before) break;
  }
  if (functions_missing) load_functions(functions_file);  // says what is wrong
}

bool Database::State::load() {
  const auto text = read_file(manifest_path());
  if (!text) {
    throw QueryError(ErrorKind::Runtime, "KQL0601",
                     errno == ENOENT ? fmt::format("'{}' is not a database", directory)
                                     : fmt::format("cannot read '{}': {}", manifest_path(),
                                                   std::strerror(errno)));
  }
  Manifest manifest = Manifest::from_text(*text, manifest_path());
  if (snapshot != nullptr && manifest.sequence == sequence && !functions_missing) return true;
  std::map<uint64_t, std::shared_ptr<const Extent>> open_extents;
  for (const OpenTable& table : tables) {
    for (size_t at = 0; at < table.entries.size(); ++at) {
      open_extents.emplace(table.entries[at].id, table.extents[at]);
    }
  }
  sequence = manifest.sequence;
  next_table = manifest.next_table;
  next_extent = manifest.next_extent;
  newest_rows = manifest.newest_rows;
  properties = std::make_shared<const Properties>(std::move(manifest.properties));
  tables.clear();
  bool complete = true;
  const bool same_functions = snapshot != nullptr && !functions_missing &&
                              manifest.functions.sequence == functions_file.sequence;
  functions_missing = false;
  if (!same_functions) complete = load_functions(manifest.functions);
  for (TableEntry& entry : manifest.tables) {
    OpenTable& table = tables.emplace_back();
    table.id = entry.id;
    for (const ExtentEntry& extent : entry.extents) {
      if (const auto known = open_extents.find(extent.id); known != open_extents.end()) {
        table.extents.push_back(known->second);
        continue;
      }
      auto file = std::make_unique<ExtentFile>(extent, extent_directory(), entry.schema.name);
      complete = complete && !file->missing();
      table.extents.push_back(std::make_shared<Extent>(std::move(file)));
    }
    table.entries = std::move(entry.extents);
    table.schema = std::make_shared<TableSchema>(std::move(entry.schema));
  }
  make_snapshot();
  return complete;
}

bool Database::State::load_functions(const FunctionsEntry& entry) {
  functions_file = entry;
  functions = std::make_shared<const StoredFunctions>();
  if (entry.sequence == 0) return true;
  const std::string path = functions_path(entry.sequence);
  const auto text = read_file(path);
  // Readers try again: an owner may have written a new file since we read the manifest.
  if (!text && read_only && !std::exchange(functions_missing, true)) return false;
  functions_missing = false;
  if (!text || text->size() != entry.bytes || hash_bytes(*text) != entry.checksum) {
    throw QueryError(ErrorKind::Runtime, "KQL0603",
                     fmt::format("damaged file '{}': {}", path,
                                 text ? "it has the wrong checksum" : "it is not there"));
  }
  functions = std::make_shared<const StoredFunctions>(functions_from_text(*text, path));
  return true;
}

void Database::State::remove_leftovers() const {
  std::set<std::string> known;
  for (const OpenTable& table : tables) {
    for (const ExtentEntry& entry : table.entries) known.insert(extent_file_name(entry.id));
  }
  for (const std::string& name : names_in(extent_directory())) {
    if (!known.contains(name)) remove_file(extent_directory() + "/" + name);
  }
  for (const std::string& name : names_in(directory)) {
    if (!name.starts_with("functions.")) continue;
    const std::string path = directory + "/" + name;
    if (path != functions_path(functions_file.sequence)) remove_file(path);
  }
  remove_file(manifest_path() + ".tmp");
  remove_file(failures_path() + ".tmp");
}

void Database::State::remove_files(std::span<const ExtentEntry> entries) const {
  if (in_memory()) return;
  for (const ExtentEntry& entry : entries) {
    remove_file(extent_directory() + "/" + extent_file_name(entry.id));
  }
}

// Committing.

std::optional<Datetime> Database::State::stamp(std::span<Appender* const> appenders) const {
  // Times of commits grow with their order even where the clock does not, so that whoever has seen
  // all rows up to a time never meets another one of that time. A clock that was far ahead is not
  // followed for ever.
  constexpr int64_t longest_lead = 10 * ticks_per_minute;
  Datetime now = system_time();
  if (newest_rows && newest_rows->ticks >= now.ticks &&
      newest_rows->ticks - now.ticks <= longest_lead) {
    now.ticks = newest_rows->ticks + 1;
  }
  std::optional<Datetime> newest = newest_rows;
  for (Appender* appender : appenders) {
    for (WrittenExtent& extent : appender->work_->written) {
      const Datetime time = extent.ingested.value_or(now);
      newest = std::max(newest, std::optional(time));
      if (extent.ingested) continue;
      extent.entry.ingested = time.ticks;
      if (extent.memory) extent.memory->set_ingested(time.ticks);
    }
  }
  return newest;
}

void Database::State::commit(std::span<Appender* const> appenders,
                             std::span<const TableProperty> properties) {
  const auto discard_all = [&] {
    for (Appender* appender : appenders) appender->discard();
  };
  std::vector<std::string> published;
  std::vector<ExtentEntry> removed;
  uint64_t next_sequence = 0;
  try {
    for (Appender* appender : appenders) appender->flush();
    for (Appender* appender : appenders) {
      for (WrittenExtent& extent : appender->work_->written) {
        if (!extent.file) continue;
        before_step("name an extent");
        extent.file->publish();
        published.push_back(extent.file->path());
      }
    }
    if (!published.empty()) sync_directory(extent_directory());

    const std::lock_guard committing_lock(committing);
    Manifest next;
    {
      const std::lock_guard lock(mutex);
      next = manifest();
      next.newest_rows = stamp(appenders);
      for (Appender* appender : appenders) {
        const auto entry = std::find_if(
            next.tables.begin(), next.tables.end(),
            [&](const TableEntry& table) { return table.id == appender->work_->table; });
        if (entry == next.tables.end()) {
          throw QueryError(
              ErrorKind::Runtime, "KQL0606",
              fmt::format("table '{}' was dropped meanwhile", appender->schema().name));
        }
        auto place = entry->extents.end();
        if (const auto& replaced = appender->work_->replaced) {
          const auto first = std::search(
              entry->extents.begin(), entry->extents.end(), replaced->begin(), replaced->end(),
              [](const ExtentEntry& extent, uint64_t id) { return extent.id == id; });
          const bool there = replaced->empty() || first != entry->extents.end();
          if (!there || (appender->work_->whole && replaced->size() != entry->extents.size())) {
            throw QueryError(ErrorKind::Runtime, "KQL0608",
                             fmt::format("table '{}' was changed meanwhile", entry->schema.name));
          }
          if (appender->work_->whole) {
            const std::string name = entry->schema.name;
            entry->schema = *appender->work_->schema;
            entry->schema.name = name;
          }
          const auto last = first + static_cast<std::ptrdiff_t>(replaced->size());
          removed.insert(removed.end(), first, last);
          place = entry->extents.erase(first, last);
        }
        std::vector<ExtentEntry> added;
        for (const WrittenExtent& extent : appender->work_->written) added.push_back(extent.entry);
        entry->extents.insert(place, added.begin(), added.end());
      }
      for (const TableProperty& property : properties) {
        existing(property.table);
        for (TableEntry& entry : next.tables) {
          if (entry.schema.name == property.table) apply(property, entry.schema);
        }
      }
    }
    next_sequence = next.sequence;
    before_step("write the manifest");
    write(next);
    before_step("show the commit");

    const std::lock_guard lock(mutex);
    newest_rows = next.newest_rows;
    for (Appender* appender : appenders) {
      OpenTable* table = find(appender->work_->table);
      size_t place = table->entries.size();
      if (auto& replaced = appender->work_->replaced) {
        if (appender->work_->whole) {
          auto schema = std::make_shared<TableSchema>(*appender->work_->schema);
          schema->name = table->schema->name;
          table->schema = std::move(schema);
        }
        place = 0;
        while (!replaced->empty() && table->entries[place].id != replaced->front()) ++place;
        const auto first = static_cast<std::ptrdiff_t>(place);
        const auto last = first + static_cast<std::ptrdiff_t>(replaced->size());
        table->entries.erase(table->entries.begin() + first, table->entries.begin() + last);
        table->extents.erase(table->extents.begin() + first, table->extents.begin() + last);
        replaced->clear();
      }
      for (WrittenExtent& extent : appender->work_->written) {
        const auto at = static_cast<std::ptrdiff_t>(place++);
        table->entries.insert(table->entries.begin() + at, extent.entry);
        table->extents.insert(table->extents.begin() + at,
                              extent.memory ? std::make_shared<Extent>(std::move(extent.memory))
                                            : open(extent.entry, table->schema->name));
        if (appender->work_->replaced) appender->work_->replaced->push_back(extent.entry.id);
      }
    }
    for (const TableProperty& property : properties) {
      OpenTable& table = existing(property.table);
      auto schema = std::make_shared<TableSchema>(*table.schema);
      apply(property, *schema);
      table.schema = std::move(schema);
    }
    make_snapshot();
  } catch (...) {
    // A manifest that names the files may be in place although its directory could not be synced.
    if (sequence != next_sequence) {
      for (const std::string& path : published) remove_file(path);
    }
    discard_all();
    throw;
  }
  discard_all();
  if (!removed.empty()) before_step("remove what was replaced");
  remove_files(removed);
  try {
    drop_expired(system_time());
  } catch (const QueryError&) {
    // What was to be committed is; the next commit tries again.
  }
}

}  // namespace vedette
