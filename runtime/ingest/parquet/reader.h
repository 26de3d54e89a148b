// Reads the rows of a Parquet file, some thousands at a time.
#pragma once

#include <memory>
#include <vector>

#include "runtime/ingest/parquet/leaf_reader.h"

namespace vedette::parquet {

/// Some rows of a file: what they have in each leaf of the schema.
struct Batch {
  std::shared_ptr<const Schema> schema;
  uint32_t rows = 0;
  std::vector<LeafSlice> leaves;
  size_t bytes = 0;  // of memory, about
};

class Reader {
 public:
  /// Reads the footer. Throws QueryError `ING0002` when it is damaged, `ING0006` when the file has
  /// something that is not read here, and what `file.read` throws.
  explicit Reader(File file);

  /// The next rows; false at the end. A file without rows has one batch without rows, for its
  /// columns. Throws as the constructor; what came before the damage has been handed out by then.
  bool next(Batch& batch);

 private:
  void read_footer();
  bool begin_row_group();
  template <typename Read> void for_each_leaf(Read&& read);

  File file_;
  FileMetadata metadata_;
  std::shared_ptr<const Schema> schema_;
  size_t next_group_ = 0;
  int64_t rows_left_ = 0;  // of the current row group
  std::vector<std::unique_ptr<LeafReader>> leaves_;
  bool any_ = false;
};

}  // namespace vedette::parquet
