#include "runtime/exec/scan.h"

#include <algorithm>

#include "runtime/base/format.h"

namespace vedette::exec {

/// One thread's reader of the extent it is at.
struct ScanSource::Work : Local {
  Arena arena;
  uint32_t extent = ~uint32_t{0};
  std::optional<ExtentReader> reader;
  std::optional<AdaptiveRunner> filter;
  uint64_t bytes_seen = 0;  // of the reader, as counted
};

ScanSource::ScanSource(ScanParameters parameters) : parameters_(std::move(parameters)) {
  std::vector<bool> loaded(parameters_.columns.size());
  if (parameters_.filter) {
    const auto mark = [&](uint32_t column) {
      if (column < loaded.size()) loaded[column] = true;
    };
    for (const Program::Step& step : parameters_.filter->first().steps) {
      if (const auto* load = std::get_if<Program::Load>(&step.work)) mark(load->column);
    }
  }
  for (uint32_t i = 0; i < loaded.size(); ++i) {
    (loaded[i] ? filter_columns_ : other_columns_).push_back(i);
  }
}

std::string ScanSource::describe() const {
  std::string names;
  for (const auto& column : parameters_.columns) {
    if (!names.empty()) names += ", ";
    names += column.index == ingestion_time_column || parameters_.table == nullptr
                 ? std::string(ingestion_time_name)
                 : parameters_.table->schema->columns[column.index].name;
  }
  std::string text = fmt::format("scan {} [{}]", parameters_.name, names);
  if (parameters_.row_id) text += " with row ids";
  if (!parameters_.prune.empty()) text += fmt::format(", {} bounds", parameters_.prune.size());
  if (parameters_.filter) text += "\n" + to_text(*parameters_.filter->current());
  return text;
}

bool ScanSource::can_match(const ZoneMap& zone, const ScanParameters::Prune& prune) const {
  return match_range(zone, prune.range) != Match::None;
}

size_t ScanSource::morsels(QueryContext& query) {
  morsels_.clear();
  if (parameters_.table == nullptr) return 0;
  Counters counters;
  const auto& extents = parameters_.table->extents;
  for (uint32_t number = 0; number < extents.size(); ++number) {
    const Extent& extent = *extents[number];
    ++counters.extents_total;
    const bool needed = std::ranges::all_of(parameters_.prune, [&](const auto& prune) {
      return can_match(extent.zone(parameters_.columns[prune.column].index), prune);
    });
    if (!needed) {
      ++counters.extents_skipped;
      continue;
    }
    for (uint32_t block = 0; block < extent.blocks(); ++block) {
      ++counters.blocks_total;
      const bool wanted = std::ranges::all_of(parameters_.prune, [&](const auto& prune) {
        return can_match(extent.block_zone(parameters_.columns[prune.column].index, block), prune);
      });
      if (!wanted) {
        ++counters.blocks_skipped;
        continue;
      }
      const uint32_t first = block * block_rows;
      morsels_.push_back({number, first, std::min(block_rows, extent.rows() - first)});
    }
  }
  query.add(counters);
  return morsels_.size();
}

std::unique_ptr<Local> ScanSource::make_local(Worker&) {
  auto work = std::make_unique<Work>();
  if (parameters_.filter) work->filter.emplace(*parameters_.filter);
  return work;
}

void ScanSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  const Morsel& at = morsels_[morsel];
  if (work.extent != at.extent) {
    work.reader.emplace(parameters_.table->extents[at.extent], *parameters_.table->schema);
    work.extent = at.extent;
    work.bytes_seen = 0;
  }
  Arena& arena = work.arena;
  const auto step = static_cast<uint32_t>(worker.query.limits().batch_rows);
  const size_t width = parameters_.columns.size();
  for (uint32_t first = at.first_row; first < at.first_row + at.rows; first += step) {
    worker.query.check_running();
    arena.clear();
    const uint32_t rows = std::min(step, at.first_row + at.rows - first);
    Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena};
    batch.columns.resize(width + (parameters_.row_id ? 1 : 0));
    const auto read = [&](uint32_t column) {
      batch.columns[column] =
          work.reader->read(parameters_.columns[column].index, first, rows, arena);
    };
    if (parameters_.row_id) {
      int64_t* places = arena.array<int64_t>(rows).data();
      for (uint32_t i = 0; i < rows; ++i) {
        places[i] = static_cast<int64_t>(static_cast<uint64_t>(at.extent) << 32 | (first + i));
      }
      batch.columns[width] = {.type = Type::Long, .values = places};
    }
    worker.counters.rows_scanned += rows;
    for (const uint32_t column : filter_columns_) read(column);
    if (work.filter) work.filter->run(batch, worker);
    bool wanted = true;
    if (batch.selection.count > 0) {
      for (const uint32_t column : other_columns_) read(column);
      wanted = onward.push(batch);
    }
    if (!wanted) break;
  }
  const uint64_t bytes = work.reader->counters().stored_bytes;
  worker.counters.bytes_read += static_cast<int64_t>(bytes - work.bytes_seen);
  work.bytes_seen = bytes;
}

}  // namespace vedette::exec
