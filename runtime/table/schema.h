// The shape of a table: its name, and the names and types of its columns.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/type.h"

namespace vedette {

struct ColumnSchema {
  std::string name;
  Type type = Type::String;
  bool operator==(const ColumnSchema&) const = default;
};

/// What is said about something, by words.
using Properties = std::map<std::string, std::string, std::less<>>;

/// Appending adds columns at the end: in the extents of a table a column's index is its identity.
struct TableSchema {
  std::string name;
  std::vector<ColumnSchema> columns;
  /// What is said about the table: `folder`, `docstring`, `retention` (JSON) ... One word, any
  /// text.
  Properties properties = {};

  /// The index of a column; names are case-sensitive.
  std::optional<uint32_t> find(std::string_view column) const;
  /// A property, or nothing.
  std::string property(std::string_view name) const;
  bool operator==(const TableSchema&) const = default;
};

/// Every table has one column more, which is not in its schema: when a row was ingested
/// (datetime). It is read like any other column, under this index.
constexpr std::string_view ingestion_time_name = "$IngestionTime";
constexpr uint32_t ingestion_time_column = ~uint32_t{0};

}  // namespace vedette
