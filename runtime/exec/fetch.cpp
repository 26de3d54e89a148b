#include <algorithm>
#include <map>

#include "runtime/base/format.h"
#include "runtime/exec/row_buffer.h"
#include "runtime/exec/scan.h"

namespace vedette::exec {
namespace {

/// Rows that are fetched together: the more, the fewer pages are read twice.
constexpr size_t fetch_rows = 65'536;

/// The values of one fetched column, in the order of the rows that were pushed.
struct Fetched {
  Vector vector;
  char* values = nullptr;
  uint64_t* validity = nullptr;
};

/// A row of the table, and which of the pushed rows asked for it.
struct Wanted {
  uint64_t place;
  uint32_t target;
};

/// Puts row i of `from` at row `wanted[i].target` of a column.
template <typename T>
void scatter(const Vector& from, std::span<const Wanted> wanted, Fetched& into) {
  const Reader reader(from);
  T* values = reinterpret_cast<T*>(into.values);
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    values[wanted[i].target] = reader.get<T>(i);
    if (into.validity != nullptr) assign_bit(into.validity, wanted[i].target, reader.valid(i));
  }
}

void scatter_any(const Vector& from, std::span<const Wanted> wanted, Fetched& into) {
  switch (layout_of(from.type)) {
    case Layout::Byte:
      return scatter<uint8_t>(from, wanted, into);
    case Layout::Word:
    case Layout::Double:
      return scatter<int64_t>(from, wanted, into);
    case Layout::Decimal:
    case Layout::Guid:
      return scatter<Guid>(from, wanted, into);
    case Layout::Text:
      return scatter<Text>(from, wanted, into);
  }
}

Fetched make_column(Type type, size_t rows, Arena& arena) {
  const size_t bytes = rows * bytes_of(layout_of(type));
  Fetched column;
  column.values = arena.allocate(bytes, 16);
  std::memset(column.values, 0, bytes);
  if (type != Type::String) {
    const auto words = arena.array<uint64_t>(words_for(rows));
    std::memset(words.data(), 0, words.size_bytes());
    column.validity = words.data();
  }
  column.vector = {.type = type, .values = column.values, .validity = column.validity};
  return column;
}

}  // namespace

struct FetchStage::Work : Local {
  explicit Work(QueryContext& query) : memory(query.memory()) {}

  std::unique_ptr<RowBuffer> rows;  // pushed, and not fetched yet
  std::map<uint32_t, ExtentReader> readers;
  std::vector<Wanted> wanted;
  std::vector<uint32_t> numbers;  // of rows of one extent
  std::vector<Fetched> columns;
  Arena fetched;  // values of the rows at hand
  Arena arena;    // of the batch at hand
  MemoryHold memory;
};

FetchStage::FetchStage(std::shared_ptr<const Snapshot> snapshot, const Table* table,
                       uint32_t row_id, std::vector<ScanParameters::Column> columns)
    : snapshot_(std::move(snapshot)),
      table_(table),
      row_id_(row_id),
      columns_(std::move(columns)) {}

std::string FetchStage::describe() const {
  if (table_ == nullptr) return "fetch nothing";
  std::string names;
  for (const auto& column : columns_) {
    if (!names.empty()) names += ", ";
    names += column.index == ingestion_time_column ? std::string(ingestion_time_name)
                                                   : table_->schema->columns[column.index].name;
  }
  return fmt::format("fetch [{}]", names);
}

std::unique_ptr<Local> FetchStage::make_local(Worker& worker) {
  return std::make_unique<Work>(worker.query);
}

bool FetchStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  if (work.rows == nullptr) {
    std::vector<Type> types;
    for (const Vector& column : batch.columns) types.push_back(column.type);
    work.rows = std::make_unique<RowBuffer>(std::move(types), worker.query.memory());
  }
  work.rows->append(batch.columns, batch.selection);
  return work.rows->rows() < fetch_rows || fetch(worker, work, onward);
}

void FetchStage::flush(Worker& worker, Local* local, Emit& onward) {
  fetch(worker, static_cast<Work&>(*local), onward);
}

bool FetchStage::fetch(Worker& worker, Work& work, Emit& onward) const {
  if (work.rows == nullptr || work.rows->rows() == 0) return true;
  const RowBuffer& rows = *work.rows;
  // Extent by extent and ascending, however they came here.
  work.wanted.clear();
  uint32_t target = 0;
  for (size_t chunk = 0; chunk < rows.chunks(); ++chunk) {
    const Vector places = rows.column(chunk, row_id_);
    const Reader reader(places);
    for (uint32_t row = 0; row < rows.rows_of(chunk); ++row, ++target) {
      // Without a place there is no row: the missing side of an outer join.
      if (!reader.valid(row)) continue;
      work.wanted.push_back({static_cast<uint64_t>(reader.get<int64_t>(row)), target});
    }
  }
  std::ranges::sort(work.wanted, {},
                    [](const Wanted& row) { return std::pair(row.place, row.target); });
  work.columns.clear();
  for (const auto& column : columns_) {
    work.columns.push_back(make_column(column.type, rows.rows(), work.fetched));
  }
  for (size_t first = 0; first < work.wanted.size();) {
    worker.query.check_running();
    const uint64_t extent = work.wanted[first].place >> 32;
    size_t end = first;
    work.numbers.clear();
    while (end < work.wanted.size() && end - first < static_cast<size_t>(batch_rows) &&
           work.wanted[end].place >> 32 == extent) {
      work.numbers.push_back(static_cast<uint32_t>(work.wanted[end++].place));
    }
    read_rows(worker, work, static_cast<uint32_t>(extent), first, end);
    work.memory.set(static_cast<int64_t>(work.fetched.reserved()));
    first = end;
  }
  const bool more = emit(worker, work, onward);
  work.rows->clear();
  work.fetched.clear();
  return more;
}

void FetchStage::read_rows(Worker& worker, Work& work, uint32_t extent, size_t first,
                           size_t end) const {
  const std::span<const Wanted> wanted(work.wanted.data() + first, end - first);
  auto reader = work.readers.find(extent);
  if (reader == work.readers.end()) {
    reader =
        work.readers.try_emplace(extent, ExtentReader(table_->extents[extent], *table_->schema))
            .first;
  }
  const uint64_t bytes_before = reader->second.counters().stored_bytes;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Vector read = reader->second.read_rows(columns_[i].index, work.numbers, work.fetched);
    scatter_any(read, wanted, work.columns[i]);
  }
  worker.counters.rows_fetched_late += static_cast<int64_t>(wanted.size());
  worker.counters.bytes_read +=
      static_cast<int64_t>(reader->second.counters().stored_bytes - bytes_before);
}

bool FetchStage::emit(Worker& worker, Work& work, Emit& onward) const {
  const auto step = static_cast<uint32_t>(worker.query.limits().batch_rows);
  uint32_t row = 0;
  for (size_t chunk = 0; chunk < work.rows->chunks(); ++chunk) {
    const uint32_t count = work.rows->rows_of(chunk);
    for (uint32_t first = 0; first < count; first += step) {
      work.arena.clear();
      const uint32_t rows = std::min(step, count - first);
      Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &work.arena};
      for (size_t i = 0; i < work.rows->types().size(); ++i) {
        if (i == row_id_) continue;
        batch.columns.push_back(slice(work.rows->column(chunk, i), first, rows, work.arena));
      }
      for (const Fetched& column : work.columns) {
        batch.columns.push_back(slice(column.vector, row, rows, work.arena));
      }
      row += rows;
      if (!onward.push(batch)) return false;
    }
  }
  return true;
}

}  // namespace vedette::exec
