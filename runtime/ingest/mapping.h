// Which columns the fields of an input go to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/table/schema.h"

namespace vedette {

constexpr uint32_t no_column = ~uint32_t{0};

/// The columns of the table at one moment of an ingest. Immutable and shared by threads; a table
/// that got more columns has a new mapping, in which the old columns keep their places.
class Mapping {
 public:
  /// The first `declared` columns were there before the input; for them an initial lower-case
  /// letter is forgiven (`operationName` goes to `OperationName`).
  Mapping(std::vector<ColumnSchema> columns, size_t declared);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  const std::vector<ColumnSchema>& columns() const { return columns_; }
  size_t declared() const { return declared_; }

  /// The column a field goes to, or `no_column`.
  uint32_t find(std::string_view field) const;
  /// The column that keeps what does not fit into `column`, or `no_column`.
  uint32_t misfits(uint32_t column) const { return misfits_[column]; }

 private:
  std::vector<ColumnSchema> columns_;
  size_t declared_;
  std::unordered_map<std::string_view, uint32_t> places_;
  std::vector<uint32_t> misfits_;
};

/// The name of the column for values that do not fit into `column`.
std::string misfit_name(std::string_view column);

/// The name of the column for a new field: the field's own, made usable.
std::string column_name(std::string_view field);

}  // namespace vedette
