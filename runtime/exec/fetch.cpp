#include <algorithm>
#include <map>

#include "runtime/base/format.h"
#include "runtime/exec/scan.h"

namespace vedette::exec {

struct FetchStage::Work : Local {
  std::map<uint32_t, ExtentReader> readers;
  std::vector<uint32_t> order;
  std::vector<uint32_t> rows;
  std::vector<uint16_t> targets;
};

FetchStage::FetchStage(std::shared_ptr<const Snapshot> snapshot, const Table* table,
                       uint32_t row_id, std::vector<ScanParameters::Column> columns)
    : snapshot_(std::move(snapshot)),
      table_(table),
      row_id_(row_id),
      columns_(std::move(columns)) {}

std::string FetchStage::describe() const {
  std::string names;
  for (const auto& column : columns_) {
    if (!names.empty()) names += ", ";
    names += column.index == ingestion_time_column || table_ == nullptr
                 ? std::string(ingestion_time_name)
                 : table_->schema->columns[column.index].name;
  }
  return fmt::format("fetch [{}]", names);
}

std::unique_ptr<Local> FetchStage::make_local(Worker&) {
  return std::make_unique<Work>();
}

namespace {

/// Puts row i of `from` at row `targets[i]` of a flat vector's memory.
template <typename T>
void scatter(const Vector& from, std::span<const uint16_t> targets, T* values, uint64_t* validity) {
  const Reader reader(from);
  for (uint32_t i = 0; i < targets.size(); ++i) {
    values[targets[i]] = reader.get<T>(i);
    if (validity != nullptr) assign_bit(validity, targets[i], reader.valid(i));
  }
}

void scatter(const Vector& from, std::span<const uint16_t> targets, char* values,
             uint64_t* validity) {
  switch (layout_of(from.type)) {
    case Layout::Byte:
      return scatter(from, targets, reinterpret_cast<uint8_t*>(values), validity);
    case Layout::Word:
    case Layout::Double:
      return scatter(from, targets, reinterpret_cast<int64_t*>(values), validity);
    case Layout::Decimal:
    case Layout::Guid:
      return scatter(from, targets, reinterpret_cast<Guid*>(values), validity);
    case Layout::Text:
      return scatter(from, targets, reinterpret_cast<Text*>(values), validity);
  }
}

}  // namespace

bool FetchStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  Arena& arena = *batch.arena;
  const Reader places(batch.columns[row_id_]);
  batch.columns.erase(batch.columns.begin() + row_id_);

  // Rows extent by extent and ascending, however they came here.
  const auto place_of = [&](uint32_t row) {
    return places.valid(row) ? static_cast<uint64_t>(places.get<int64_t>(row)) : ~uint64_t{0};
  };
  work.order.clear();
  for_each_row(batch.selection, [&](uint32_t row) { work.order.push_back(row); });
  std::ranges::sort(work.order, {}, [&](uint32_t row) { return std::pair(place_of(row), row); });

  struct Target {
    char* values;
    uint64_t* validity;
  };
  std::vector<Target> targets;
  const size_t first_column = batch.columns.size();
  for (const auto& column : columns_) {
    const size_t size = bytes_of(layout_of(column.type));
    Target target{arena.allocate(batch.rows * size, 16), nullptr};
    std::memset(target.values, 0, batch.rows * size);
    if (column.type != Type::String) {
      const auto words = arena.array<uint64_t>(words_for(batch.rows));
      std::memset(words.data(), 0, words.size_bytes());
      target.validity = words.data();
    }
    targets.push_back(target);
    batch.columns.push_back(
        {.type = column.type, .values = target.values, .validity = target.validity});
  }
  for (size_t start = 0; start < work.order.size();) {
    const uint64_t place = place_of(work.order[start]);
    if (place == ~uint64_t{0}) break;  // an outer join's missing side: nulls
    const auto extent = static_cast<uint32_t>(place >> 32);
    work.rows.clear();
    work.targets.clear();
    size_t end = start;
    for (; end < work.order.size() && place_of(work.order[end]) >> 32 == extent; ++end) {
      work.rows.push_back(static_cast<uint32_t>(place_of(work.order[end])));
      work.targets.push_back(static_cast<uint16_t>(work.order[end]));
    }
    auto reader = work.readers.find(extent);
    if (reader == work.readers.end()) {
      reader =
          work.readers.try_emplace(extent, ExtentReader(table_->extents[extent], *table_->schema))
              .first;
    }
    const uint64_t bytes_before = reader->second.counters().stored_bytes;
    const bool all = start == 0 && end == work.order.size() && batch.selection.rows == nullptr &&
                     std::ranges::is_sorted(work.targets);
    for (size_t i = 0; i < columns_.size(); ++i) {
      const Vector read = reader->second.read_rows(columns_[i].index, work.rows, arena);
      if (all) {
        batch.columns[first_column + i] = read;
      } else {
        scatter(read, work.targets, targets[i].values, targets[i].validity);
      }
    }
    worker.counters.rows_fetched_late += static_cast<int64_t>(work.rows.size());
    worker.counters.bytes_read +=
        static_cast<int64_t>(reader->second.counters().stored_bytes - bytes_before);
    start = end;
  }
  return onward.push(batch);
}

}  // namespace vedette::exec
