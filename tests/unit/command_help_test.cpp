// Every command has a case in tests/commands, and its help.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compiler/command/run_command.h"
#include "runtime/shell/help.h"
#include "stdlib/stdlib.h"
#include "tests/harness/case_file.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

/// The patterns of the commands that cases run.
std::set<std::string_view> patterns_of_cases() {
  std::set<std::string_view> patterns;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_root() / "tests" / "commands")) {
    for (const TestCase& test : read_case_file(entry.path()).cases) {
      for (std::string_view left = test.query; !left.empty();) {
        const size_t end = left.find("\n;\n");
        if (const auto pattern = command::pattern_of(left.substr(0, end))) {
          patterns.insert(*pattern);
        }
        left.remove_prefix(end == std::string_view::npos ? left.size() : end + 3);
      }
    }
  }
  return patterns;
}

TEST(CommandHelp, EveryCommandHasACase) {
  const std::set<std::string_view> tested = patterns_of_cases();
  for (const command::CommandHelp& record : command::command_help()) {
    EXPECT_TRUE(tested.contains(record.pattern)) << record.pattern;
    EXPECT_TRUE(record.summary.ends_with('.')) << record.pattern;
  }
}

TEST(CommandHelp, CommandsAreFoundByTheirFirstWords) {
  const auto drop = shell::help_about(standard_library(), ".drop table");
  ASSERT_TRUE(drop);
  EXPECT_NE(drop->find(".drop table Name [ifexists]\n  Removes a table"), std::string::npos)
      << *drop;
  EXPECT_NE(drop->find(".drop table Name columns (Name, ...)"), std::string::npos);
  EXPECT_EQ(drop->find(".drop tables"), std::string::npos);
  EXPECT_FALSE(shell::help_about(standard_library(), ".drap"));
  EXPECT_EQ(shell::similar_word(standard_library(), ".drop tabel"), ".drop table");
}

TEST(CommandHelp, PatternsTellCommandsApart) {
  std::set<std::string_view> patterns;
  for (const command::CommandHelp& record : command::command_help()) {
    EXPECT_TRUE(patterns.insert(record.pattern).second) << record.pattern;
  }
  EXPECT_EQ(command::pattern_of("// a comment\n.show tables | count"), ".show tables");
  EXPECT_EQ(command::pattern_of("print 1"), std::nullopt);
}

}  // namespace
}  // namespace vedette
