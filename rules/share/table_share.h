// One table as many rules see it: each scan's rows are found once, in one pass over the table, and
// kept in memory.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/plan/time_scope.h"
#include "compiler/session/stand_ins.h"
#include "runtime/kernel/dictionary_cache.h"
#include "runtime/kernel/program.h"
#include "runtime/table/held_rows.h"

namespace vedette::rules::share {

/// What the parts of a runner use together.
struct Budget {
  int64_t most_bytes = 0;
  std::atomic<int64_t> bytes = 0;                // of the rows kept
  std::atomic<int64_t> rows_read = 0;            // of tables, by passes
  std::atomic<int64_t> nanoseconds_reading = 0;  // CPU time of the passes
};

/// Rows of a block that satisfy the conjuncts of a scan, with the columns that it reads.
struct Piece {
  /// Times of one column, sorted; nulls are left out.
  struct Times {
    std::vector<int64_t> ticks;
    bool in_order = false;  // ticks[i] is the time of row i
    bool complete = false;  // none was null
  };

  std::shared_ptr<const HeldRows> rows;
  Times times[2];                       // TimeGenerated and ingestion time; empty: not kept
  std::shared_ptr<const Extent> whole;  // all of `rows`
};

/// What a run reads of a scan. With the same parts in a later run it reads the same rows.
struct KeptRows {
  struct Part {
    std::shared_ptr<const HeldRows> rows;
    uint32_t first = 0, count = 0;

    bool operator==(const Part&) const = default;
  };

  std::shared_ptr<const Table> table;  // nullptr: the table itself is the better choice
  std::vector<Part> parts;
  bool exact = true;  // no row of the parts lies outside of the window
};

/// What one or several rules read of the table. The conjuncts are those that no clock changes.
class SharedScan;

/// All scans of one table. Safe to use from several threads once the scans are added.
class TableShare {
 public:
  TableShare(std::shared_ptr<const TableSchema> schema, Budget& budget);
  ~TableShare();

  /// A scan that a rule with this look-back makes; nullptr when it cannot be shared. The same scan
  /// of another rule gives the same object.
  SharedScan* add(const ScanUse& use, Timespan lookback);

  size_t scans() const { return scans_.size(); }

  /// True when the rows kept for `scan` are all that `use` needs: what it reads and, among its
  /// conjuncts, all that the scan has.
  bool answers(const SharedScan& scan, const ScanUse& use) const;

  /// True when the window of a run holds no row of the scan for certain.
  bool nothing_in(SharedScan& scan, const Table& table, const plan::TimeScope& window,
                  Datetime now);

  /// The rows that a scan may need in a run at `now`. `table` is the table in the snapshot of the
  /// run, `use` the scan of the run.
  KeptRows rows_of(SharedScan& scan, const Table& table, const ScanUse& use, Datetime now);

 private:
  struct Column;
  struct Conjunct;
  struct Bounds;
  class Pass;
  using BlockKey = std::pair<uint64_t, uint32_t>;  // extent, block
  /// A block of the table, and which times its rows have.
  struct Block {
    uint32_t extent;  // its place in the table
    BlockKey key;
    ZoneMap times[2];  // TimeGenerated and ingestion time
  };

  KeptRows rows_within(SharedScan& scan, const Table& table, const Bounds& bounds, Datetime now);
  uint32_t column_of(const std::string& name, Type type);
  size_t conjunct_of(const plan::Expression& expression, const plan::Scan& scan,
                     const plan::Schema& output);
  void read_block(const Table& table, const Block& block, const SharedScan& asking, Datetime now);
  /// The blocks of a table, looked up when its extents change.
  const std::vector<Block>& blocks_of(const Table& table);
  /// Forgets extents that are gone, and now and then what no window reaches any more.
  void forget_old(const Table& table, Datetime now);
  void forget_blocks(SharedScan& scan, const std::function<bool(const BlockKey&, int64_t)>& old);
  void give_up(SharedScan& scan);

  std::shared_ptr<const TableSchema> schema_;
  Budget& budget_;
  std::vector<Column> columns_;
  std::vector<std::unique_ptr<Conjunct>> conjuncts_;
  std::unordered_map<std::string, size_t> conjunct_by_key_;
  std::vector<std::unique_ptr<SharedScan>> scans_;
  std::unordered_map<std::string, SharedScan*> scan_by_key_;

  std::mutex mutex_;  // guards what follows, and the pieces of scans
  size_t extents_seen_ = 0;
  uint64_t last_extent_seen_ = 0;
  std::vector<uint64_t> listed_;  // the extents of `blocks_`
  std::vector<Block> blocks_;
  uint64_t entries_extent_ = 0;  // whose dictionaries `entries_` knows
  std::unique_ptr<DictionaryCache> entries_;
  Datetime swept_ = {};  // the latest time of a run when old rows were forgotten
};

}  // namespace vedette::rules::share
