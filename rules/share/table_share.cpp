#include "rules/share/table_share.h"

#include <time.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/lower/lower_expression.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "rules/share/conjunct_key.h"
#include "rules/share/shared_scan.h"
#include "runtime/base/error.h"

namespace vedette::rules::share {
namespace {

constexpr std::string_view time_column = "TimeGenerated";

int64_t nanoseconds_of_thread() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Ticks that the bounds of a scan leave for one column.
struct TimeRange {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();

  void narrow(const plan::PruneTerm& term) {
    using Compare = plan::PruneTerm::Compare;
    const int64_t ticks = term.value.as_word();
    switch (term.compare) {
      case Compare::Equal:
        low = std::max(low, ticks);
        high = std::min(high, ticks);
        break;
      case Compare::Less:
        high = std::min(high, ticks - 1);
        break;
      case Compare::LessEqual:
        high = std::min(high, ticks);
        break;
      case Compare::Greater:
        low = std::max(low, ticks + 1);
        break;
      case Compare::GreaterEqual:
        low = std::max(low, ticks);
        break;
    }
  }

  bool meets(const ZoneMap& zone) const {
    if (low > high || zone.nulls == zone.rows) return false;
    if (!zone.bounded) return true;
    return word_of_zone_key(zone.min) <= high && word_of_zone_key(zone.max) >= low;
  }
};

}  // namespace

/// The window of a scan in one run.
struct TableShare::Bounds {
  std::optional<TimeRange> ranges[2];  // of TimeGenerated and of ingestion time
  bool exact = false;                  // they say all that the scan asks of its rows in this run

  explicit Bounds(const ScanUse& use) : exact(use.exact) {
    for (const plan::PruneTerm& term : use.bounds) {
      if (!add(term, use.scan)) exact = false;
    }
  }

  Bounds(const SharedScan& scan, const plan::TimeScope& window) {
    const auto set = [&](size_t at, const std::optional<Datetime>& from,
                         const std::optional<Datetime>& to) {
      if (!scan.times[at] || (!from && !to)) return;
      ranges[at].emplace();
      if (from) ranges[at]->low = from->ticks;
      if (to) ranges[at]->high = to->ticks - 1;
    };
    set(0, window.from, window.to);
    set(1, window.ingested_from, window.ingested_before);
  }

  bool add(const plan::PruneTerm& term, const plan::Scan& scan) {
    if (term.value.type() != Type::Datetime || term.value.is_null()) return false;
    for (const auto& column : scan.columns) {
      if (column.id != term.column) continue;
      const bool ingestion = column.name == ingestion_time_name;
      if (!ingestion && column.name != time_column) return false;
      auto& range = ranges[ingestion ? 1 : 0];
      if (!range) range.emplace();
      range->narrow(term);
      return true;
    }
    return false;
  }

  bool meets(const Block& block) const {
    for (size_t i = 0; i < 2; ++i) {
      if (ranges[i] && !ranges[i]->meets(block.times[i])) return false;
    }
    return true;
  }

  /// Adds those rows of a piece that may lie in the window.
  void add_part(const Piece& piece, Table& table, KeptRows& kept) const {
    size_t first = 0, end = piece.rows->rows();
    for (size_t i = 0; i < 2; ++i) {
      if (!ranges[i]) continue;
      const std::vector<int64_t>& ticks = piece.times[i].ticks;
      const auto from = std::ranges::lower_bound(ticks, ranges[i]->low);
      const auto to = std::upper_bound(from, ticks.end(), ranges[i]->high);
      if (from == to) return;
      if (!piece.times[i].in_order) {
        const bool all = piece.times[i].complete && from == ticks.begin() && to == ticks.end();
        kept.exact = kept.exact && all;
        continue;
      }
      first = std::max(first, static_cast<size_t>(from - ticks.begin()));
      end = std::min(end, static_cast<size_t>(to - ticks.begin()));
    }
    if (first >= end) return;
    const KeptRows::Part part{piece.rows, static_cast<uint32_t>(first),
                              static_cast<uint32_t>(end - first)};
    table.extents.push_back(part.count == piece.rows->rows()
                                ? piece.whole
                                : std::make_shared<Extent>(part.rows, part.first, part.count));
    kept.parts.push_back(part);
  }
};

TableShare::TableShare(std::shared_ptr<const TableSchema> schema, Budget& budget)
    : schema_(std::move(schema)), budget_(budget) {}

TableShare::~TableShare() = default;

uint32_t TableShare::column_of(const std::string& name, Type type) {
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].schema.name == name) return i;
  }
  const auto stored = schema_->find(name);
  columns_.push_back({{name, type}, stored ? *stored : ingestion_time_column});
  return static_cast<uint32_t>(columns_.size() - 1);
}

size_t TableShare::conjunct_of(const plan::Expression& expression, const plan::Scan& scan,
                               const plan::Schema& output) {
  ColumnNames names;
  for (const auto& column : scan.columns) names.emplace(column.id, column.name);
  const auto [found, added] =
      conjunct_by_key_.try_emplace(key_of(expression, names), conjuncts_.size());
  if (!added) return found->second;
  auto conjunct = std::make_unique<Conjunct>();
  ProgramBuilder builder;
  lowering::Registers registers;
  for (const plan::ColumnId id : plan::columns_of(expression)) {
    const auto place = std::ranges::find(output, id, &plan::Column::id);
    const uint32_t column = column_of(names.at(id), place->type);
    conjunct->columns.push_back(column);
    registers[id] = builder.load(column, place->type);
  }
  builder.narrow(lowering::lower_expression(expression, registers, builder));
  conjunct->program = builder.take();
  conjuncts_.push_back(std::move(conjunct));
  return found->second;
}

bool TableShare::answers(const SharedScan& scan, const ScanUse& use) const {
  if (use.scan.row_id || use.scan.columns.empty()) return false;
  ColumnNames names;
  for (const auto& column : use.scan.columns) {
    if (!scan.schema->find(column.name)) return false;
    names.emplace(column.id, column.name);
  }
  std::set<size_t> conjuncts;
  for (const plan::Expression& conjunct : use.conjuncts) {
    if (plan::depends_on_run(conjunct)) continue;
    const auto found = conjunct_by_key_.find(key_of(conjunct, names));
    if (found != conjunct_by_key_.end()) conjuncts.insert(found->second);
  }
  return std::ranges::all_of(scan.conjuncts,
                             [&](size_t number) { return conjuncts.contains(number); });
}

SharedScan* TableShare::add(const ScanUse& use, Timespan lookback) {
  if (use.conjuncts.empty() || use.scan.columns.empty() || use.scan.row_id) return nullptr;
  SharedScan scan;
  std::string key;
  try {
    for (const plan::Expression& conjunct : use.conjuncts) {
      // Without columns it is no condition on rows, and the scan is told so otherwise.
      if (plan::columns_of(conjunct).empty()) continue;
      const size_t number = conjunct_of(conjunct, use.scan, use.node.output);
      if (std::ranges::count(scan.conjuncts, number) == 0) scan.conjuncts.push_back(number);
    }
  } catch (const QueryError&) {
    return nullptr;  // a bad regular expression: the query's own run will say so
  }
  if (scan.conjuncts.empty()) return nullptr;
  std::map<std::string, Type> columns;
  for (size_t i = 0; i < use.scan.columns.size(); ++i) {
    columns.emplace(use.scan.columns[i].name, use.node.output[i].type);
  }
  std::set<size_t> numbers(scan.conjuncts.begin(), scan.conjuncts.end());
  for (const size_t number : numbers) key += std::to_string(number) + ' ';
  for (const auto& [name, type] : columns) key += name + '\n';
  const auto found = scan_by_key_.find(key);
  if (found != scan_by_key_.end()) {
    found->second->lookback.ticks = std::max(found->second->lookback.ticks, lookback.ticks);
    return found->second;
  }
  TableSchema schema{schema_->name, {}};
  for (const auto& [name, type] : columns) {
    scan.columns.push_back(column_of(name, type));
    if (name == time_column && type == Type::Datetime) scan.times[0] = schema.columns.size();
    if (name == ingestion_time_name) scan.times[1] = schema.columns.size();
    schema.columns.push_back({name, type});
    scan.types.push_back(type);
  }
  scan.schema = std::make_shared<const TableSchema>(std::move(schema));
  scan.lookback = lookback;
  for (const size_t number : scan.conjuncts) ++conjuncts_[number]->uses;
  scans_.push_back(std::make_unique<SharedScan>(std::move(scan)));
  scan_by_key_.emplace(std::move(key), scans_.back().get());
  return scans_.back().get();
}

KeptRows TableShare::rows_of(SharedScan& scan, const Table& table, const ScanUse& use,
                             Datetime now) {
  return rows_within(scan, table, Bounds(use), now);
}

bool TableShare::nothing_in(SharedScan& scan, const Table& table, const plan::TimeScope& window,
                            Datetime now) {
  const KeptRows rows = rows_within(scan, table, Bounds(scan, window), now);
  return rows.table != nullptr && rows.parts.empty();
}

KeptRows TableShare::rows_within(SharedScan& scan, const Table& table, const Bounds& bounds,
                                 Datetime now) {
  auto found_rows = std::make_shared<Table>();
  found_rows->schema = scan.schema;
  KeptRows kept{.exact = bounds.exact};
  const std::lock_guard lock(mutex_);
  forget_old(table, now);
  for (const Block& block : blocks_of(table)) {
    if (!bounds.meets(block)) continue;
    if (scan.given_up) return {.exact = false};
    auto found = scan.blocks.find(block.key);
    if (found == scan.blocks.end()) {
      read_block(table, block, scan, now);
      if (scan.given_up) return {.exact = false};
      found = scan.blocks.find(block.key);
      check(found != scan.blocks.end(), "a pass reads the block for the scan that asks");
    }
    for (const Piece& piece : found->second.pieces) bounds.add_part(piece, *found_rows, kept);
  }
  kept.table = std::move(found_rows);
  return kept;
}

const std::vector<TableShare::Block>& TableShare::blocks_of(const Table& table) {
  if (std::ranges::equal(table.extents, listed_, {}, [](const auto& each) { return each->id(); })) {
    return blocks_;
  }
  const auto generated = schema_->find(time_column);
  listed_.clear();
  blocks_.clear();
  for (uint32_t number = 0; number < table.extents.size(); ++number) {
    const Extent& extent = *table.extents[number];
    for (uint32_t block = 0; block < extent.blocks(); ++block) {
      Block entry{number, {extent.id(), block}, {}};
      entry.times[0] = generated ? extent.block_zone(*generated, block) : ZoneMap{.rows = 1};
      entry.times[1] = extent.block_zone(ingestion_time_column, block);
      blocks_.push_back(entry);
    }
    listed_.push_back(extent.id());
  }
  return blocks_;
}

void TableShare::read_block(const Table& table, const Block& block, const SharedScan& asking,
                            Datetime now) {
  const std::shared_ptr<const Extent>& extent = table.extents[block.extent];
  const BlockKey& key = block.key;
  std::optional<int64_t> newest;
  if (block.times[0].bounded) newest = word_of_zone_key(block.times[0].max);
  std::vector<SharedScan*> scans;
  for (const auto& scan : scans_) {
    if (scan->given_up || scan->blocks.contains(key)) continue;
    // Rules that look back less far would not look at it, unless they go by ingestion.
    const bool far = newest && *newest < now.ticks - scan->lookback.ticks;
    if (far && scan.get() != &asking) continue;
    scans.push_back(scan.get());
  }
  if (entries_ == nullptr || entries_extent_ != key.first) {
    entries_ = std::make_unique<DictionaryCache>();
    entries_extent_ = key.first;
  }
  Pass pass(columns_, conjuncts_, scans, *schema_, *entries_);
  const int64_t start = nanoseconds_of_thread();
  pass.run(extent, key.second);
  budget_.nanoseconds_reading += nanoseconds_of_thread() - start;
  budget_.rows_read += pass.rows();
  for (size_t i = 0; i < scans.size(); ++i) {
    SharedScan& scan = *scans[i];
    if (pass.failed(i)) {
      give_up(scan);
      continue;
    }
    scan.rows_seen += pass.rows();
    for (const Piece& piece : pass.pieces(i)) {
      scan.rows_kept += piece.rows->rows();
      scan.bytes += bytes_of(piece);
      budget_.bytes += bytes_of(piece);
    }
    scan.blocks.emplace(key, KeptBlock{std::move(pass.pieces(i)), newest});
    if (budget_.bytes > budget_.most_bytes) give_up(scan);
  }
}

void TableShare::give_up(SharedScan& scan) {
  scan.given_up = true;
  budget_.bytes -= scan.bytes;
  scan.bytes = 0;
  scan.blocks.clear();
}

void TableShare::forget_blocks(SharedScan& scan,
                               const std::function<bool(const BlockKey&, int64_t)>& old) {
  std::erase_if(scan.blocks, [&](const auto& entry) {
    const auto& [key, block] = entry;
    if (!old(key, block.newest.value_or(std::numeric_limits<int64_t>::max()))) return false;
    for (const Piece& piece : block.pieces) {
      scan.bytes -= bytes_of(piece);
      budget_.bytes -= bytes_of(piece);
    }
    return true;
  });
}

void TableShare::forget_old(const Table& table, Datetime now) {
  const uint64_t last = table.extents.empty() ? 0 : table.extents.back()->id();
  if (table.extents.size() != extents_seen_ || last != last_extent_seen_) {
    std::set<uint64_t> present;
    for (const auto& extent : table.extents) present.insert(extent->id());
    for (const auto& scan : scans_) {
      forget_blocks(*scan,
                    [&](const BlockKey& key, int64_t) { return !present.contains(key.first); });
    }
  }
  extents_seen_ = table.extents.size();
  last_extent_seen_ = last;
  // A late run looks back from its own time; it may read its rows once more.
  if (now.ticks < swept_.ticks + ticks_per_day) return;
  swept_ = now;
  for (const auto& scan : scans_) {
    const int64_t reached = now.ticks - scan->lookback.ticks - ticks_per_day;
    forget_blocks(*scan, [&](const BlockKey&, int64_t newest) { return newest < reached; });
  }
}

}  // namespace vedette::rules::share
