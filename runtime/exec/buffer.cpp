#include "runtime/exec/buffer.h"

#include <algorithm>

#include "runtime/base/format.h"

namespace vedette::exec {
namespace {

/// The rows one thread has kept, a buffer a morsel.
struct Kept : Local {
  explicit Kept(Worker& worker) : query(worker.query) {}
  QueryContext& query;
  std::vector<std::pair<uint64_t, std::unique_ptr<RowBuffer>>> morsels;
};

struct Reading : Local {
  Arena arena;
};

}  // namespace

BufferSink::BufferSink(std::shared_ptr<Rows> rows, std::optional<int64_t> limit)
    : rows_(std::move(rows)), limit_(limit) {
  if (limit_ && *limit_ <= 0) full_ = true;
}

std::string BufferSink::describe() const {
  return limit_ ? fmt::format("keep the first {} rows", *limit_) : "keep rows";
}

std::unique_ptr<Local> BufferSink::make_local(Worker& worker) {
  return std::make_unique<Kept>(worker);
}

void BufferSink::begin(Worker& worker, Local& local) {
  auto& kept = static_cast<Kept&>(local);
  // Morsels that gave nothing are not worth a buffer.
  if (!kept.morsels.empty() && kept.morsels.back().second->rows() == 0) {
    kept.morsels.back().first = worker.sequence;
    return;
  }
  kept.morsels.emplace_back(worker.sequence,
                            std::make_unique<RowBuffer>(rows_->types, worker.query.memory()));
}

bool BufferSink::take(Batch& batch, Worker&, Local& local) {
  RowBuffer& buffer = *static_cast<Kept&>(local).morsels.back().second;
  Selection selection = batch.selection;
  if (limit_) {
    const auto left = static_cast<uint64_t>(*limit_) - buffer.rows();
    if (selection.count > left) selection.count = static_cast<uint32_t>(left);
  }
  buffer.append(batch.columns, selection);
  return !limit_ || buffer.rows() < static_cast<uint64_t>(*limit_);
}

void BufferSink::end(Worker& worker, Local& local) {
  if (!limit_) return;
  const auto rows = static_cast<int64_t>(static_cast<Kept&>(local).morsels.back().second->rows());
  const std::lock_guard lock(mutex_);
  if (ended_.size() <= worker.sequence) ended_.resize(worker.sequence + 1);
  ended_[worker.sequence] = rows;
  // Only rows before which nothing is missing count.
  while (first_open_ < ended_.size() && ended_[first_open_]) rows_known_ += *ended_[first_open_++];
  if (rows_known_ >= *limit_) full_ = true;
}

void BufferSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  std::vector<std::pair<uint64_t, std::unique_ptr<RowBuffer>>> all;
  for (const auto& local : locals) {
    for (auto& morsel : static_cast<Kept&>(*local).morsels) {
      if (morsel.second->rows() > 0) all.push_back(std::move(morsel));
    }
  }
  std::ranges::sort(all, {}, [](const auto& morsel) { return morsel.first; });
  rows_->buffer = std::make_unique<RowBuffer>(rows_->types, query.memory());
  for (auto& [sequence, buffer] : all) {
    if (limit_ && rows_->buffer->rows() >= static_cast<uint64_t>(*limit_)) break;
    rows_->buffer->take(std::move(*buffer));
  }
  rows_->count = rows_->buffer->rows();
  if (limit_)
    rows_->count = std::min(rows_->count, static_cast<size_t>(std::max<int64_t>(0, *limit_)));
}

size_t BufferSource::morsels(QueryContext&) {
  return rows_->buffer == nullptr ? 0 : rows_->buffer->chunks();
}

std::unique_ptr<Local> BufferSource::make_local(Worker&) {
  return std::make_unique<Reading>();
}

void BufferSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  Arena& arena = static_cast<Reading*>(local)->arena;
  const RowBuffer& buffer = *rows_->buffer;
  size_t before = 0;
  for (size_t chunk = 0; chunk < morsel; ++chunk) before += buffer.rows_of(chunk);
  const auto left = static_cast<uint32_t>(
      std::min<size_t>(buffer.rows_of(morsel), rows_->count - std::min(rows_->count, before)));
  const auto step = static_cast<uint32_t>(worker.query.limits().batch_rows);
  for (uint32_t first = 0; first < left; first += step) {
    arena.clear();
    const uint32_t rows = std::min(step, left - first);
    Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena};
    for (size_t i = 0; i < rows_->types.size(); ++i) {
      batch.columns.push_back(slice(buffer.column(morsel, i), first, rows, arena));
    }
    if (!onward.push(batch)) return;
  }
}

}  // namespace vedette::exec
