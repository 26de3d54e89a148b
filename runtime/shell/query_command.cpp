#include <chrono>

#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/diagnostic_view.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/result_view.h"

namespace vedette::shell {

ExitCode run_query(const QueryArguments& arguments) {
  const auto format = output_format_of_name(arguments.format);
  if (!format) {
    throw UsageError(fmt::format("--format takes table, json, ndjson, csv or markdown, not '{}'",
                                 arguments.format));
  }
  const std::string text = query_text(arguments.text, arguments.file);
  WorkspaceOptions options = arguments.workspace;
  options.may_make_database = true;
  Workspace workspace(options);
  const QueryResult result = workspace.run(text);
  print_diagnostics(text, result.diagnostics);
  if (!result.ok) return exit_code_of(result.diagnostics);

  print_text(write_tables(result.tables, *format, terminal_of(1)));
  if (terminal_of(2).is_terminal && *format == OutputFormat::Table) {
    fmt::print(stderr, "{}\n", summary_of(result));
  }
  return ExitCode::Done;
}

}  // namespace vedette::shell
