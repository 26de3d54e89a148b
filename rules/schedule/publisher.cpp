#include "rules/schedule/publisher.h"

#include <charconv>
#include <map>

#include "rules/state/packed_rows.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/table/catalogue.h"

namespace vedette::rules {
namespace {

constexpr std::string_view progress_table = "RuleRuns";
constexpr std::string_view progress_property = "outbox";
/// Entries of one commit: what is held in memory at once.
constexpr int64_t most_entries = 20'000;

int64_t published_up_to(const Database& database) {
  const auto snapshot = database.snapshot();
  const Table* table = snapshot->find(progress_table);
  if (table == nullptr) return 0;
  const std::string text = table->schema->property(progress_property);
  int64_t sequence = 0;
  std::from_chars(text.data(), text.data() + text.size(), sequence);
  return sequence;
}

void append_value(ColumnBuilder& column, const Value& value) {
  value.is_null() ? column.append_null() : column.append(value);
}

/// One table of a commit: rows arrive with columns of their own.
class Target {
 public:
  Target(Database& database, const std::string& name)
      : database_(database), appender_(existing_or_new(database, name)) {}

  void append(const PackedRows& rows) {
    add_missing(rows.columns);
    std::vector<uint32_t> places;
    for (const auto& [name, type] : rows.columns) places.push_back(*appender_.schema().find(name));
    for (const std::vector<Value>& row : rows.rows) {
      for (size_t at = 0; at < places.size(); ++at) {
        append_value(appender_.column(places[at]), row[at]);
      }
      appender_.end_row();
    }
  }

  Appender& appender() { return appender_; }

 private:
  static Appender existing_or_new(Database& database, const std::string& name) {
    if (database.snapshot()->find(name) == nullptr) {
      TableSchema schema = find_catalogue_table(name).value_or(TableSchema{name, {}});
      schema.properties["folder"] = "Rules";
      database.create_table(std::move(schema));
    }
    return database.append(name);
  }

  void add_missing(const plan::TableColumns& columns) {
    std::vector<ColumnSchema> wanted;
    for (const auto& [name, type] : columns) wanted.push_back({name, type});
    database_.add_columns(appender_.schema().name, wanted);
    appender_.refresh();
  }

  Database& database_;
  Appender appender_;
};

}  // namespace

Publisher::Publisher(State& state, Database& database) : state_(state), database_(database) {
  database_.refresh();
  // A state that was made anew must not count again what the tables have seen counted.
  state_.continue_outbox_after(published_up_to(database_));
}

bool Publisher::publish(PublishedAs as) {
  if (state_.outbox_size() == 0) return true;
  if (database_.mode() != OpenMode::ReadOnly) {
    publish_into(database_, as);
    return true;
  }
  try {
    const auto owned = Database::open(database_.directory(), OpenMode::ReadWrite);
    if (before_step) owned->set_before_step(before_step);
    publish_into(*owned, as);
  } catch (const QueryError& error) {
    if (error.code != "KQL0602") throw;
    return false;
  }
  database_.refresh();
  return true;
}

void Publisher::publish_into(Database& database, PublishedAs as) {
  while (true) {
    const int64_t published = published_up_to(database);
    const std::vector<OutboxEntry> entries = state_.outbox(published, most_entries);
    if (!entries.empty()) {
      std::map<std::string, Target> targets;
      Datetime newest = {};
      for (const OutboxEntry& entry : entries) newest = std::max(newest, entry.at);
      const auto target_of = [&](const std::string& table) -> Target& {
        return targets.try_emplace(table, database, table).first->second;
      };
      target_of(std::string(progress_table));
      for (const OutboxEntry& entry : entries) {
        Target& target = target_of(entry.table);
        if (as == PublishedAs::EachEntry) target.appender().set_ingestion_time(entry.at);
        if (as == PublishedAs::NewestEntry) target.appender().set_ingestion_time(newest);
        target.append(unpack_rows(entry.rows));
      }
      std::vector<Appender*> appenders;
      for (auto& [name, target] : targets) appenders.push_back(&target.appender());
      const TableProperty progress = {std::string(progress_table), std::string(progress_property),
                                      fmt::format("{}", entries.back().sequence)};
      step("commit to the tables");
      database.commit(appenders, {&progress, 1});
      step("empty the outbox");
    }
    state_.remove_from_outbox(published_up_to(database));
    if (static_cast<int64_t>(entries.size()) < most_entries) break;
  }
  merge_extents(database);
}

void Publisher::merge_extents(Database& database) const {
  for (const std::string_view table : {"RuleRuns", "SecurityAlert", "SecurityIncident"}) {
    step("merge small extents");
    try {
      database.merge_extents(table, {.together = merged_together});
    } catch (const QueryError&) {
      // What was to be published is; the next time tries again.
    }
  }
}

void Publisher::step(std::string_view name) const {
  if (before_step) before_step(name);
}

}  // namespace vedette::rules
