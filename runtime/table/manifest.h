// The list of what belongs to a database: tables, columns, extents. One small file of text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/table/extent_file.h"
#include "runtime/table/schema.h"

namespace vedette::storage {

struct TableEntry {
  uint64_t id = 0;
  TableSchema schema;
  std::vector<ExtentEntry> extents;
};

/// The file of the stored functions; each change of one writes it anew.
struct FunctionsEntry {
  uint64_t sequence = 0;  // of the commit that wrote it, and in its name; 0: there is none
  uint64_t bytes = 0;
  uint64_t checksum = 0;
};

/// What a database consists of after some commit.
struct Manifest {
  uint64_t sequence = 0;  // one more with each commit
  uint64_t next_table = 1;
  uint64_t next_extent = 1;
  std::optional<Datetime> newest_rows;  // see Snapshot::newest_rows
  FunctionsEntry functions;
  Properties properties;  // of the database
  std::vector<TableEntry> tables;

  std::string to_text() const;
  /// Throws QueryError KQL0603; `path` is for its message.
  static Manifest from_text(std::string_view text, const std::string& path);
};

}  // namespace vedette::storage
