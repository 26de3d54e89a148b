// Reads a stored table: only the columns and blocks that can matter.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/exec/adaptive_program.h"
#include "runtime/exec/stage.h"
#include "runtime/table/database.h"

namespace vedette::exec {

/// What is read of a table and what of it need not be read.
struct ScanParameters {
  struct Column {
    uint32_t index;  // in the table's schema, or ingestion_time_column
    Type type;
  };
  struct Prune {
    uint32_t column;  // an index into `columns`
    ValueRange range;
  };

  std::shared_ptr<const Snapshot> snapshot;
  const Table* table = nullptr;  // of the snapshot; nullptr: a table without rows
  std::string name;
  std::vector<Column> columns;
  /// Extents and blocks in which one of these ranges has no row are skipped.
  std::vector<Prune> prune = {};
  /// A last column (long) with the row's place: extent number << 32 | row, for `FetchStage`.
  bool row_id = false;
  /// Rows that do not pass are dropped before the columns it does not load are read. Its columns
  /// are numbered as the output of the scan; it has no results.
  std::optional<AdaptiveProgram> filter = {};
};

/// Batches of a table's rows, in the order they are stored. A morsel is a block of an extent.
class ScanSource : public Source {
 public:
  explicit ScanSource(ScanParameters parameters);

  std::string describe() const override;
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  struct Morsel {
    uint32_t extent;
    uint32_t first_row;
    uint32_t rows;
  };
  struct Work;

  bool can_match(const ZoneMap& zone, const ScanParameters::Prune& prune) const;

  const ScanParameters parameters_;
  std::vector<uint32_t> filter_columns_;  // that `filter` loads
  std::vector<uint32_t> other_columns_;
  std::vector<Morsel> morsels_;
};

/// Reads further columns of rows that a scan with `row_id` found: late materialization. Holds rows
/// back until there are many of them or the morsel ends, so that each page is read once or twice.
class FetchStage : public Stage {
 public:
  /// Output: the batch's columns without column `row_id`, then `columns` of the table; without a
  /// table they are null.
  FetchStage(std::shared_ptr<const Snapshot> snapshot, const Table* table, uint32_t row_id,
             std::vector<ScanParameters::Column> columns);

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;
  void flush(Worker& worker, Local* local, Emit& onward) override;

 private:
  struct Work;

  bool fetch(Worker& worker, Work& work, Emit& onward) const;
  void read_rows(Worker& worker, Work& work, uint32_t extent, size_t first, size_t end) const;
  bool emit(Worker& worker, Work& work, Emit& onward) const;

  std::shared_ptr<const Snapshot> snapshot_;
  const Table* table_;
  const uint32_t row_id_;
  const std::vector<ScanParameters::Column> columns_;
};

}  // namespace vedette::exec
