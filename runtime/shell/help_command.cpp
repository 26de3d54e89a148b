#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/help.h"
#include "runtime/shell/terminal.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {

ExitCode run_help(const HelpArguments& arguments) {
  const Library& library = standard_library();
  if (arguments.topic.empty()) {
    const int width = terminal_of(1).width;
    print_text(help_overview(library, width > 0 ? width : 100));
    return ExitCode::Done;
  }
  const auto text = help_about(library, arguments.topic);
  if (!text) {
    const std::string hint = did_you_mean(similar_word(library, arguments.topic));
    throw UsageError(fmt::format("there is no help about '{}'{}{}", arguments.topic,
                                 hint.empty() ? "" : "; ", hint));
  }
  print_text(*text);
  return ExitCode::Done;
}

}  // namespace vedette::shell
