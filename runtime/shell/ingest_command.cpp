#include <thread>

#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/progress_bar.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/schema_file.h"

namespace vedette::shell {
namespace {

IngestOptions ingest_options(const IngestArguments& arguments) {
  IngestOptions options;
  options.table = arguments.table;
  options.strict = arguments.strict;
  options.rejects_path = arguments.rejects_file;
  if (arguments.commit_rows > 0) options.commit_rows = arguments.commit_rows;
  const auto dialect = dialect_of_name(arguments.format);
  if (!dialect) throw UsageError(fmt::format("'{}' is not a format", arguments.format));
  options.dialect = *dialect;
  options.threads = arguments.threads > 0
                        ? arguments.threads
                        : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (!arguments.schema_file.empty()) {
    const auto columns = read_schema_file(arguments.schema_file)->find_table(arguments.table);
    if (!columns) {
      throw UsageError(
          fmt::format("{} declares no table '{}'", arguments.schema_file, arguments.table));
    }
    for (const auto& [name, type] : *columns) options.columns.push_back({name, type});
  }
  return options;
}

void print_report(const IngestReport& report) {
  const std::string_view place = counted_in(report.dialect);
  const double megabytes = static_cast<double>(report.bytes) / 1e6;
  fmt::print(stderr, "{}: {} rows into {}, {:.1f} MB in {:.2f} s, {:.0f} MB/s\n", report.source,
             grouped(static_cast<int64_t>(report.rows)), report.table, megabytes, report.seconds,
             report.seconds > 0 ? megabytes / report.seconds : 0.0);
  if (!report.new_columns.empty()) {
    std::string names;
    for (const ColumnSchema& column : report.new_columns) {
      names += fmt::format("{}{}:{}", names.empty() ? "" : ", ", column.name, name_of(column.type));
    }
    fmt::print(stderr, "  new columns: {}\n", names);
  }
  for (const MisfitReport& misfit : report.misfits) {
    fmt::print(
        stderr, "  {}: {} values are not {}, first in {} {}: {}{}\n", misfit.column,
        grouped(static_cast<int64_t>(misfit.count)), name_of(misfit.type), place, misfit.first_line,
        misfit.example,
        misfit.kept_in.empty() ? std::string() : fmt::format(" (kept in {})", misfit.kept_in));
  }
  for (const RefusedReport& refused : report.first_refused) {
    fmt::print(stderr, "  {} {}: {}\n", place, refused.line, refused.reason);
  }
  if (report.refused > 0) {
    fmt::print(stderr, "  {} {}s were refused{}\n", grouped(static_cast<int64_t>(report.refused)),
               place,
               report.rejects_path.empty() ? std::string()
                                           : fmt::format("; they are in {}", report.rejects_path));
  }
  for (const RefusedReport& doubt : report.first_doubts) {
    fmt::print(stderr, "  {} {}: taken, but {}\n", place, doubt.line, doubt.reason);
  }
  for (const LeftOutReport& left_out : report.left_out) {
    fmt::print(stderr, "  {} events of the channel {} do not belong to {} and were left out\n",
               grouped(static_cast<int64_t>(left_out.count)), left_out.channel, report.table);
  }
  if (report.repaired_records > 0) {
    fmt::print(stderr, "  {} records held text that is not Unicode; it was replaced by U+FFFD\n",
               grouped(static_cast<int64_t>(report.repaired_records)));
  }
  if (report.repeated_fields > 0) {
    fmt::print(stderr, "  {} fields were named twice in a record; the first counts\n",
               grouped(static_cast<int64_t>(report.repeated_fields)));
  }
  if (!report.stopped.empty()) fmt::print(stderr, "  stopped early: {}\n", report.stopped);
}

}  // namespace

ExitCode run_ingest(const IngestArguments& arguments) {
  IngestOptions options = ingest_options(arguments);
  const auto database = Database::open(arguments.database, OpenMode::Create);
  bool stopped = false;
  ProgressBar bar(!arguments.quiet);
  options.progress = [&bar](const IngestProgress& progress) {
    bar.show(progress);
    if (interrupted()) {
      throw QueryError(ErrorKind::Runtime, "CLI0007",
                       fmt::format("interrupted; {} rows of this file are in",
                                   grouped(static_cast<int64_t>(progress.committed_rows))));
    }
  };
  ingest_files(*database, options, arguments.files, [&](const IngestReport& report) {
    bar.clear();
    if (!arguments.quiet || report.refused > 0 || report.doubtful > 0 || !report.stopped.empty()) {
      print_report(report);
    }
    stopped = stopped || !report.stopped.empty();
  });
  return stopped ? ExitCode::DataTrouble : ExitCode::Done;
}

}  // namespace vedette::shell
