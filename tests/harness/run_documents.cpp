// Runs what Markdown pages show: run_documents [--accept] --program PATH FILE|FOLDER...
// With --accept, `output` blocks are replaced by what the commands print now.
// Queries with results are run in this process, without a database. `sh` blocks are run by bash,
// all of a page in one empty folder, with the folder of the program in front of PATH.
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/format.h"
#include "runtime/shell/workspace.h"
#include "stdlib/stdlib.h"
#include "tests/harness/case_runner.h"
#include "tests/harness/document.h"

namespace {

using namespace vedette;
namespace fs = std::filesystem;

std::vector<fs::path> pages_in(const std::vector<std::string>& arguments) {
  std::vector<fs::path> pages;
  for (const std::string& argument : arguments) {
    if (!fs::is_directory(argument)) {
      pages.emplace_back(argument);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argument)) {
      if (entry.path().extension() == ".md") pages.push_back(entry.path());
    }
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

int run_examples(const fs::path& page, const std::string& text) {
  Session session(standard_library(), nullptr);
  int failed = 0;
  for (const DocumentExample& example : examples_of(text)) {
    for (const GridPoint& point : make_grid()) {
      QueryOptions options = point.options;
      options.now = default_clock();
      const std::string actual = answer_of(example.query, session.run(example.query, options));
      const std::string reason = compare_answers(example.query, example.expected, actual);
      if (reason.empty()) continue;
      fmt::print("{}\n",
                 to_text(CaseFailure{fmt::format("{}:{}", page.string(), example.line), "example",
                                     point.name, reason, example.expected, actual}));
      ++failed;
      break;
    }
  }
  return failed;
}

struct Run {
  int status = 0;
  std::string output;
};

/// Runs a script in `folder`; its stderr goes to ours.
Run run_script(const std::string& script, const fs::path& folder) {
  const fs::path file = folder / ".script";
  std::FILE* out = std::fopen(file.c_str(), "wb");
  std::fputs(script.c_str(), out);
  std::fclose(out);
  const std::string command =
      fmt::format("cd '{}' && bash -euo pipefail .script </dev/null", folder.string());
  Run run;
  std::FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (size_t read = 0; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    run.output.append(buffer, read);
  }
  run.status = WEXITSTATUS(pclose(pipe));
  return run;
}

int run_commands(const fs::path& page, const std::string& text, bool accepting) {
  const auto commands = commands_of(text);
  if (commands.empty()) return 0;
  std::string name = (fs::temp_directory_path() / "vedette-page-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  int failed = 0;
  std::vector<std::string> outputs;
  for (const DocumentCommand& command : commands) {
    const Run run = run_script(command.script, name);
    outputs.push_back(run.output);
    if (accepting && command.has_expected) continue;
    const bool differs = command.has_expected && run.output != command.expected;
    if (run.status == 0 && !differs) continue;
    fmt::print("{}:{}: {}\n{}printed\n{}", page.string(), command.line,
               differs ? "the output differs" : fmt::format("ended with {}", run.status),
               command.script, run.output);
    if (differs) fmt::print("expected\n{}", command.expected);
    ++failed;
  }
  fs::remove_all(name);
  if (accepting) {
    std::ofstream(page, std::ios::binary) << with_outputs(text, commands, outputs);
  }
  return failed;
}

}  // namespace

int main(int count, char** texts) {
  std::vector<std::string> arguments(texts + 1, texts + count);
  const auto program = std::find(arguments.begin(), arguments.end(), "--program");
  if (program != arguments.end() && program + 1 != arguments.end()) {
    const std::string folder = fs::absolute(program[1]).parent_path().string();
    setenv("PATH", fmt::format("{}:{}", folder, std::getenv("PATH")).c_str(), 1);
    arguments.erase(program, program + 2);
  }
  const bool accepting = std::erase(arguments, "--accept") > 0;
  int failed = 0;
  size_t pages = 0;
  for (const fs::path& page : pages_in(arguments)) {
    const std::string text = shell::read_text(page.string());
    failed += run_examples(page, text) + run_commands(page, text, accepting);
    ++pages;
  }
  fmt::print("{} pages, {} failures\n", pages, failed);
  return failed == 0 && pages > 0 ? 0 : 1;
}
