// The inside of a database: what appenders and the database itself share.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/table/database.h"
#include "runtime/table/extent_file.h"
#include "runtime/table/file.h"
#include "runtime/table/manifest.h"
#include "runtime/table/segment_encoder.h"

namespace vedette {

/// Extents that an appender has written and not committed.
struct WrittenExtent {
  storage::ExtentEntry entry;
  std::optional<Datetime> ingested;      // as its file says; nothing: when it is committed
  std::optional<storage::NewFile> file;  // on disk
  std::unique_ptr<ExtentFile> memory;    // in memory
};

/// `committing` is held by whoever changes what is durable; `mutex` guards the members below it.
/// Where both are needed, `committing` comes first.
struct Database::State {
  struct OpenTable {
    uint64_t id = 0;
    std::shared_ptr<const TableSchema> schema;
    std::vector<storage::ExtentEntry> entries;
    std::vector<std::shared_ptr<const Extent>> extents;  // one an entry
  };

  std::string directory;        // empty: in memory
  std::string name = "memory";  // when it is
  bool read_only = false;
  std::optional<storage::OwnerLock> lock;

  std::function<void(std::string_view)> before_step = [](std::string_view) {};

  std::mutex committing;
  uint64_t sequence = 0;  // changed only while committing

  mutable std::mutex mutex;
  uint64_t next_table = 1;
  uint64_t next_extent = 1;
  std::vector<OpenTable> tables;
  std::shared_ptr<const StoredFunctions> functions = std::make_shared<const StoredFunctions>();
  storage::FunctionsEntry functions_file;
  std::shared_ptr<const Properties> properties = std::make_shared<const Properties>();
  std::vector<IngestionFailure> failures;  // in memory only
  bool functions_missing = false;          // a reader did not find the file that its manifest names
  std::optional<Datetime> newest_rows;     // see Snapshot::newest_rows
  std::shared_ptr<const Snapshot> snapshot;

  bool in_memory() const { return directory.empty(); }
  std::string manifest_path() const { return directory + "/manifest"; }
  std::string extent_directory() const { return directory + "/extents"; }
  std::string functions_path(uint64_t sequence) const;
  std::string failures_path() const { return directory + "/failures"; }

  OpenTable* find(std::string_view name);
  OpenTable* find(uint64_t id);
  /// Throws KQL0606 when there is none.
  OpenTable& existing(std::string_view name);
  /// Throws KQL0604 on a database opened for reading.
  void check_writable() const;

  void make_snapshot();
  storage::Manifest manifest() const;
  void write(const storage::Manifest& manifest);
  uint64_t take_extent_id();
  std::shared_ptr<const Extent> open(const storage::ExtentEntry& entry,
                                     const std::string& table) const;

  void open_directory(OpenMode mode);
  /// Reads the manifest and opens extents that are not open yet; false when a file was missing.
  bool load();
  /// `load` again when an owner was faster.
  void load_patiently();
  bool load_functions(const storage::FunctionsEntry& entry);
  void remove_leftovers() const;

  void commit(std::span<Appender* const> appenders, std::span<const TableProperty> properties);
  /// Says when the rows of a commit were ingested: those that were not given a time, now. Answers
  /// the newest time there is then.
  std::optional<Datetime> stamp(std::span<Appender* const> appenders) const;
  /// See Database::enforce_retention.
  size_t drop_expired(Datetime now);
  /// Removes the files of extents that no longer belong to anything.
  void remove_files(std::span<const storage::ExtentEntry> entries) const;
};

/// What an appender holds beside its builders.
struct Appender::Work {
  Database::State* database;
  uint64_t table;
  AppendOptions options;
  std::shared_ptr<const TableSchema> schema;
  std::vector<storage::SegmentEncoder> encoders;  // one a column
  uint32_t extent_rows = 0;                       // rows given to the encoders
  uint64_t written_rows = 0;                      // rows in `written`
  std::vector<WrittenExtent> written;
  /// Of an appender that replaces extents of the table: these, which follow each other.
  std::optional<std::vector<uint64_t>> replaced;
  /// It replaces all that the table had, and its schema.
  bool whole = false;

  /// Rows that the block being filled may still grow to.
  uint32_t room() const;
  void encode_block(std::span<ColumnBuilder> columns, uint32_t rows);
  uint64_t encoded_bytes() const;
  void cut_extent();
  /// One a column, and one for times of ingestion where each row has its own.
  void make_encoders();
  void add_encoder(const ColumnSchema& column);
  /// Forgets rows and files.
  void discard();
};

}  // namespace vedette
