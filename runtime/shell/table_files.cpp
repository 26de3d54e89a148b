// `--table NAME=FILE`: tables that live as long as the command.
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/shell/workspace.h"

namespace vedette::shell {

void Workspace::load_tables(const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    const auto [name, file] = split_assignment(table, "--table");
    IngestOptions options;
    options.table = name;
    options.use_catalogue = false;
    options.rejects_path = "none";
    if (options_.threads > 0) options.threads = options_.threads;
    const IngestReport report = ingest(*database_, options, file);
    if (report.refused > 0) {
      fmt::print(stderr, "{}: {} {}s were refused, the first is {} {}: {}\n", file, report.refused,
                 counted_in(report.dialect), counted_in(report.dialect),
                 report.first_refused[0].line, report.first_refused[0].reason);
    }
    for (const RefusedReport& doubt : report.first_doubts) {
      fmt::print(stderr, "{}: {} {} is taken, but {}\n", file, counted_in(report.dialect),
                 doubt.line, doubt.reason);
    }
    for (const LeftOutReport& left_out : report.left_out) {
      fmt::print(stderr, "{}: {} events of the channel {} do not belong to {}\n", file,
                 left_out.count, left_out.channel, name);
    }
    if (!report.stopped.empty()) {
      throw QueryError(ErrorKind::Runtime, "CLI0008", fmt::format("{}: {}", file, report.stopped));
    }
  }
}

}  // namespace vedette::shell
