// Reads logs into a table: JSON in its usual arrangements, delimited text, Windows event logs and
// Parquet, packed or not.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ingest/format.h"
#include "runtime/table/database.h"

namespace vedette {

class ByteSource;

/// How far an ingest has come.
struct IngestProgress {
  uint64_t rows = 0;            // read so far
  uint64_t committed_rows = 0;  // durable: nothing that happens later can lose them
  uint64_t bytes = 0;           // of the file, as it lies on the disk
  uint64_t total_bytes = 0;     // 0 when nobody knows
};

struct IngestOptions {
  std::string table;
  /// Columns that are declared beside those the table has; they must agree in type with these.
  std::vector<ColumnSchema> columns;
  /// Begin a new table without declared columns with those of the built-in catalogue, if it knows
  /// the table's name.
  bool use_catalogue = true;
  /// Fields without a column get one. Otherwise they are left out.
  bool add_columns = true;
  Dialect dialect;  // Auto: by content
  int threads = 2;
  /// End at the first refused record or misfit, and leave the table as it was.
  bool strict = false;
  /// Where refused records go, as NDJSON objects of source, line, reason and record; appended to
  /// what is there. Empty: to a new file beside the input, `<file>.rejects`; for standard input
  /// `<table>.rejects`. "none": nowhere.
  std::string rejects_path;
  /// Rows become durable after so many of them or so much text, whatever comes first.
  uint64_t commit_rows = 1'048'576;
  uint64_t commit_bytes = 4ull << 30;
  std::optional<Datetime> ingestion_time;  // of all rows
  uint64_t added_lines = 0;  // at the beginning of the text that are none of the input's
  /// Called on the calling thread a few times a second.
  std::function<void(const IngestProgress&)> progress;
};

/// Values of a column that were not of its type.
struct MisfitReport {
  std::string column;
  Type type = Type::String;
  uint64_t count = 0;
  uint64_t first_line = 0;
  std::string example;  // the first one, perhaps shortened
  std::string kept_in;  // the column that has them as text; empty if there is none
};

struct RefusedReport {
  uint64_t line = 0;  // counted as `counted_in` of the dialect says
  std::string reason;
};

/// Events of a Windows event log that are none of the table's.
struct LeftOutReport {
  std::string channel;
  uint64_t count = 0;
};

/// What an ingest has done.
struct IngestReport {
  std::string table;
  std::string source;
  Dialect dialect;
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of text, unpacked
  double seconds = 0;

  uint64_t refused = 0;                      // records that did not become rows
  std::vector<RefusedReport> first_refused;  // the first of them, at most 20
  std::string rejects_path;                  // where they are; empty if there are none
  std::vector<MisfitReport> misfits;         // by column
  std::vector<ColumnSchema> new_columns;     // that the table did not have before
  std::vector<std::string> ignored_fields;   // without a column, when none were to be added
  uint64_t repaired_records = 0;             // with bytes or escapes that are not Unicode
  uint64_t repeated_fields = 0;              // named twice in a record; the first one counts
  std::vector<LeftOutReport> left_out;       // by channel
  uint64_t doubtful = 0;                     // parts that were taken, although damaged perhaps
  std::vector<RefusedReport> first_doubts;   // and why, at most 20
  std::string stopped;  // why the input could not be read to its end; what came before is in
};

/// Appends the records of a file, or of standard input for "-", to a table, which is created if
/// there is none. Rows keep the order of the records. On return all rows are durable.
///
/// * Fields go to the columns of their names. Fields without one get a new column, whose type
///   follows from the values at the beginning of the input (`field_kinds.h`).
/// * A value that does not fit into its column is null there. It is kept as text in the column
///   `<name>_s`, counted, and reported with the line of the first one.
/// * A record that cannot be read at all is reported with its line and reason, and written to the
///   rejects file. The others are not affected.
///
/// What was refused, and what ended an ingest, is remembered by the database
/// (Database::ingestion_failures).
///
/// Throws QueryError: `ING0001` not readable, `ING0002` damaged packing, `ING0003` format unknown,
/// `ING0004` (strict) the first record or value that is not as it should be, and what Database
/// throws. After an exception the rows that were not committed before are not there.
IngestReport ingest(Database& database, const IngestOptions& options, const std::string& path);

/// The same for several inputs, one behind the other. Between inputs, rows are committed every few
/// seconds, so that many small files make few extents. `done`, if any, is called for each input
/// when its rows are durable. When an input cannot be opened, those before it are committed (unless
/// strict) and the exception goes on. Strict: all inputs or nothing.
std::vector<IngestReport> ingest_files(Database& database, const IngestOptions& options,
                                       std::span<const std::string> paths,
                                       const std::function<void(const IngestReport&)>& done);

/// The same as `ingest` for what a source gives; `name` stands for it in messages.
IngestReport ingest_source(Database& database, const IngestOptions& options, ByteSource& source,
                           const std::string& name);

/// The same as `ingest` for text in memory; `name` stands for it in messages.
IngestReport ingest_text(Database& database, const IngestOptions& options, std::string_view text,
                         const std::string& name);

}  // namespace vedette
