#include "runtime/exec/values.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/format.h"

namespace vedette::exec {
namespace {

// Rows of a morsel; small enough to share, large enough not to matter.
constexpr size_t morsel_rows = 65'536;

struct Work : Local {
  Arena arena;
  std::vector<ColumnBuilder> columns;
};

Batch whole_batch(uint32_t rows, Arena& arena) {
  return {.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena};
}

}  // namespace

bool emit_rows(std::span<const ColumnBuilder> columns, Arena& arena, Worker& worker, Emit& onward) {
  const auto step = static_cast<size_t>(worker.query.limits().batch_rows);
  const size_t rows = columns.empty() ? 0 : columns[0].size();
  for (size_t first = 0; first < rows; first += step) {
    arena.clear();
    Batch batch = whole_batch(static_cast<uint32_t>(std::min(step, rows - first)), arena);
    for (const ColumnBuilder& column : columns) {
      const size_t word = first / 64 * 64;
      batch.columns.push_back(
          slice(column.vector(word), static_cast<uint32_t>(first - word), batch.rows, arena));
    }
    if (!onward.push(batch)) return false;
  }
  return true;
}

ValuesSource::ValuesSource(std::vector<Type> types, const std::vector<std::vector<Value>>& rows)
    : rows_(rows.size()) {
  for (size_t i = 0; i < types.size(); ++i) {
    ColumnBuilder& column = columns_.emplace_back(types[i]);
    for (const auto& row : rows) column.append(row[i]);
  }
}

std::string ValuesSource::describe() const {
  return fmt::format("values, {} rows", rows_);
}

size_t ValuesSource::morsels(QueryContext&) {
  return (rows_ + morsel_rows - 1) / morsel_rows;
}

std::unique_ptr<Local> ValuesSource::make_local(Worker&) {
  return std::make_unique<Work>();
}

void ValuesSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  Arena& arena = static_cast<Work*>(local)->arena;
  const size_t end = std::min(rows_, (morsel + 1) * morsel_rows);
  const auto step = static_cast<size_t>(worker.query.limits().batch_rows);
  for (size_t first = morsel * morsel_rows; first < end; first += step) {
    arena.clear();
    Batch batch = whole_batch(static_cast<uint32_t>(std::min(step, end - first)), arena);
    for (const ColumnBuilder& column : columns_) {
      const size_t word = first / 64 * 64;
      batch.columns.push_back(
          slice(column.vector(word), static_cast<uint32_t>(first - word), batch.rows, arena));
    }
    if (!onward.push(batch)) return;
  }
}

RangeSource::RangeSource(Value first, Value last, Value step)
    : type_(first.type()), real_(first.type() == Type::Real) {
  if (first.is_null() || last.is_null() || step.is_null()) return;
  if (real_) {
    first_real_ = first.as_real();
    step_real_ = step.as_real();
    const double steps = std::floor((last.as_real() - first_real_) / step_real_ + 1e-9);
    if (step_real_ != 0 && steps >= 0 && steps < 1e15) rows_ = static_cast<size_t>(steps) + 1;
    return;
  }
  first_ = first.as_word();
  step_ = step.as_word();
  const int64_t last_word = last.as_word();
  if (step_ == 0 || (step_ > 0 ? last_word < first_ : last_word > first_)) return;
  const auto low = static_cast<uint64_t>(std::min(first_, last_word));
  const auto high = static_cast<uint64_t>(std::max(first_, last_word));
  const uint64_t stride =
      step_ > 0 ? static_cast<uint64_t>(step_) : uint64_t{0} - static_cast<uint64_t>(step_);
  rows_ = static_cast<size_t>((high - low) / stride);
  if (rows_ != SIZE_MAX) ++rows_;
}

std::string RangeSource::describe() const {
  return fmt::format("range, {} rows", rows_);
}

size_t RangeSource::morsels(QueryContext&) {
  return rows_ / morsel_rows + (rows_ % morsel_rows != 0 ? 1 : 0);
}

std::unique_ptr<Local> RangeSource::make_local(Worker&) {
  return std::make_unique<Work>();
}

void RangeSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  Arena& arena = static_cast<Work*>(local)->arena;
  const size_t start = morsel * morsel_rows;
  const size_t end = start + std::min(rows_ - start, morsel_rows);
  const auto step = static_cast<size_t>(worker.query.limits().batch_rows);
  for (size_t first = start; first < end; first += step) {
    arena.clear();
    Batch batch = whole_batch(static_cast<uint32_t>(std::min(step, end - first)), arena);
    Vector column{.type = type_};
    if (real_) {
      double* values = arena.array<double>(batch.rows).data();
      for (uint32_t i = 0; i < batch.rows; ++i) {
        values[i] = first_real_ + static_cast<double>(first + i) * step_real_;
      }
      column.values = values;
    } else {
      int64_t* values = arena.array<int64_t>(batch.rows).data();
      for (uint32_t i = 0; i < batch.rows; ++i) {
        values[i] = static_cast<int64_t>(static_cast<uint64_t>(first_) +
                                         (first + i) * static_cast<uint64_t>(step_));
      }
      column.values = values;
    }
    batch.columns.push_back(column);
    if (!onward.push(batch)) return;
  }
}

ExternalSource::ExternalSource(std::vector<Type> types, std::function<Read()> open,
                               std::string name)
    : types_(std::move(types)), open_(std::move(open)), name_(std::move(name)) {}

std::unique_ptr<Local> ExternalSource::make_local(Worker&) {
  auto work = std::make_unique<Work>();
  for (const Type type : types_) work->columns.emplace_back(type);
  return work;
}

void ExternalSource::run(size_t, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  const Read read = open_();
  while (true) {
    for (ColumnBuilder& column : work.columns) column.clear();
    if (!read(work.columns)) return;
    if (!work.columns.empty()) {
      worker.counters.rows_scanned += static_cast<int64_t>(work.columns[0].size());
    }
    if (!emit_rows(work.columns, work.arena, worker, onward)) return;
  }
}

}  // namespace vedette::exec
