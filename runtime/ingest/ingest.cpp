#include "runtime/ingest/ingest.h"

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <chrono>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/chunk_queue.h"
#include "runtime/ingest/evtx/event_parser.h"
#include "runtime/ingest/rejects.h"
#include "runtime/table/catalogue.h"
#include "runtime/table/system_time.h"

namespace vedette {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t sample_bytes = 64 << 20;          // looked at before types are chosen
constexpr size_t sample_bytes_declared = 8 << 20;  // when most columns are known
constexpr size_t sample_bytes_typed = 1;           // when the input says all types
constexpr size_t read_ahead_bytes = 24 << 20;
constexpr size_t reported_refusals = 20;
constexpr auto progress_interval = std::chrono::milliseconds(100);
constexpr auto commit_interval = std::chrono::seconds(2);  // between inputs

/// Bytes that are no text, as text.
std::string hexadecimal(std::string_view bytes) {
  std::string text;
  boost::algorithm::hex_lower(bytes, std::back_inserter(text));
  return text;
}

/// Columns that were declared for a table, by the caller or by the catalogue.
std::vector<ColumnSchema> declared_columns(const IngestOptions& options) {
  if (!options.columns.empty() || !options.use_catalogue) return options.columns;
  const auto known = find_catalogue_table(options.table);
  return known ? known->columns : std::vector<ColumnSchema>();
}

/// The table that inputs go to, one behind the other.
class Target {
 public:
  Target(Database& database, const IngestOptions& options)
      : database_(database), options_(options) {}

  /// Makes the table and what appends to it, unless they are there.
  void prepare() {
    if (appender_) return;
    const std::vector<ColumnSchema> declared = declared_columns(options_);
    const auto snapshot = database_.snapshot();
    if (snapshot->find(options_.table) == nullptr) {
      database_.create_table({.name = options_.table, .columns = declared});
    } else if (!options_.columns.empty()) {
      database_.add_columns(options_.table, options_.columns);
    }
    appender_.emplace(database_.append(
        options_.table,
        {.threads = std::max(1, options_.threads), .ingestion_time = options_.ingestion_time}));
    const auto& columns = appender_->schema().columns;
    declared_ = static_cast<size_t>(
        std::mismatch(declared.begin(), declared.end(), columns.begin(), columns.end()).first -
        declared.begin());
  }

  Appender& appender() { return *appender_; }
  /// How many of the first columns are as they were declared.
  size_t declared() const { return declared_; }

  void add_columns(const std::vector<ColumnSchema>& columns) {
    database_.add_columns(options_.table, columns);
    appender_->refresh();
  }

  /// Counts text whose rows were appended; true if it is time to commit.
  bool note_bytes(uint64_t bytes) {
    uncommitted_bytes_ += bytes;
    return uncommitted_bytes_ >= options_.commit_bytes;
  }

  void commit() {
    if (appender_) appender_->commit();
    uncommitted_bytes_ = 0;
  }

 private:
  Database& database_;
  const IngestOptions& options_;
  std::optional<Appender> appender_;
  size_t declared_ = 0;
  uint64_t uncommitted_bytes_ = 0;
};

/// One input, from its first byte to its last row.
class Ingest {
 public:
  Ingest(Target& target, const IngestOptions& options, ByteSource& source, const std::string& name,
         const std::string& rejects_path)
      : options_(options),
        source_(source),
        reader_(source, options.dialect, name),
        target_(target),
        rejects_(rejects_path, !options.rejects_path.empty(), name) {
    target_.prepare();  // not before the input is known to be readable
    mapping_ = std::make_shared<Mapping>(appender().schema().columns, target_.declared());
    report_.table = options.table;
    report_.source = name;
    report_.dialect = reader_.dialect();
  }

  IngestReport run() {
    ChunkQueue queue(reader_, source_, parser_maker(), options_.threads, mapping_);
    take_sample(queue);
    while (std::unique_ptr<ChunkTask> task = queue.next()) {
      add_columns(task->parsed.new_fields);
      if (!task->parsed.new_fields.empty() && task->parsed.mapping != mapping_) {
        queue.use_mapping(mapping_);
        queue.parse_again(*task);
      }
      take(*task);
      queue.recycle(std::move(task));
    }
    if (queue.reading_error()) reading_failed(queue.reading_error());
    add_untyped_columns();
    rejects_.flush();
    return finished_report();
  }

 private:
  Appender& appender() { return target_.appender(); }

  ChunkQueue::MakeParser parser_maker() const {
    const Dialect dialect = reader_.dialect();
    const std::vector<std::string> header = reader_.header();
    return [dialect, header, table = options_.table] {
      switch (dialect.format) {
        case InputFormat::Delimited:
          return make_delimited_parser(dialect.delimiter, header);
        case InputFormat::EventLog:
          return make_event_parser(table);
        case InputFormat::Parquet:
          return make_parquet_parser();
        default:
          return make_json_parser();
      }
    };
  }

  /// Types of new columns are chosen by the beginning of the input, not only by its first values.
  void take_sample(ChunkQueue& queue) {
    const bool typed = report_.dialect.format == InputFormat::Parquet;
    const size_t wanted = typed                         ? sample_bytes_typed
                          : mapping_->columns().empty() ? sample_bytes
                                                        : sample_bytes_declared;
    queue.read_ahead(wanted);
    std::vector<std::unique_ptr<ChunkTask>> sample;
    std::vector<NewField> fields;
    size_t bytes = 0;
    while (bytes < wanted) {
      std::unique_ptr<ChunkTask> task = queue.next();
      if (!task) break;
      bytes += task->chunk.size;
      merge(task->parsed.new_fields, fields);
      sample.push_back(std::move(task));
    }
    add_columns(fields);
    queue.use_mapping(mapping_);
    queue.put_back(std::move(sample));
    queue.read_ahead(read_ahead_bytes);
  }

  static void merge(const std::vector<NewField>& more, std::vector<NewField>& fields) {
    for (const NewField& field : more) {
      const auto same = std::find_if(fields.begin(), fields.end(),
                                     [&](const NewField& f) { return f.name == field.name; });
      if (same == fields.end()) {
        fields.push_back(field);
      } else {
        same->kinds |= field.kinds;
        if (!same->type) same->type = field.type;
      }
    }
  }

  /// Gives those fields a column whose type can be told. Others wait for their first value.
  void add_columns(const std::vector<NewField>& seen) {
    if (seen.empty()) return;
    merge(seen, untyped_);
    if (!options_.add_columns) return;
    std::vector<ColumnSchema> columns;
    std::erase_if(untyped_, [&](const NewField& field) {
      const auto type = field.type ? field.type : type_for(field.kinds);
      const bool known = mapping_->find(field.name) != no_column;
      if (type && !known) columns.push_back({field.name, *type});
      return type || known;
    });
    extend(columns);
  }

  /// At the end, fields that were null throughout become strings, so that they can be named.
  void add_untyped_columns() {
    if (!options_.add_columns) {
      for (const NewField& field : untyped_) report_.ignored_fields.push_back(field.name);
      return;
    }
    std::vector<ColumnSchema> columns;
    for (const NewField& field : untyped_) columns.push_back({field.name, Type::String});
    extend(columns);
  }

  void extend(const std::vector<ColumnSchema>& columns) {
    if (columns.empty()) return;
    target_.add_columns(columns);
    report_.new_columns.insert(report_.new_columns.end(), columns.begin(), columns.end());
    mapping_ = std::make_shared<Mapping>(appender().schema().columns, mapping_->declared());
  }

  void take(ChunkTask& task) {
    ParsedChunk& parsed = task.parsed;
    for (const RefusedRecord& refused : parsed.refused) refuse(task.chunk, refused);
    for (const auto& [column, misfits] : parsed.misfits) note_misfits(column, misfits);
    for (const auto& [channel, count] : parsed.left_out) note_left_out(channel, count);
    for (const Doubt& doubt : parsed.doubts) note_doubt(doubt);
    append(parsed);
    lines_ += task.chunk.line_ends;
    report_.rows += parsed.rows;
    report_.bytes += task.chunk.size;
    report_.repaired_records += parsed.repaired_records;
    report_.repeated_fields += parsed.repeated_fields;
    consumed_ = task.consumed;
    if (target_.note_bytes(task.chunk.size) && !options_.strict) target_.commit();
    show_progress(false);
  }

  /// The number people give to a line of the current chunk.
  uint64_t line_of(uint64_t in_chunk) const {
    const uint64_t line = lines_ + in_chunk + 1;
    return line - std::min(line - 1, options_.added_lines);
  }

  void refuse(const Chunk& chunk, const RefusedRecord& refused) {
    const uint64_t line = line_of(refused.place.line);
    if (options_.strict) {
      throw QueryError(ErrorKind::Runtime, "ING0004",
                       fmt::format("{}, {} {}: {}", report_.source, counted_in(report_.dialect),
                                   line, refused.reason));
    }
    const std::string_view record = chunk.text_of(refused.place);
    const bool binary = report_.dialect.format == InputFormat::EventLog;
    rejects_.add(line, refused.reason, binary ? hexadecimal(record) : std::string(record));
    if (report_.refused++ < reported_refusals) {
      report_.first_refused.push_back({line, refused.reason});
    }
  }

  void note_misfits(uint32_t column, const Misfits& misfits) {
    const ColumnSchema& schema = mapping_->columns()[column];
    const uint64_t line = line_of(misfits.first_line);
    if (options_.strict) {
      throw QueryError(ErrorKind::Runtime, "ING0004",
                       fmt::format("{}, {} {}: '{}' is not a value of column {} ({})",
                                   report_.source, counted_in(report_.dialect), line,
                                   misfits.example, schema.name, name_of(schema.type)));
    }
    const uint32_t keeper = mapping_->misfits(column);
    for (MisfitReport& known : report_.misfits) {
      if (known.column != schema.name) continue;
      known.count += misfits.count;
      return;
    }
    report_.misfits.push_back(
        {schema.name, schema.type, misfits.count, line, misfits.example,
         keeper == no_column ? std::string() : mapping_->columns()[keeper].name});
  }

  void note_left_out(const std::string& channel, uint64_t count) {
    for (LeftOutReport& known : report_.left_out) {
      if (known.channel != channel) continue;
      known.count += count;
      return;
    }
    report_.left_out.push_back({channel, count});
  }

  void note_doubt(const Doubt& doubt) {
    const uint64_t line = line_of(doubt.line);
    if (options_.strict) {
      throw QueryError(ErrorKind::Runtime, "ING0004",
                       fmt::format("{}, {} {}: {}", report_.source, counted_in(report_.dialect),
                                   line, doubt.reason));
    }
    if (report_.doubtful++ < reported_refusals) {
      report_.first_doubts.push_back({line, doubt.reason});
    }
  }

  /// Commits cut extents, so that they come exactly where an extent is full anyway.
  void append(const ParsedChunk& parsed) {
    std::vector<Vector> vectors(parsed.columns.size());
    uint32_t row = 0;
    while (row < parsed.rows) {
      const uint32_t base = row & ~63u;
      for (size_t at = 0; at < vectors.size(); ++at) vectors[at] = parsed.columns[at].vector(base);
      const uint64_t room = options_.commit_rows - appender().uncommitted_rows();
      const auto count = static_cast<uint32_t>(
          std::min<uint64_t>({parsed.rows - row, batch_rows - (row - base), room}));
      uint16_t rows[batch_rows];
      for (uint32_t at = 0; at < count; ++at) rows[at] = static_cast<uint16_t>(row - base + at);
      appender().append_rows(vectors, {row == base ? nullptr : rows, count});
      row += count;
      if (appender().uncommitted_rows() >= options_.commit_rows && !options_.strict)
        target_.commit();
    }
  }

  void show_progress(bool at_once) {
    if (!options_.progress) return;
    const auto now = Clock::now();
    if (!at_once && now - last_progress_ < progress_interval) return;
    last_progress_ = now;
    const uint64_t waiting = std::min(report_.rows, appender().uncommitted_rows());
    options_.progress({report_.rows, report_.rows - waiting, consumed_, source_.total()});
  }

  void reading_failed(std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const QueryError& failure) {
      if (options_.strict) throw;
      report_.stopped = failure.message;
    }
  }

  IngestReport finished_report() {
    show_progress(true);
    report_.rejects_path = rejects_.written_to();
    report_.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    return std::move(report_);
  }

  Clock::time_point begun_ = Clock::now();
  const IngestOptions& options_;
  ByteSource& source_;
  ChunkReader reader_;
  Target& target_;
  std::shared_ptr<const Mapping> mapping_;
  RejectsFile rejects_;
  IngestReport report_;
  std::vector<NewField> untyped_;  // fields that have shown no value yet
  uint64_t lines_ = 0;             // before the current chunk
  uint64_t consumed_ = 0;
  Clock::time_point last_progress_;
};

/// Remembers what was refused. That the list cannot be written is no reason to stop.
void remember(Database& database, IngestionFailure failure) {
  failure.at = system_time();
  try {
    database.record_failure(std::move(failure));
  } catch (const QueryError&) {
  }
}

void remember_refusals(Database& database, const IngestReport& report) {
  if (report.refused > 0 && !report.first_refused.empty()) {
    const RefusedReport& first = report.first_refused.front();
    remember(database, {.table = report.table,
                        .source = report.source,
                        .details = fmt::format("{} records were refused, the first in {} {}: {}",
                                               report.refused, counted_in(report.dialect),
                                               first.line, first.reason),
                        .error_code = "KQL0610"});
  }
  if (!report.stopped.empty()) {
    remember(database, {.table = report.table,
                        .source = report.source,
                        .details = report.stopped,
                        .error_code = "ING0002"});
  }
}

void remember_error(Database& database, const std::string& table, const std::string& source,
                    const QueryError& error) {
  remember(database, {.table = table,
                      .source = source,
                      .details = error.message,
                      .error_code = std::string(error.code)});
}

std::string rejects_path_of(const IngestOptions& options, const std::string& path) {
  if (options.rejects_path == "none") return {};
  if (!options.rejects_path.empty()) return options.rejects_path;
  return (path == "-" ? options.table : path) + ".rejects";
}

}  // namespace

std::vector<IngestReport> ingest_files(Database& database, const IngestOptions& options,
                                       std::span<const std::string> paths,
                                       const std::function<void(const IngestReport&)>& done) {
  Target target(database, options);
  std::vector<IngestReport> reports;
  size_t durable = 0;
  auto last_commit = Clock::now();
  const auto commit = [&] {
    target.commit();
    last_commit = Clock::now();
    for (; durable < reports.size(); ++durable) {
      remember_refusals(database, reports[durable]);
      if (done) done(reports[durable]);
    }
  };
  for (const std::string& path : paths) {
    const std::string name = path == "-" ? "standard input" : path;
    std::unique_ptr<ByteSource> source;
    std::unique_ptr<Ingest> input;
    try {
      source = open_source(path);
      input =
          std::make_unique<Ingest>(target, options, *source, name, rejects_path_of(options, path));
    } catch (const QueryError& error) {
      if (!options.strict) commit();  // the inputs before this one are not to blame
      remember_error(database, options.table, name, error);
      throw;
    }
    try {
      reports.push_back(input->run());
    } catch (const QueryError& error) {
      remember_error(database, options.table, name, error);
      throw;
    }
    if (!options.strict && Clock::now() - last_commit > commit_interval) commit();
  }
  commit();
  return reports;
}

IngestReport ingest(Database& database, const IngestOptions& options, const std::string& path) {
  return std::move(ingest_files(database, options, {&path, 1}, {}).front());
}

IngestReport ingest_source(Database& database, const IngestOptions& options, ByteSource& source,
                           const std::string& name) {
  const bool has_file = !options.rejects_path.empty() && options.rejects_path != "none";
  try {
    Target target(database, options);
    Ingest input(target, options, source, name, has_file ? options.rejects_path : std::string());
    IngestReport report = input.run();
    target.commit();
    remember_refusals(database, report);
    return report;
  } catch (const QueryError& error) {
    remember_error(database, options.table, name, error);
    throw;
  }
}

IngestReport ingest_text(Database& database, const IngestOptions& options, std::string_view text,
                         const std::string& name) {
  const std::unique_ptr<ByteSource> source = open_memory(text);
  return ingest_source(database, options, *source, name);
}

}  // namespace vedette
