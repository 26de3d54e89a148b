#include "runtime/exec/sample.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/base/hash.h"

namespace vedette::exec {
namespace {

SortParameters by_chance(std::vector<Type> types, int64_t count) {
  const auto chance = static_cast<uint32_t>(types.size());
  types.push_back(Type::Long);
  return {.types = std::move(types), .keys = {{chance, false, false}}, .limit = count};
}

}  // namespace

SampleSink::SampleSink(std::shared_ptr<Rows> rows, int64_t count)
    : rows_(std::move(rows)),
      count_(count),
      sorted_(std::make_shared<SortedRows>(by_chance(rows_->types, count))),
      sort_(sorted_) {}

std::string SampleSink::describe() const {
  return fmt::format("sample {} rows", count_);
}

std::unique_ptr<Local> SampleSink::make_local(Worker& worker) {
  return sort_.make_local(worker);
}

void SampleSink::begin(Worker& worker, Local& local) {
  sort_.begin(worker, local);
}

bool SampleSink::take(Batch& batch, Worker& worker, Local& local) {
  int64_t* chances = batch.arena->array<int64_t>(batch.rows).data();
  for_each_row(batch.selection, [&](uint32_t row) {
    worker.kernel.random += 0x9e3779b97f4a7c15ull;
    chances[row] = static_cast<int64_t>(hash_word(worker.kernel.random));
  });
  batch.columns.resize(rows_->types.size());
  batch.columns.push_back({.type = Type::Long, .values = chances});
  return sort_.take(batch, worker, local);
}

void SampleSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  sort_.finish(locals, query);
  // Back into the order of the input: the place is the last column of what was sorted.
  const RowBuffer& buffer = *sorted_->buffer;
  const size_t place_column = buffer.types().size() - 1;
  std::vector<std::pair<int64_t, RowPlace>> order;
  for (const RowPlace place : sorted_->order) {
    const Vector places = buffer.column(place >> 32, place_column);
    order.emplace_back(places.as<int64_t>()[static_cast<uint32_t>(place)], place);
  }
  std::ranges::sort(order);
  rows_->buffer = std::make_unique<RowBuffer>(rows_->types, query.memory());
  Arena arena;
  std::vector<RowPlace> places;
  std::vector<Vector> columns(rows_->types.size());
  for (size_t first = 0; first < order.size(); first += batch_rows) {
    const size_t end = std::min(order.size(), first + batch_rows);
    places.clear();
    for (size_t i = first; i < end; ++i) places.push_back(order[i].second);
    arena.clear();
    for (size_t i = 0; i < columns.size(); ++i) columns[i] = buffer.gather(i, places, arena);
    rows_->buffer->append(columns, {nullptr, static_cast<uint32_t>(places.size())});
  }
  rows_->count = rows_->buffer->rows();
  sorted_->buffer->clear();
}

}  // namespace vedette::exec
