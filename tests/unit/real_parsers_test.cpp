// Public ASIM-style parsers, where they are at hand: they are not part of the project. Their folder
// is `../shared/rules/azure-sentinel-parsers` beside the source tree, or what VEDETTE_PARSERS
// names.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/shell/commands.h"
#include "tests/harness/source_tree.h"
#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

fs::path parsers_folder() {
  if (const char* folder = std::getenv("VEDETTE_PARSERS")) return folder;
  return source_root().parent_path() / "shared" / "rules" / "azure-sentinel-parsers";
}

/// Why a parser may not bind: what is wrong with it, or what only its service has.
constexpr std::string_view explained[] = {
    "a dynamic is expected beside the other arguments",  // the reference refuses it, too
    "'parser' has no parameter 'startime'",              // spelled wrong
    "'legacyEventType_s' is not",                        // columns of a custom table
    "'Computer' is not",                                 // dropped by itself before
    "'_ItemId' is not",                                  // hidden columns of the service
    "'ImpersonationLevel' is not",                       // a column that its table does not have
};

TEST(RealParsers, TheyBecomeFunctions) {
  const fs::path folder = parsers_folder();
  if (!fs::exists(folder)) GTEST_SKIP() << "no parsers at " << folder;
  const testing::TemporaryDirectory directory;
  shell::FunctionsImportArguments arguments;
  arguments.workspace.database = directory / "db";
  arguments.paths = {folder};
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  shell::run_functions_import(arguments);
  const std::string complaints = ::testing::internal::GetCapturedStderr();
  const std::string summary = ::testing::internal::GetCapturedStdout();

  size_t unbound = 0;
  std::string_view left = complaints;
  while (!left.empty()) {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    if (line.starts_with("left out: ")) {
      EXPECT_NE(line.find("emplate"), std::string_view::npos) << line;
      continue;
    }
    ++unbound;
    const bool known = std::any_of(
        std::begin(explained), std::end(explained),
        [&](std::string_view reason) { return line.find(reason) != std::string_view::npos; });
    EXPECT_TRUE(known) << line;
  }
  EXPECT_LT(unbound, 30u) << summary;
  EXPECT_GT(std::atoi(summary.c_str()), 250) << summary;
}

}  // namespace
}  // namespace vedette
