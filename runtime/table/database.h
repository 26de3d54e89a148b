// A database: named tables in one directory, or in memory.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/table/appender.h"
#include "runtime/table/extent.h"
#include "runtime/table/ingestion_failures.h"
#include "runtime/table/schema.h"
#include "runtime/table/stored_function.h"
#include "runtime/value/datetime.h"

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
  explicit Snapshot(std::vector<Table> tables,
                    std::shared_ptr<const StoredFunctions> functions = nullptr,
                    uint64_t sequence = 0, std::shared_ptr<const Properties> properties = nullptr,
                    std::optional<Datetime> newest_rows = {});

  /// Sorted by name.
  const std::vector<Table>& tables() const { return tables_; }
  /// Names are case-sensitive; nullptr when there is none.
  const Table* find(std::string_view name) const;
  /// Tables whose names match a pattern in which `*` stands for any characters, sorted by name.
  std::vector<const Table*> matching(std::string_view pattern) const;
  /// The same object as long as no function changes.
  const std::shared_ptr<const StoredFunctions>& functions() const { return functions_; }
  /// What is said about the database as a whole.
  const Properties& properties() const { return *properties_; }
  /// The same object as long as none of them changes.
  const std::shared_ptr<const Properties>& shared_properties() const { return properties_; }
  /// A property, or nothing.
  std::string property(std::string_view name) const;
  /// One more with each commit.
  uint64_t sequence() const { return sequence_; }
  /// The newest time at which any row there ever was had been ingested. Rows that are committed
  /// later without a time of their own get a later one, however slow their commit is. Nothing: not
  /// known.
  std::optional<Datetime> newest_rows() const { return newest_rows_; }

 private:
  std::vector<Table> tables_;
  std::shared_ptr<const StoredFunctions> functions_;
  uint64_t sequence_;
  std::shared_ptr<const Properties> properties_;
  std::optional<Datetime> newest_rows_;
};

/// Which extents Database::merge_extents merges.
struct MergeOptions {
  size_t together = 8;                   // adjacent extents of about the same size, or more
  uint32_t most_rows = extent_rows;      // of a merged extent
  Timespan most_time = {ticks_per_day};  // between the times at which its rows were ingested
};

/// Something that is said about a table; see TableSchema::properties. An empty value takes it back.
struct TableProperty {
  std::string table;
  std::string name;  // one word
  std::string value;
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
///   KQL0608 changed by others meanwhile
class Database {
 public:
  static std::unique_ptr<Database> open(const std::string& directory, OpenMode mode);
  /// A database without a directory; gone with the object.
  static std::unique_ptr<Database> in_memory();
  /// The same, beginning with the tables, rows and functions of a snapshot. Its rows are shared,
  /// and what is changed here is not changed there.
  static std::unique_ptr<Database> in_memory(const Snapshot& from, std::string name);
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
  /// The same for several tables, all or none.
  void drop_tables(std::span<const std::string> tables);
  /// Gives tables other names, all or none: from, to. Two may change places. Durable on return.
  void rename_tables(std::span<const std::pair<std::string, std::string>> names);
  /// Gives columns of a table other names, all or none: from, to. Durable on return.
  void rename_columns(std::string_view table,
                      std::span<const std::pair<std::string, std::string>> names);
  /// Says something about a table (TableSchema::properties); empty takes it back. Durable on
  /// return.
  void set_property(std::string_view table, std::string_view property, std::string value);
  /// The same about the database as a whole.
  void set_database_property(std::string_view property, std::string value);
  /// Drops whole extents whose rows have been kept long enough by now (retention.h), and says how
  /// many. A table's policy comes before that of the database. Owners also do it when they open a
  /// database and after each commit.
  size_t enforce_retention(Datetime now);
  /// Makes one extent of several small ones that follow each other, again and again, and says how
  /// many are gone. Rows keep their order and the times at which they were ingested; retention
  /// drops them at most a day, or a tenth of its period, later than it would have. Each merge is
  /// durable on return, and snapshots that were handed out stay as they are.
  size_t merge_extents(std::string_view table, const MergeOptions& options = {});
  /// Remembers what could not be ingested.
  void record_failure(IngestionFailure failure);
  /// The newest, oldest first; a reader sees those of now.
  std::vector<IngestionFailure> ingestion_failures() const;
  /// Stores functions under their names, in place of older ones, and removes others, all or
  /// nothing. Durable on return.
  void change_functions(std::span<const StoredFunction> stored,
                        std::span<const std::string> removed = {});

  Appender append(std::string_view table, const AppendOptions& options = {});
  /// An appender whose commit replaces all rows of the table, and its columns by those of
  /// `schema`. The commit fails with KQL0608 when others committed to the table meanwhile.
  Appender rewrite(std::string_view table, TableSchema schema, const AppendOptions& options = {});

  /// Makes staged schemas, the rows of all `appenders` and `properties` of tables durable and
  /// visible, all or nothing.
  void commit(std::span<Appender* const> appenders = {},
              std::span<const TableProperty> properties = {});

  /// Of a database opened for reading: takes up what its owner has committed since. Snapshots that
  /// were handed out stay as they are. Extents that were open stay open.
  void refresh();

  /// Called with the name of each step of a commit before it is taken: tests end the process there.
  void set_before_step(std::function<void(std::string_view)> before_step);

  OpenMode mode() const;
  /// What queries call it: the last part of its directory, or `memory`.
  std::string name() const;
  /// Empty when in memory.
  const std::string& directory() const;

 private:
  friend class Appender;
  struct State;

  explicit Database(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace vedette
