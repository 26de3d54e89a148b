// Runs `.test` files: run_cases [--accept] FILE|FOLDER...
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "runtime/base/format.h"
#include "tests/harness/case_runner.h"

namespace {

using namespace vedette;

std::vector<std::filesystem::path> test_files(const std::vector<std::string>& arguments) {
  std::vector<std::filesystem::path> files;
  for (const std::string& argument : arguments) {
    if (!std::filesystem::is_directory(argument)) {
      files.emplace_back(argument);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argument)) {
      if (entry.path().extension() == ".test") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void accept(CaseRunner& runner) {
  const std::string text = runner.accept();
  std::ofstream(runner.file().path, std::ios::binary) << text;
}

}  // namespace

int main(int count, char** texts) {
  std::vector<std::string> arguments(texts + 1, texts + count);
  const bool accepting = std::erase(arguments, "--accept") > 0;
  size_t cases = 0;
  size_t failed = 0;
  for (const auto& path : test_files(arguments)) {
    try {
      CaseRunner runner(read_case_file(path));
      cases += runner.file().cases.size();
      if (accepting) {
        accept(runner);
        continue;
      }
      for (const CaseFailure& failure : runner.run()) {
        fmt::print("{}\n", to_text(failure));
        ++failed;
      }
    } catch (const std::exception& error) {
      fmt::print("{}\n", error.what());
      ++failed;
    }
  }
  fmt::print("{} cases, {} failed\n", cases, failed);
  return failed == 0 && cases > 0 ? 0 : 1;
}
