#include "rules/share/shared_scan.h"

#include <algorithm>

namespace vedette::rules::share {
namespace {

// Rows of a piece: few enough that a window of a run reads little more than its own.
constexpr uint32_t piece_rows = 16'384;
// After so many rows it is known whether most of them pass: reading them again is then no dearer
// than keeping them.
constexpr int64_t trial_rows = 8 * batch_rows;

Selection selection_of(const std::vector<uint64_t>& bits, Arena& arena) {
  uint32_t count = 0;
  for (const uint64_t word : bits) count += static_cast<uint32_t>(std::popcount(word));
  uint16_t* rows = arena.array<uint16_t>(count + 1).data();
  uint32_t at = 0;
  for (size_t word = 0; word < bits.size(); ++word) {
    for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
      rows[at++] = static_cast<uint16_t>(word * 64 + static_cast<size_t>(std::countr_zero(left)));
    }
  }
  return {rows, count};
}

Piece::Times times_of(const Vector& column, uint32_t rows) {
  const Reader reader(column);
  Piece::Times times;
  if (column.shape == Shape::Constant) {
    times.complete = reader.valid(0);
    if (times.complete) times.ticks.push_back(reader.get<int64_t>(0));
    return times;
  }
  times.ticks.reserve(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    if (reader.valid(row)) times.ticks.push_back(reader.get<int64_t>(row));
  }
  times.complete = times.ticks.size() == rows;
  times.in_order = times.complete && std::ranges::is_sorted(times.ticks);
  if (!times.in_order) std::ranges::sort(times.ticks);
  return times;
}

}  // namespace

int64_t bytes_of(const Piece& piece) {
  return static_cast<int64_t>(piece.rows->bytes() +
                              8 * (piece.times[0].ticks.size() + piece.times[1].ticks.size()));
}

TableShare::Pass::Pass(const std::vector<Column>& columns,
                       const std::vector<std::unique_ptr<Conjunct>>& conjuncts,
                       const std::vector<SharedScan*>& scans, const TableSchema& schema,
                       DictionaryCache& dictionaries)
    : columns_(columns),
      conjuncts_(conjuncts),
      scans_(scans),
      schema_(schema),
      found_(scans.size()),
      dictionaries_(dictionaries),
      conditions_(conjuncts.size()),
      loaded_(columns.size()) {}

void TableShare::Pass::run(const std::shared_ptr<const Extent>& extent, uint32_t block) {
  ExtentReader reader(extent, schema_);
  const uint32_t end = std::min(extent->rows(), (block + 1) * block_rows);
  for (uint32_t first = block * block_rows; first < end; first += batch_rows) {
    const uint32_t rows = std::min<uint32_t>(batch_rows, end - first);
    arena_.clear();
    Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena_};
    batch.columns.resize(columns_.size());
    std::fill(loaded_.begin(), loaded_.end(), false);
    for (Condition& condition : conditions_) condition.passing.reset();
    run_batch(batch, reader, first);
    rows_ += rows;
    for (size_t i = 0; i < scans_.size(); ++i) {
      const int64_t seen = scans_[i]->rows_seen + rows_;
      const int64_t kept = scans_[i]->rows_kept + found_[i].kept;
      if (seen >= trial_rows && kept * 5 > seen * 2) found_[i].failed = true;
    }
  }
  for (size_t i = 0; i < scans_.size(); ++i) finish(i, extent);
}

void TableShare::Pass::run_batch(Batch& batch, ExtentReader& reader, uint32_t first) {
  for (size_t i = 0; i < scans_.size(); ++i) {
    if (found_[i].failed) continue;
    Selection left{nullptr, batch.rows};
    for (const size_t conjunct : scans_[i]->conjuncts) {
      left = narrow(conjunct, left, batch, reader, first);
      found_[i].failed |= conditions_[conjunct].failed;
      if (left.count == 0 || found_[i].failed) break;
    }
    if (left.count == 0 || found_[i].failed) continue;
    need(scans_[i]->columns, batch, reader, first);
    keep(i, left, batch, reader.shared_extent());
  }
}

void TableShare::Pass::need(const std::vector<uint32_t>& columns, Batch& batch,
                            ExtentReader& reader, uint32_t first) {
  for (const uint32_t column : columns) {
    if (loaded_[column]) continue;
    loaded_[column] = true;
    batch.columns[column] = reader.read(columns_[column].stored, first, batch.rows, arena_);
  }
}

Selection TableShare::Pass::narrow(size_t conjunct, Selection selection, Batch& batch,
                                   ExtentReader& reader, uint32_t first) {
  Condition& condition = conditions_[conjunct];
  if (!condition.passing) need(conjuncts_[conjunct]->columns, batch, reader, first);
  if (conjuncts_[conjunct]->uses < 2) return evaluate(conjunct, selection, batch);
  if (!condition.passing) {
    condition.passing.emplace(words_for(batch.rows), 0);
    const Selection passing = evaluate(conjunct, {nullptr, batch.rows}, batch);
    for_each_row(passing, [&](uint32_t row) { set_bit(condition.passing->data(), row); });
  }
  Bits both(words_for(batch.rows), 0);
  if (selection.rows == nullptr) {
    both = *condition.passing;
  } else {
    for_each_row(selection, [&](uint32_t row) {
      if (get_bit(condition.passing->data(), row)) set_bit(both.data(), row);
    });
  }
  return selection_of(both, arena_);
}

Selection TableShare::Pass::evaluate(size_t conjunct, Selection selection, Batch& batch) {
  Condition& condition = conditions_[conjunct];
  if (!condition.runner) condition.runner.emplace(conjuncts_[conjunct]->program, &dictionaries_);
  batch.selection = selection;
  condition.runner->run(batch, context_);
  if (!context_.failure_code.empty()) {
    condition.failed = true;
    context_.failure_code = {};
  }
  return batch.selection;
}

void TableShare::Pass::keep(size_t scan, Selection selection, const Batch& batch,
                            const std::shared_ptr<const Extent>& extent) {
  const SharedScan& of = *scans_[scan];
  Found& found = found_[scan];
  if (found.open == nullptr) found.open = std::make_shared<HeldRows>(of.types);
  found.open->append(batch.columns, of.columns, selection);
  found.kept += selection.count;
  if (found.open->rows() >= piece_rows) finish(scan, extent);
}

void TableShare::Pass::finish(size_t scan, const std::shared_ptr<const Extent>& extent) {
  Found& found = found_[scan];
  const std::shared_ptr<HeldRows> rows = std::move(found.open);
  if (found.failed || rows == nullptr) return;
  rows->keep_alive(extent);
  Piece piece{.rows = rows, .whole = std::make_shared<Extent>(rows, 0, rows->rows())};
  for (size_t i = 0; i < 2; ++i) {
    if (scans_[scan]->times[i]) {
      piece.times[i] = times_of(rows->column(*scans_[scan]->times[i]), rows->rows());
    }
  }
  found.pieces.push_back(std::move(piece));
}

}  // namespace vedette::rules::share
