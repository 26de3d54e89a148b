// A database: named tables in one directory, or in memory.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/table/appender.h"
#include "runtime/table/extent.h"
#include "runtime/table/schema.h"

namespace vedette {

/// One table as a snapshot sees it.
struct Table {
  uint64_t id = 0;
  std::shared_ptr<const TableSchema> schema;
  std::vector<std::shared_ptr<const Extent>> extents;  // in the order of their commits

  uint64_t rows() const;
  /// Bytes of its files.
  uint64_t stored_bytes() const;
};

/// All tables at one moment. Never changes, and keeps its extents alive, dropped or not.
class Snapshot {
 public:
  explicit Snapshot(std::vector<Table> tables);

  /// Sorted by name.
  const std::vector<Table>& tables() const { return tables_; }
  /// Names are case-sensitive; nullptr when there is none.
  const Table* find(std::string_view name) const;
  /// Tables whose names match a pattern in which `*` stands for any characters, sorted by name.
  std::vector<const Table*> matching(std::string_view pattern) const;

 private:
  std::vector<Table> tables_;
};

enum class OpenMode {
  ReadOnly,   // no lock; sees what was committed when it was opened
  ReadWrite,  // the owner; there is one at a time
  Create,     // ReadWrite; makes directory and database when there is none
};

/// Tables, and who may change them. Safe to use from several threads.
///
/// Errors are QueryErrors of kind Runtime:
///   KQL0601 no such database, or not readable      KQL0602 another process owns it
///   KQL0603 its manifest is damaged or too new     KQL0604 writing failed (disk full, read-only
///   ...) KQL0605 an extent is damaged                   KQL0606 no such table, or it exists
///   already KQL0607 a column exists with another type
class Database {
 public:
  static std::unique_ptr<Database> open(const std::string& directory, OpenMode mode);
  /// A database without a directory; gone with the object.
  static std::unique_ptr<Database> in_memory();
  ~Database();

  std::shared_ptr<const Snapshot> snapshot() const;

  /// Adds a table without rows. It can be seen at once, and is written with the next commit.
  void create_table(TableSchema schema);
  /// Adds those of `columns` that the table does not have; existing ones must agree in type. Seen
  /// at once, written with the next commit.
  void add_columns(std::string_view table, std::span<const ColumnSchema> columns);
  /// Removes a table and its files; durable on return. Uncommitted rows for it can no longer be
  /// committed.
  void drop_table(std::string_view table);

  Appender append(std::string_view table, const AppendOptions& options = {});

  /// Makes staged schemas and the rows of all `appenders` durable and visible, all or nothing.
  void commit(std::span<Appender* const> appenders = {});

  /// Empty when in memory.
  const std::string& directory() const;

 private:
  friend class Appender;
  struct State;

  explicit Database(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace vedette
