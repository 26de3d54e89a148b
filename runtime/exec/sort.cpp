#include "runtime/exec/sort.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/exec/row_order.h"
#include "runtime/exec/scheduler.h"

namespace vedette::exec {
namespace {

constexpr size_t morsel_rows = 32'768;
// Fewer rows than this are sorted by one thread.
constexpr size_t many_rows = 20'000;
// Rows a top-N keeps beyond twice its N before it throws out what cannot be in it.
constexpr size_t slack_rows = 4'096;

/// The rows of one thread, with their place in the input as the last column.
struct SortWork : Local {
  SortWork(const std::vector<Type>& types, MemoryAccount& account)
      : buffer(std::make_unique<RowBuffer>(types, account)) {}

  std::unique_ptr<RowBuffer> buffer;
  uint64_t next_place = 0;
  uint64_t last_prefix = ~uint64_t{0};  // rows beyond it are not among the first N
  std::vector<uint64_t> prefixes;
  std::vector<uint16_t> selected;
  std::vector<Vector> columns;
};

struct Reading : Local {
  Arena arena;
};

std::vector<Type> types_with_place(const SortParameters& parameters) {
  std::vector<Type> types = parameters.types;
  types.push_back(Type::Long);
  return types;
}

uint32_t place_column(const SortParameters& parameters) {
  return static_cast<uint32_t>(parameters.types.size());
}

/// Keeps only the first `limit` rows of the order.
void prune(SortWork& work, const SortParameters& parameters, size_t limit, MemoryAccount& memory) {
  std::vector<OrderedRow> rows;
  {
    const RowOrder order(*work.buffer, parameters.keys, place_column(parameters));
    rows = order.rows();
    std::nth_element(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(limit - 1), rows.end(),
                     [&](const auto& a, const auto& b) { return order(a, b); });
  }
  work.last_prefix = rows[limit - 1].prefix;
  rows.resize(limit);
  std::vector<RowPlace> places;
  for (const OrderedRow& row : rows) places.push_back(row.place);
  std::ranges::sort(places);  // chunk by chunk, so that codes stay codes
  auto kept = std::make_unique<RowBuffer>(work.buffer->types(), memory);
  Arena arena;
  std::vector<Vector> columns(work.buffer->types().size());
  for (size_t first = 0; first < places.size();) {
    // One chunk at a time: its dictionaries are its own.
    size_t end = first;
    while (end < places.size() && end - first < static_cast<size_t>(batch_rows) &&
           places[end] >> 32 == places[first] >> 32) {
      ++end;
    }
    const std::span<const RowPlace> part(places.data() + first, end - first);
    arena.clear();
    for (size_t i = 0; i < columns.size(); ++i) columns[i] = work.buffer->gather(i, part, arena);
    kept->append(columns, {nullptr, static_cast<uint32_t>(part.size())});
    first = end;
  }
  work.buffer = std::move(kept);
}

/// Sorts on several threads: runs first, then merges of two neighbours at a time.
void sort_rows(std::vector<OrderedRow>& rows, const RowOrder& order, QueryContext& query) {
  // By reference: the algorithms copy what they compare with.
  const auto before = [&](const OrderedRow& a, const OrderedRow& b) { return order(a, b); };
  const auto threads = static_cast<size_t>(std::max(1, query.limits().threads));
  size_t runs = 1;
  while (runs < threads && rows.size() > many_rows) runs *= 2;
  const auto bound = [&](size_t run) { return static_cast<ptrdiff_t>(rows.size() * run / runs); };
  run_in_parallel(query.limits().threads, runs, [&](size_t run) {
    std::sort(rows.begin() + bound(run), rows.begin() + bound(run + 1), before);
  });
  if (runs == 1) return;
  std::vector<OrderedRow> merged(rows.size());
  for (size_t width = 1; width < runs; width *= 2) {
    run_in_parallel(query.limits().threads, runs / (2 * width), [&](size_t pair) {
      const auto first = bound(pair * 2 * width);
      const auto middle = rows.begin() + bound((pair * 2 + 1) * width);
      const auto last = rows.begin() + bound((pair + 1) * 2 * width);
      std::merge(rows.begin() + first, middle, middle, last, merged.begin() + first, before);
    });
    rows.swap(merged);
  }
}

}  // namespace

std::string SortSink::describe() const {
  const auto& parameters = sorted_->parameters;
  std::string keys;
  for (const auto& key : parameters.keys) {
    if (!keys.empty()) keys += ", ";
    keys += fmt::format("{} {} nulls {}", key.column, key.descending ? "desc" : "asc",
                        key.nulls_first ? "first" : "last");
  }
  return parameters.limit ? fmt::format("top {} by [{}]", *parameters.limit, keys)
                          : fmt::format("sort by [{}]", keys);
}

std::unique_ptr<Local> SortSink::make_local(Worker& worker) {
  return std::make_unique<SortWork>(types_with_place(sorted_->parameters), worker.query.memory());
}

void SortSink::begin(Worker& worker, Local& local) {
  static_cast<SortWork&>(local).next_place = worker.sequence << 32;
}

bool SortSink::take(Batch& batch, Worker& worker, Local& local) {
  auto& work = static_cast<SortWork&>(local);
  const SortParameters& parameters = sorted_->parameters;
  if (parameters.limit && *parameters.limit <= 0) return false;
  int64_t* places = batch.arena->array<int64_t>(batch.rows).data();
  for_each_row(batch.selection,
               [&](uint32_t row) { places[row] = static_cast<int64_t>(work.next_place++); });
  Selection selection = batch.selection;
  if (work.last_prefix != ~uint64_t{0} && !parameters.keys.empty()) {
    const auto& key = parameters.keys[0];
    order_prefixes(key, batch.columns[key.column], selection, work.prefixes);
    work.selected.clear();
    for (uint32_t at = 0; at < selection.count; ++at) {
      if (work.prefixes[at] <= work.last_prefix) {
        work.selected.push_back(static_cast<uint16_t>(selection[at]));
      }
    }
    selection = {work.selected.data(), static_cast<uint32_t>(work.selected.size())};
  }
  work.columns = batch.columns;
  work.columns.resize(parameters.types.size());
  work.columns.push_back({.type = Type::Long, .values = places});
  work.buffer->append(work.columns, selection);
  if (parameters.limit) {
    const auto limit = static_cast<size_t>(*parameters.limit);
    if (limit < (size_t{1} << 40) && work.buffer->rows() > 2 * limit + slack_rows) {
      prune(work, parameters, limit, worker.query.memory());
    }
  }
  return true;
}

void SortSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  const SortParameters& parameters = sorted_->parameters;
  sorted_->buffer = std::make_unique<RowBuffer>(types_with_place(parameters), query.memory());
  for (const auto& local : locals) {
    sorted_->buffer->take(std::move(*static_cast<SortWork&>(*local).buffer));
  }
  const RowOrder order(*sorted_->buffer, parameters.keys, place_column(parameters));
  MemoryHold memory(query.memory());
  memory.set(static_cast<int64_t>(2 * sorted_->buffer->rows() * sizeof(OrderedRow)));
  auto rows = order.rows();
  if (parameters.limit && static_cast<uint64_t>(*parameters.limit) < rows.size()) {
    const auto limit = static_cast<ptrdiff_t>(*parameters.limit);
    std::nth_element(rows.begin(), rows.begin() + limit, rows.end(),
                     [&](const auto& a, const auto& b) { return order(a, b); });
    rows.resize(static_cast<size_t>(limit));
  }
  sort_rows(rows, order, query);
  sorted_->order.reserve(rows.size());
  for (const OrderedRow& row : rows) sorted_->order.push_back(row.place);
}

size_t SortedSource::morsels(QueryContext&) {
  return (sorted_->order.size() + morsel_rows - 1) / morsel_rows;
}

std::unique_ptr<Local> SortedSource::make_local(Worker&) {
  return std::make_unique<Reading>();
}

void SortedSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  Arena& arena = static_cast<Reading*>(local)->arena;
  const auto& order = sorted_->order;
  const size_t end = std::min(order.size(), (morsel + 1) * morsel_rows);
  const auto step = static_cast<size_t>(worker.query.limits().batch_rows);
  for (size_t first = morsel * morsel_rows; first < end; first += step) {
    arena.clear();
    const std::span<const RowPlace> places(order.data() + first, std::min(step, end - first));
    const auto rows = static_cast<uint32_t>(places.size());
    Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena};
    for (uint32_t i = 0; i < sorted_->parameters.output_columns; ++i) {
      batch.columns.push_back(sorted_->buffer->gather(i, places, arena));
    }
    if (!onward.push(batch)) return;
  }
}

}  // namespace vedette::exec
