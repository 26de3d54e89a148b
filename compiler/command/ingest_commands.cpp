// Commands that bring rows into tables.
#include <algorithm>
#include <cctype>

#include "compiler/command/commands.h"
#include "runtime/base/format.h"
#include "runtime/ingest/byte_source.h"
#include "runtime/ingest/ingest.h"
#include "runtime/ingest/positional.h"
#include "runtime/value/datetime.h"

namespace vedette::command {
namespace {

std::vector<uint64_t> extent_ids(const Snapshot& snapshot, std::string_view name) {
  std::vector<uint64_t> ids;
  if (const Table* table = snapshot.find(name)) {
    for (const auto& extent : table->extents) ids.push_back(extent->id());
  }
  return ids;
}

/// The extents a command made, as the commands that take rows from queries answer.
ResultTable new_extents(const Snapshot& snapshot, std::string_view name,
                        const std::vector<uint64_t>& before) {
  Rows rows({{"ExtentId", Type::Guid},
             {"OriginalSize", Type::Real},
             {"ExtentSize", Type::Real},
             {"CompressedSize", Type::Real},
             {"IndexSize", Type::Real},
             {"RowCount", Type::Long}});
  for (const auto& extent : snapshot.find(name)->extents) {
    if (std::find(before.begin(), before.end(), extent->id()) != before.end()) continue;
    const auto bytes = Value::real(static_cast<double>(extent->stored_bytes()));
    rows.add({extent_guid(extent->id()), Value::null(Type::Real), bytes, bytes, Value::real(0),
              Value::int64(extent->rows())});
  }
  return std::move(rows).finish();
}

AppendOptions append_options(const Arguments& arguments) {
  AppendOptions options;
  const std::string time = arguments.property("creationtime");
  if (time.empty()) return options;
  options.ingestion_time = parse_datetime(time);
  if (!options.ingestion_time) {
    throw QueryError(ErrorKind::Semantic, "KQL0051",
                     fmt::format("creationTime '{}' is not a time", time), arguments.span);
  }
  return options;
}

void append_result(Appender& appender, const ResultTable& result) {
  for (size_t first = 0; first < result.rows; first += batch_rows) {
    const auto count = static_cast<uint32_t>(std::min<size_t>(batch_rows, result.rows - first));
    std::vector<Vector> columns;
    for (const ColumnBuilder& column : result.data) columns.push_back(column.vector(first));
    appender.append_rows(columns, {nullptr, count});
  }
}

TableSchema schema_of(const ResultTable& result, const std::string& name,
                      const Arguments& arguments) {
  TableSchema schema{.name = name, .columns = {}};
  for (const auto& [column, type] : result.columns) schema.columns.push_back({column, type});
  for (const char* property : {"folder", "docstring"}) {
    if (const std::string value = arguments.property(property); !value.empty()) {
      schema.properties[property] = value;
    }
  }
  return schema;
}

/// Columns meet by their places; their types must agree.
void check_columns(const ResultTable& result, const TableSchema& schema, Span place) {
  if (result.columns.size() > schema.columns.size()) {
    throw QueryError(ErrorKind::Semantic, "KQL0607",
                     fmt::format("the query gives {} columns, table '{}' has {}; with "
                                 "(extend_schema = true) adds columns",
                                 result.columns.size(), schema.name, schema.columns.size()),
                     place);
  }
  for (size_t i = 0; i < result.columns.size(); ++i) {
    if (result.columns[i].second == schema.columns[i].type) continue;
    throw QueryError(
        ErrorKind::Semantic, "KQL0607",
        fmt::format("column {} of the query, '{}', is {}; '{}' of table '{}' is {}", i + 1,
                    result.columns[i].first, name_of(result.columns[i].second),
                    schema.columns[i].name, schema.name, name_of(schema.columns[i].type)),
        place);
  }
}

enum class WhenThere { Fail, Append, Replace };

ResultTable take_query(CommandContext& context, const Arguments& arguments, WhenThere when_there,
                       bool must_exist) {
  context.host.writable_database();
  const NameAt& name = arguments.names[0];
  if (must_exist) existing_table(*context.snapshot(), name);
  if (when_there == WhenThere::Fail && context.snapshot()->find(name.text) != nullptr) {
    throw QueryError(ErrorKind::Semantic, "KQL0606",
                     fmt::format("the table '{}' exists already; .append or .set-or-append adds "
                                 "to it",
                                 name.text),
                     name.span);
  }
  const AppendOptions options = append_options(arguments);
  const ResultTable result = context.run(arguments.rest);
  Database& database = context.host.writable_database();
  const std::vector<uint64_t> before = extent_ids(*database.snapshot(), name.text);
  const auto snapshot = database.snapshot();
  const Table* table = snapshot->find(name.text);
  const Span place{arguments.rest.start, static_cast<uint32_t>(arguments.rest.text.size())};
  if (table == nullptr) {
    TableSchema schema = schema_of(result, name.text, arguments);
    database.create_table(std::move(schema));
  } else {
    if (arguments.property("extend_schema") == "true") {
      ResultTable first{.columns = result.columns};
      first.columns.resize(std::min(first.columns.size(), table->schema->columns.size()));
      check_columns(first, *table->schema, place);
      const TableSchema wanted = schema_of(result, name.text, arguments);
      const size_t known = std::min(table->schema->columns.size(), wanted.columns.size());
      database.add_columns(name.text, std::span(wanted.columns).subspan(known));
    }
    if (arguments.property("recreate_schema") != "true") {
      check_columns(result, *database.snapshot()->find(name.text)->schema, place);
    }
  }
  if (table != nullptr && when_there == WhenThere::Replace) {
    const bool recreate = arguments.property("recreate_schema") == "true";
    TableSchema schema = *database.snapshot()->find(name.text)->schema;
    if (recreate) schema.columns = schema_of(result, name.text, arguments).columns;
    Appender appender = database.rewrite(name.text, std::move(schema), options);
    append_result(appender, result);
    appender.commit();
  } else {
    Appender appender = database.append(name.text, options);
    append_result(appender, result);
    appender.commit();
  }
  if (table != nullptr) {
    for (const char* property : {"folder", "docstring"}) {
      if (arguments.properties.contains(property)) {
        database.set_property(name.text, property, arguments.property(property));
      }
    }
  }
  return new_extents(*database.snapshot(), name.text, before);
}

ResultTable set(CommandContext& context, const Arguments& arguments) {
  return take_query(context, arguments, WhenThere::Fail, false);
}
ResultTable append(CommandContext& context, const Arguments& arguments) {
  return take_query(context, arguments, WhenThere::Append, true);
}
ResultTable set_or_append(CommandContext& context, const Arguments& arguments) {
  return take_query(context, arguments, WhenThere::Append, false);
}
ResultTable set_or_replace(CommandContext& context, const Arguments& arguments) {
  return take_query(context, arguments, WhenThere::Replace, false);
}

Dialect dialect_of(const Arguments& arguments, std::string_view otherwise) {
  std::string name = arguments.property("format");
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name.empty()) name = otherwise;
  if (name == "psv") return {InputFormat::Delimited, '|'};
  if (name == "scsv") return {InputFormat::Delimited, ';'};
  if (name == "tsve") return {InputFormat::Delimited, '\t'};
  if (name == "sohsv") return {InputFormat::Delimited, '\x01'};
  if (name == "multijson" || name == "json") return {InputFormat::Auto, ','};
  if (const auto dialect = dialect_of_name(name)) return *dialect;
  throw QueryError(ErrorKind::Unsupported, "KQL0900",
                   fmt::format("the format '{}' is not supported; there are csv, tsv, psv, scsv, "
                               "json, multijson, parquet and evtx",
                               name),
                   arguments.span);
}

/// Tells what did not become rows as it was.
void warn_of(CommandContext& context, const IngestReport& report, const std::string& source) {
  const auto warn = [&](std::string_view code, const std::string& message) {
    context.warnings.push_back({.severity = Severity::Warning,
                                .kind = ErrorKind::Runtime,
                                .code = code,
                                .message = fmt::format("{}: {}", source, message),
                                .span = {}});
  };
  const std::string_view place = counted_in(report.dialect);
  for (const RefusedReport& refused : report.first_refused) {
    warn("KQL0610", fmt::format("{} {} was left out: {}", place, refused.line, refused.reason));
  }
  for (const RefusedReport& doubt : report.first_doubts) {
    warn("KQL0610", fmt::format("{} {} was taken, but {}", place, doubt.line, doubt.reason));
  }
  for (const LeftOutReport& left_out : report.left_out) {
    warn("KQL0610", fmt::format("{} events of the channel {} do not belong to {}", left_out.count,
                                left_out.channel, report.table));
  }
  if (!report.stopped.empty()) {
    warn("KQL0610", fmt::format("not read to its end: {}", report.stopped));
  }
  for (const MisfitReport& misfit : report.misfits) {
    warn("KQL0611", fmt::format("{} values of '{}' are not {} and became null, first '{}'",
                                misfit.count, misfit.column, name_of(misfit.type), misfit.example));
  }
}

/// Ingests records whose fields, if they are delimited, go to columns by their places.
IngestReport ingest_rows(CommandContext& context, Database& database, const Arguments& arguments,
                         std::unique_ptr<ByteSource> rows, const std::string& source,
                         std::string_view otherwise) {
  const auto snapshot = database.snapshot();
  const TableSchema& schema = *existing_table(*snapshot, arguments.names[0]).schema;
  IngestOptions options;
  options.table = arguments.names[0].text;
  options.use_catalogue = false;
  options.add_columns = false;
  options.rejects_path = "none";
  options.threads = std::max(1, context.options.threads);
  options.dialect = dialect_of(arguments, otherwise);
  options.ingestion_time = append_options(arguments).ingestion_time;
  const bool delimited = options.dialect.format == InputFormat::Delimited;
  const bool skip_first = arguments.property("ignorefirstrecord") == "true";
  rows = with_header(std::move(rows), delimited ? options.dialect.delimiter : '\0', schema.columns,
                     skip_first);
  if (!rows) return {};
  // The header that was put before the text is no line of it; the one that was left out is.
  options.added_lines = delimited && !skip_first ? 1 : 0;
  IngestReport report = ingest_source(database, options, *rows, source);
  warn_of(context, report, source);
  return report;
}

ResultTable ingest_inline(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const std::vector<uint64_t> before = extent_ids(*database.snapshot(), arguments.names[0].text);
  ingest_rows(context, database, arguments, open_memory(arguments.rest.text), "inline", "csv");
  Rows rows({{"ExtentId", Type::Guid}});
  bool any = false;
  const auto snapshot = database.snapshot();
  for (const uint64_t id : extent_ids(*snapshot, arguments.names[0].text)) {
    if (std::find(before.begin(), before.end(), id) != before.end()) continue;
    rows.add({extent_guid(id)});
    any = true;
  }
  if (!any) rows.add({extent_guid(0)});
  return std::move(rows).finish();
}

ResultTable ingest_files(CommandContext& context, const Arguments& arguments) {
  if (!context.options.allow_local_files) {
    throw QueryError(ErrorKind::Unsupported, "KQL0900", "files are not read here", arguments.span);
  }
  Database& database = context.host.writable_database();
  Rows rows({{"ExtentId", Type::Guid},
             {"ItemLoaded", Type::String},
             {"Duration", Type::Timespan},
             {"HasErrors", Type::Bool},
             {"OperationId", Type::Guid}});
  for (std::string path : arguments.texts) {
    path = path.substr(0, path.find(';'));  // what follows are credentials
    if (path.starts_with("file://")) path.erase(0, 7);
    if (path.find("://") != std::string::npos) {
      throw QueryError(ErrorKind::Unsupported, "KQL0900",
                       fmt::format("'{}' is not a local file; only those are read", path),
                       arguments.span);
    }
    std::string otherwise = path.ends_with(".tsv")       ? "tsv"
                            : path.ends_with("json")     ? "json"
                            : path.ends_with(".parquet") ? "parquet"
                            : path.ends_with(".evtx")    ? "evtx"
                                                         : "csv";
    const std::vector<uint64_t> before = extent_ids(*database.snapshot(), arguments.names[0].text);
    const IngestReport report =
        ingest_rows(context, database, arguments, open_source(path), path, otherwise);
    const auto duration = Value::timespan({static_cast<int64_t>(report.seconds * 1e7)});
    const Value failed =
        Value::boolean(report.refused > 0 || report.doubtful > 0 || !report.stopped.empty());
    const auto snapshot = database.snapshot();
    for (const uint64_t id : extent_ids(*snapshot, arguments.names[0].text)) {
      if (std::find(before.begin(), before.end(), id) != before.end()) continue;
      rows.add({extent_guid(id), text(path), duration, failed, extent_guid(0)});
    }
  }
  return std::move(rows).finish();
}

}  // namespace

Value extent_guid(uint64_t id) {
  Guid guid;
  for (int i = 0; i < 8; ++i) guid.bytes[15 - i] = static_cast<uint8_t>(id >> (8 * i));
  return Value::guid(guid);
}

std::vector<Command> ingest_commands() {
  return {
      {".ingest inline into table NAME [WITH] QUERY",
       "Adds the rows written behind `<|`, as CSV or in another `format`.", ingest_inline},
      {".ingest [async] into table NAME TEXTS [WITH]",
       "Adds the rows of local files. Fields go to columns by their places.", ingest_files},
      {".ingest [async] into NAME TEXTS [WITH]",
       "Adds the rows of local files. Fields go to columns by their places.", ingest_files},
      {".set [async] NAME [WITH] QUERY", "Makes a table of the rows of a query.", set},
      {".append [async] NAME [WITH] QUERY", "Adds the rows of a query to a table.", append},
      {".set-or-append [async] NAME [WITH] QUERY",
       "Adds the rows of a query to a table, which is made when needed.", set_or_append},
      {".set-or-replace [async] NAME [WITH] QUERY",
       "Replaces the rows of a table by those of a query.", set_or_replace},
  };
}

}  // namespace vedette::command
