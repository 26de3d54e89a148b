// Many small extents become one: each commit leaves at least one, and each costs a file.
#include <algorithm>
#include <bit>

#include "runtime/base/arena.h"
#include "runtime/base/error.h"
#include "runtime/table/database.h"
#include "runtime/table/database_state.h"
#include "runtime/table/retention.h"

namespace vedette {
namespace {

/// Bytes of the files of one merge, at most: what is held in memory at once.
constexpr uint64_t most_bytes = 64 << 20;

/// Extents of one size class differ by a factor of eight at most.
int size_class(uint32_t rows) {
  return (std::bit_width(rows) - 1) / 3;
}

/// When the rows of an extent were ingested: the first and the last; nothing when that cannot be
/// read.
std::optional<std::pair<int64_t, int64_t>> times_of(const Extent& extent) {
  try {
    const ZoneMap zone = extent.zone(ingestion_time_column);
    if (!zone.bounded) return std::nullopt;
    return std::pair(word_of_zone_key(zone.min), word_of_zone_key(zone.max));
  } catch (const QueryError&) {
    return std::nullopt;  // a damaged extent stays as it is, for people to see
  }
}

/// How far apart the times of a merged extent may be, so that retention is not held up for long.
int64_t longest_time(const Table& table, const Snapshot& snapshot, const MergeOptions& options) {
  std::string text = table.schema->property(retention_property);
  if (text.empty()) text = snapshot.property(retention_property);
  const auto policy = text.empty() ? std::nullopt : parse_retention(text);
  if (!policy) return options.most_time.ticks;
  return std::min(options.most_time.ticks, policy->soft_delete_period.ticks / 10);
}

/// The extents `first` to `last` - 1 of a table.
struct Stretch {
  size_t first = 0, last = 0;
  uint64_t rows = 0, most_rows = 0;  // of all, and of the largest

  size_t size() const { return last - first; }
};

/// The longest stretch of mergeable extents from `first` on.
Stretch stretch_from(const Table& table, size_t first, int most_class, int64_t most_time,
                     const MergeOptions& options) {
  Stretch stretch{first, first};
  uint64_t bytes = 0;
  int64_t earliest = std::numeric_limits<int64_t>::max();
  int64_t latest = std::numeric_limits<int64_t>::min();
  for (; stretch.last < table.extents.size(); ++stretch.last) {
    const Extent& extent = *table.extents[stretch.last];
    bytes += extent.stored_bytes();
    if (size_class(extent.rows()) > most_class || bytes > most_bytes ||
        stretch.rows + extent.rows() > options.most_rows) {
      break;
    }
    const auto times = times_of(extent);
    if (!times) break;
    earliest = std::min(earliest, times->first);
    latest = std::max(latest, times->second);
    if (latest - earliest > most_time) break;
    stretch.rows += extent.rows();
    stretch.most_rows = std::max<uint64_t>(stretch.most_rows, extent.rows());
  }
  return stretch;
}

/// Each copy brings a row into an extent that is some times as large, so it is copied a few times
/// in all, however many extents follow.
bool is_worth_it(const Stretch& stretch, size_t together) {
  return stretch.size() >= together && stretch.most_rows * together <= 2 * stretch.rows;
}

/// What to merge next: of the smallest extents first.
std::optional<Stretch> find_stretch(const Table& table, int64_t most_time,
                                    const MergeOptions& options) {
  const size_t together = std::max<size_t>(options.together, 2);
  if (table.extents.size() < together) return std::nullopt;
  for (int most_class = 0; most_class <= size_class(options.most_rows); ++most_class) {
    for (size_t first = 0; first + together <= table.extents.size(); ++first) {
      const Stretch stretch = stretch_from(table, first, most_class, most_time, options);
      if (is_worth_it(stretch, together)) return stretch;
    }
  }
  return std::nullopt;
}

void copy_rows(const Table& table, Stretch stretch, Appender& appender) {
  Arena arena;
  for (size_t at = stretch.first; at < stretch.last; ++at) {
    ExtentReader reader(table.extents[at], *table.schema);
    const uint32_t rows = table.extents[at]->rows();
    for (uint32_t first = 0; first < rows; first += page_rows) {
      arena.clear();
      const uint32_t count = std::min(page_rows, rows - first);
      std::vector<Vector> columns;
      for (uint32_t column = 0; column < table.schema->columns.size(); ++column) {
        columns.push_back(reader.read(column, first, count, arena));
      }
      columns.push_back(reader.read(ingestion_time_column, first, count, arena));
      appender.append_rows(columns, {nullptr, count});
    }
  }
}

}  // namespace

size_t Database::merge_extents(std::string_view table, const MergeOptions& options) {
  size_t gone = 0;
  while (true) {
    const auto before = snapshot();
    const Table* found = before->find(table);
    if (found == nullptr) return gone;
    const auto stretch = find_stretch(*found, longest_time(*found, *before, options), options);
    if (!stretch) return gone;
    Appender appender = append(table, {.own_times = true});
    if (appender.work_->table != found->id || appender.work_->schema != found->schema) return gone;
    appender.work_->replaced.emplace();
    for (size_t at = stretch->first; at < stretch->last; ++at) {
      appender.work_->replaced->push_back(found->extents[at]->id());
    }
    try {
      copy_rows(*found, *stretch, appender);
      appender.commit();
    } catch (const QueryError& error) {
      if (error.code == "KQL0608" || error.code == "KQL0606") return gone;  // others were faster
      throw;
    }
    gone += stretch->size() - 1;
  }
}

}  // namespace vedette
