// What a database does for itself: lets go of old rows, keeps a list of failures.
#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/table/database.h"
#include "runtime/table/database_state.h"
#include "runtime/table/retention.h"
#include "runtime/table/zone_map.h"

namespace vedette {

using namespace storage;

namespace {

/// When the newest row of an extent was ingested; nothing when that cannot be read.
std::optional<Datetime> newest_row(const Extent& extent) {
  try {
    const ZoneMap zone = extent.zone(ingestion_time_column);
    if (!zone.bounded) return std::nullopt;
    return Datetime{static_cast<int64_t>(zone.max ^ (uint64_t{1} << 63))};
  } catch (const QueryError&) {
    return std::nullopt;  // a damaged extent is for people to see, not for us to drop
  }
}

}  // namespace

size_t Database::State::drop_expired(Datetime now) {
  const std::lock_guard committing_lock(committing);
  std::vector<ExtentEntry> dropped;
  {
    const std::lock_guard lock(mutex);
    const auto general = properties->find(retention_property);
    const auto policy_of = [&](const OpenTable& table) -> std::optional<RetentionPolicy> {
      std::string text = table.schema->property(retention_property);
      if (text.empty() && general != properties->end()) text = general->second;
      return text.empty() ? std::nullopt : parse_retention(text);
    };
    if (std::none_of(tables.begin(), tables.end(),
                     [&](const OpenTable& table) { return policy_of(table).has_value(); }))
      return 0;
    std::vector<OpenTable> kept = tables;
    for (OpenTable& table : kept) {
      const auto policy = policy_of(table);
      if (!policy) continue;
      for (size_t i = table.extents.size(); i-- > 0;) {
        const auto newest = newest_row(*table.extents[i]);
        if (!newest || !policy->expired(*newest, now)) continue;
        dropped.push_back(table.entries[i]);
        table.entries.erase(table.entries.begin() + static_cast<std::ptrdiff_t>(i));
        table.extents.erase(table.extents.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    if (dropped.empty()) return 0;
    Manifest next = manifest();
    for (TableEntry& entry : next.tables) {
      const auto table = std::find_if(kept.begin(), kept.end(),
                                      [&](const OpenTable& table) { return table.id == entry.id; });
      entry.extents = table->entries;
    }
    write(next);
    tables = std::move(kept);
    make_snapshot();
  }
  remove_files(dropped);
  return dropped.size();
}

void Database::set_before_step(std::function<void(std::string_view)> before_step) {
  state_->before_step = std::move(before_step);
}

size_t Database::enforce_retention(Datetime now) {
  state_->check_writable();
  return state_->drop_expired(now);
}

void Database::record_failure(IngestionFailure failure) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  std::vector<IngestionFailure> failures = ingestion_failures();
  failures.push_back(std::move(failure));
  if (failures.size() > kept_ingestion_failures) {
    failures.erase(failures.begin(), failures.end() - kept_ingestion_failures);
  }
  if (state_->in_memory()) {
    const std::lock_guard lock(state_->mutex);
    state_->failures = std::move(failures);
    return;
  }
  NewFile file(state_->failures_path());
  file.write(storage::to_text(failures));
  file.publish();
}

std::vector<IngestionFailure> Database::ingestion_failures() const {
  if (state_->in_memory()) {
    const std::lock_guard lock(state_->mutex);
    return state_->failures;
  }
  const auto text = read_file(state_->failures_path());
  return text ? failures_from_text(*text) : std::vector<IngestionFailure>();
}

}  // namespace vedette
