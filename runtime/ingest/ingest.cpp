#include "runtime/ingest/ingest.h"

#include <algorithm>
#include <chrono>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/chunk_queue.h"
#include "runtime/ingest/rejects.h"
#include "runtime/table/catalogue.h"

namespace vedette {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t sample_bytes = 64 << 20;          // looked at before types are chosen
constexpr size_t sample_bytes_declared = 8 << 20;  // when most columns are known
constexpr size_t read_ahead_bytes = 24 << 20;
constexpr size_t reported_refusals = 20;
constexpr auto progress_interval = std::chrono::milliseconds(100);

/// The schema the table has, or gets, before the input is looked at.
TableSchema prepare_table(Database& database, const IngestOptions& options) {
  const auto snapshot = database.snapshot();
  if (snapshot->find(options.table) != nullptr) {
    if (!options.columns.empty()) database.add_columns(options.table, options.columns);
  } else {
    TableSchema schema = {.name = options.table, .columns = options.columns};
    if (schema.columns.empty() && options.use_catalogue) {
      if (auto known = find_catalogue_table(options.table)) schema.columns = known->columns;
    }
    database.create_table(std::move(schema));
  }
  return *database.snapshot()->find(options.table)->schema;
}

/// One ingest, from the first byte to the last commit.
class Ingest {
 public:
  Ingest(Database& database, const IngestOptions& options, ByteSource& source,
         const std::string& name, const std::string& rejects_path)
      : database_(database),
        options_(options),
        source_(source),
        reader_(source, options.dialect, name),
        schema_(prepare_table(database, options)),
        mapping_(std::make_shared<Mapping>(schema_.columns, schema_.columns.size())),
        appender_(database.append(options.table, {.threads = std::max(1, options.threads),
                                                  .ingestion_time = options.ingestion_time})),
        rejects_(rejects_path, !options.rejects_path.empty(), name) {
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
    appender_.commit();
    rejects_.flush();
    return finished_report();
  }

 private:
  ChunkQueue::MakeParser parser_maker() const {
    const Dialect dialect = reader_.dialect();
    const std::vector<std::string> header = reader_.header();
    return [dialect, header] {
      return dialect.format == InputFormat::Delimited
                 ? make_delimited_parser(dialect.delimiter, header)
                 : make_json_parser();
    };
  }

  /// Types of new columns are chosen by the beginning of the input, not only by its first values.
  void take_sample(ChunkQueue& queue) {
    const size_t wanted = schema_.columns.empty() ? sample_bytes : sample_bytes_declared;
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
      const auto type = type_for(field.kinds);
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
    database_.add_columns(options_.table, columns);
    appender_.refresh();
    report_.new_columns.insert(report_.new_columns.end(), columns.begin(), columns.end());
    mapping_ = std::make_shared<Mapping>(appender_.schema().columns, mapping_->declared());
  }

  void take(ChunkTask& task) {
    ParsedChunk& parsed = task.parsed;
    for (const RefusedRecord& refused : parsed.refused) refuse(task.chunk, refused);
    for (const auto& [column, misfits] : parsed.misfits) note_misfits(column, misfits);
    append(parsed);
    lines_ += task.chunk.line_ends;
    report_.rows += parsed.rows;
    report_.bytes += task.chunk.size;
    report_.repaired_records += parsed.repaired_records;
    report_.repeated_fields += parsed.repeated_fields;
    consumed_ = task.consumed;
    show_progress(false);
  }

  void refuse(const Chunk& chunk, const RefusedRecord& refused) {
    const uint64_t line = lines_ + refused.place.line + 1;
    if (options_.strict) {
      throw QueryError(ErrorKind::Runtime, "ING0004",
                       fmt::format("{}, line {}: {}", report_.source, line, refused.reason));
    }
    rejects_.add(line, refused.reason, chunk.text_of(refused.place));
    if (report_.refused++ < reported_refusals) {
      report_.first_refused.push_back({line, refused.reason});
    }
  }

  void note_misfits(uint32_t column, const Misfits& misfits) {
    const ColumnSchema& schema = mapping_->columns()[column];
    const uint64_t line = lines_ + misfits.first_line + 1;
    if (options_.strict) {
      throw QueryError(
          ErrorKind::Runtime, "ING0004",
          fmt::format("{}, line {}: '{}' is not a value of column {} ({})", report_.source, line,
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

  /// Commits cut extents, so that they come exactly where an extent is full anyway.
  void append(const ParsedChunk& parsed) {
    std::vector<Vector> vectors(parsed.columns.size());
    uint32_t row = 0;
    while (row < parsed.rows) {
      const uint32_t base = row & ~63u;
      for (size_t at = 0; at < vectors.size(); ++at) vectors[at] = parsed.columns[at].vector(base);
      const uint64_t room = options_.commit_rows - appender_.uncommitted_rows();
      const auto count = static_cast<uint32_t>(
          std::min<uint64_t>({parsed.rows - row, batch_rows - (row - base), room}));
      uint16_t rows[batch_rows];
      for (uint32_t at = 0; at < count; ++at) rows[at] = static_cast<uint16_t>(row - base + at);
      appender_.append_rows(vectors, {row == base ? nullptr : rows, count});
      row += count;
      if (appender_.uncommitted_rows() >= options_.commit_rows && !options_.strict) commit();
    }
  }

  void commit() {
    appender_.commit();
    committed_rows_ = report_.rows;
    show_progress(true);
  }

  void show_progress(bool at_once) {
    if (!options_.progress) return;
    const auto now = Clock::now();
    if (!at_once && now - last_progress_ < progress_interval) return;
    last_progress_ = now;
    options_.progress({report_.rows, committed_rows_, consumed_, source_.total()});
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
    committed_rows_ = report_.rows;
    show_progress(true);
    report_.rejects_path = rejects_.written_to();
    report_.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    return std::move(report_);
  }

  Clock::time_point begun_ = Clock::now();
  Database& database_;
  const IngestOptions& options_;
  ByteSource& source_;
  ChunkReader reader_;
  TableSchema schema_;
  std::shared_ptr<const Mapping> mapping_;
  Appender appender_;
  RejectsFile rejects_;
  IngestReport report_;
  std::vector<NewField> untyped_;  // fields that have shown no value yet
  uint64_t lines_ = 0;             // before the current chunk
  uint64_t consumed_ = 0;
  uint64_t committed_rows_ = 0;
  Clock::time_point last_progress_;
};

std::string rejects_path_of(const IngestOptions& options, const std::string& path) {
  if (options.rejects_path == "none") return {};
  if (!options.rejects_path.empty()) return options.rejects_path;
  return (path == "-" ? options.table : path) + ".rejects";
}

}  // namespace

IngestReport ingest(Database& database, const IngestOptions& options, const std::string& path) {
  const std::unique_ptr<ByteSource> source = open_source(path);
  const std::string name = path == "-" ? "standard input" : path;
  return Ingest(database, options, *source, name, rejects_path_of(options, path)).run();
}

IngestReport ingest_text(Database& database, const IngestOptions& options, std::string_view text,
                         const std::string& name) {
  const std::unique_ptr<ByteSource> source = open_memory(text);
  const bool has_file = !options.rejects_path.empty() && options.rejects_path != "none";
  return Ingest(database, options, *source, name, has_file ? options.rejects_path : std::string())
      .run();
}

}  // namespace vedette
