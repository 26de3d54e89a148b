// The rows of a run's result, read as alerts need them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"

namespace vedette::rules {

/// Refers to a table, which outlives it.
class ResultRows {
 public:
  explicit ResultRows(const ResultTable& table);

  size_t size() const { return table_.rows; }
  const plan::TableColumns& columns() const { return table_.columns; }
  /// The column of this very name.
  std::optional<size_t> find(std::string_view column) const;

  Value value(size_t row, size_t column) const;
  /// What `tostring()` answers, without spaces around it; nothing for nulls.
  std::string text(size_t row, size_t column) const;
  /// As `text`, but nothing for arrays and objects.
  std::string scalar(size_t row, size_t column) const;

  /// Appends a row as a JSON object.
  void append_object(std::string& out, size_t row) const;
  /// A row as `tostring(pack_all())` shows it.
  std::string packed(size_t row) const;
  /// Appends a row as a JSON array of cells.
  void append_cells(std::string& out, size_t row) const;

 private:
  const ResultTable& table_;
  std::vector<Vector> vectors_;
};

}  // namespace vedette::rules
