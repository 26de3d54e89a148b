// Rows in memory as they are worked with: taken from batches, read again without decoding.
#pragma once

#include <memory>
#include <vector>

#include "runtime/column/column_builder.h"

namespace vedette {

/// Some rows of the batches of one extent, and only of some columns. Codes stay codes, so the
/// dictionaries of that extent must live as long; `keep_alive` sees to that.
class HeldRows {
 public:
  explicit HeldRows(const std::vector<Type>& types);
  ~HeldRows();
  HeldRows(HeldRows&&) noexcept;

  /// Appends the selected rows; `columns[places[i]]` of a batch is column i.
  void append(const std::vector<Vector>& columns, const std::vector<uint32_t>& places,
              Selection selection);
  void keep_alive(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

  uint32_t rows() const { return rows_; }
  /// Bytes held, dictionaries not included.
  size_t bytes() const;
  /// All rows of a column, in any shape; valid as long as no rows are appended.
  Vector column(size_t index) const;

 private:
  struct Column;

  std::vector<Column> columns_;
  uint32_t rows_ = 0;
  std::shared_ptr<const void> owner_;
};

}  // namespace vedette
