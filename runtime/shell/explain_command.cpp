#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/query_text.h"

namespace vedette::shell {
namespace {

/// The counters that show how much the run did not have to touch.
std::string counters(const QueryStatistics& statistics) {
  std::string text = "counters\n";
  const auto add = [&](std::string_view name, int64_t value) {
    text += fmt::format("  {:<30}{:>16}\n", name, grouped(value));
  };
  add("rows scanned", statistics.rows_scanned);
  add("bytes read", statistics.bytes_read);
  add("extents", statistics.extents_total);
  add("extents skipped", statistics.extents_skipped);
  add("blocks", statistics.blocks_total);
  add("blocks skipped", statistics.blocks_skipped);
  add("dictionary entries evaluated", statistics.dictionary_entries_evaluated);
  add("rows fetched late", statistics.rows_fetched_late);
  add("kernels compiled", statistics.kernels_compiled);
  add("kernels reused", statistics.kernels_reused);
  add("peak memory", statistics.peak_memory);
  add("microseconds", statistics.elapsed.count() / 1000);
  return text;
}

}  // namespace

ExitCode run_explain(const ExplainArguments& arguments) {
  const std::string text = query_text(arguments.text, arguments.file);
  Workspace workspace(arguments.workspace);
  QueryOptions options = workspace.options();
  options.analyze = arguments.analyze;
  const Explanation explanation = workspace.session().explain(text, options);
  print_diagnostics(text, explanation.diagnostics);
  const ExitCode code = exit_code_of(explanation.diagnostics);
  if (code != ExitCode::Done) return code;

  std::string shown =
      fmt::format("plan\n{}\npipelines\n{}", explanation.plan, explanation.pipelines);
  if (arguments.analyze) shown += '\n' + counters(explanation.statistics);
  print_text(shown);
  return ExitCode::Done;
}

}  // namespace vedette::shell
