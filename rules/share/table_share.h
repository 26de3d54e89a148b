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

#include "compiler/session/stand_ins.h"
#include "runtime/kernel/program.h"

namespace vedette::rules::share {

/// What the parts of a runner use together.
struct Budget {
  int64_t most_bytes = 0;
  std::atomic<int64_t> bytes = 0;      // of the rows kept
  std::atomic<int64_t> rows_read = 0;  // of tables, by passes
};

/// Rows of a block that satisfy the conjuncts of a scan, with the columns that it reads.
struct Piece {
  std::shared_ptr<const Extent> extent;
  std::vector<int64_t> times[2];  // TimeGenerated and ingestion time, sorted; empty: not kept
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

  /// The rows that a scan may need in a run at `now`, as a table; nullptr: the table itself is the
  /// better choice. `table` is the table in the snapshot of the run, `use` the scan of the run.
  std::shared_ptr<const Table> rows_of(SharedScan& scan, const Table& table, const ScanUse& use,
                                       Datetime now);

 private:
  struct Column;
  struct Conjunct;
  struct Bounds;
  class Pass;
  using BlockKey = std::pair<uint64_t, uint32_t>;  // extent, block

  uint32_t column_of(const std::string& name, Type type);
  size_t conjunct_of(const plan::Expression& expression, const plan::Scan& scan,
                     const plan::Schema& output);
  void read_block(const Table& table, uint32_t extent, uint32_t block, Datetime now);
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
  Datetime swept_ = {};  // the latest time of a run when old rows were forgotten
};

}  // namespace vedette::rules::share
