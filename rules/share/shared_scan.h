// The inside of a TableShare: its scans, and the pass over a block that serves them all.
#pragma once

#include <map>
#include <optional>

#include "rules/share/table_share.h"
#include "runtime/kernel/interpreter.h"
#include "runtime/table/extent.h"

namespace vedette::rules::share {

/// What was kept of one block.
struct KeptBlock {
  std::vector<Piece> pieces;
  std::optional<int64_t> newest;  // TimeGenerated in the block
};

/// See table_share.h.
class SharedScan {
 public:
  std::vector<size_t> conjuncts;  // in the order of the first query that has them
  std::vector<uint32_t> columns;  // of the share; in the order of `schema`
  std::shared_ptr<const TableSchema> schema;
  std::vector<Type> types;         // of its columns
  std::optional<size_t> times[2];  // where TimeGenerated and ingestion time are in `schema`
  Timespan lookback = {};          // the longest of the rules that use it

  bool given_up = false;  // too many rows pass, or a condition fails: the table itself is read
  int64_t rows_seen = 0, rows_kept = 0, bytes = 0;
  std::map<std::pair<uint64_t, uint32_t>, KeptBlock> blocks;  // by extent and block
};

/// A column that some scan reads or some condition looks at.
struct TableShare::Column {
  ColumnSchema schema;
  uint32_t stored = 0;  // in the table, or ingestion_time_column
};

struct TableShare::Conjunct {
  Program program;                // narrows a batch of the share's columns
  std::vector<uint32_t> columns;  // that it loads
  size_t uses = 0;                // scans that have it
};

/// Memory that a piece holds, roughly.
int64_t bytes_of(const Piece& piece);

/// One reading of one block for several scans: a column is decoded once, when it is first needed; a
/// condition that several scans have is evaluated once, others only for rows that are left.
class TableShare::Pass {
 public:
  Pass(const std::vector<Column>& columns, const std::vector<std::unique_ptr<Conjunct>>& conjuncts,
       const std::vector<SharedScan*>& scans, const TableSchema& schema,
       DictionaryCache& dictionaries);

  void run(const std::shared_ptr<const Extent>& extent, uint32_t block);

  int64_t rows() const { return rows_; }
  /// A condition of the scan could not be evaluated, or most rows satisfy them.
  bool failed(size_t scan) const { return found_[scan].failed; }
  /// The rows of the scan, in the table's order.
  std::vector<Piece>& pieces(size_t scan) { return found_[scan].pieces; }

 private:
  using Bits = std::vector<uint64_t>;  // a bit a row of the batch

  struct Found {
    std::vector<Piece> pieces;
    std::shared_ptr<HeldRows> open;  // the next piece
    int64_t kept = 0;
    bool failed = false;
  };
  struct Condition {
    std::optional<ProgramRunner> runner;
    std::optional<Bits> passing;  // in this batch
    bool failed = false;
  };

  void run_batch(Batch& batch, ExtentReader& reader, uint32_t first);
  void need(const std::vector<uint32_t>& columns, Batch& batch, ExtentReader& reader,
            uint32_t first);
  /// Leaves the rows of `selection` that satisfy a condition.
  Selection narrow(size_t conjunct, Selection selection, Batch& batch, ExtentReader& reader,
                   uint32_t first);
  Selection evaluate(size_t conjunct, Selection selection, Batch& batch);
  void keep(size_t scan, Selection selection, const Batch& batch,
            const std::shared_ptr<const Extent>& extent);
  void finish(size_t scan, const std::shared_ptr<const Extent>& extent);

  const std::vector<Column>& columns_;
  const std::vector<std::unique_ptr<Conjunct>>& conjuncts_;
  const std::vector<SharedScan*>& scans_;
  const TableSchema& schema_;
  std::vector<Found> found_;
  DictionaryCache& dictionaries_;
  std::vector<Condition> conditions_;
  std::vector<bool> loaded_;
  KernelContext context_;
  Arena arena_;
  int64_t rows_ = 0;
};

}  // namespace vedette::rules::share
