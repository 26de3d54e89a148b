#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/diagnostic_view.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/text_place.h"

namespace vedette::shell {

ExitCode run_check(const CheckArguments& arguments) {
  Workspace workspace(arguments.workspace);
  int64_t rejected = 0;
  for (const std::string& file : arguments.files) {
    const std::string text = read_text(file);
    const QueryResult result = workspace.session().check(text, workspace.options());
    for (const Diagnostic& diagnostic : result.diagnostics) {
      const TextPlace place = place_of(text, diagnostic.span);
      fmt::print(stderr, "{}:{}:{}: {}", file, place.line, place.column,
                 to_human_text(text, diagnostic));
    }
    if (!result.ok) ++rejected;
  }
  const auto checked = static_cast<int64_t>(arguments.files.size());
  print_text(fmt::format("{} of {} {} right\n", grouped(checked - rejected), grouped(checked),
                         checked == 1 ? "query is" : "queries are"));
  return rejected == 0 ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
