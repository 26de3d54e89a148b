// The page of errors names every code that the sources use, once.
#include "runtime/shell/error_codes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

std::set<std::string> codes_in_sources() {
  std::set<std::string> codes;
  const std::regex code("\"((?:KQL|CLI)[0-9]{4})\"");
  for (const std::string folder : {"compiler", "runtime", "stdlib"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source_root() / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      if (entry.path().stem() == "error_codes") continue;
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      const std::string source = text.str();
      for (std::sregex_iterator at(source.begin(), source.end(), code), end; at != end; ++at) {
        codes.insert((*at)[1]);
      }
    }
  }
  return codes;
}

TEST(ErrorCodes, AreAllOnThePage) {
  std::set<std::string> listed;
  for (const shell::ErrorCode& code : shell::error_codes()) {
    EXPECT_TRUE(listed.emplace(code.code).second) << code.code << " is listed twice";
  }
  const std::set<std::string> used = codes_in_sources();
  EXPECT_GT(used.size(), 60u);
  for (const std::string& code : used) {
    EXPECT_TRUE(listed.contains(code)) << code << " is missing in runtime/shell/error_codes.cpp";
  }
}

}  // namespace
}  // namespace vedette
