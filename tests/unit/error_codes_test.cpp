// The page of errors names every code that the sources use, once.
#include "runtime/shell/error_codes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "rules/finding.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

/// The codes with these letters, as the sources of some folders write them: whole, in quotes.
std::set<std::string> codes_in_sources(const std::string& letters,
                                       const std::vector<std::string>& folders) {
  std::set<std::string> codes;
  const std::regex code("\"((?:" + letters + ")[0-9]{4})\"");
  for (const std::string& folder : folders) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source_root() / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      if (entry.path().stem() == "error_codes" || entry.path().filename() == "finding.cpp" ||
          entry.path().filename() == "finding.h") {
        continue;  // lists, and an example
      }
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
  const std::set<std::string> used =
      codes_in_sources("KQL|CLI", {"compiler", "runtime", "stdlib", "rules"});
  EXPECT_GT(used.size(), 60u);
  for (const std::string& code : used) {
    EXPECT_TRUE(listed.contains(code)) << code << " is missing in runtime/shell/error_codes.cpp";
  }
}

TEST(ErrorCodes, OfRulesAreAllOnThePageAndInUse) {
  const std::string page = shell::errors_page();
  const std::set<std::string> used = codes_in_sources("RUL", {"rules", "runtime", "compiler"});
  EXPECT_GT(used.size(), 50u);
  std::set<std::string> listed;
  for (const rules::FindingCode& code : rules::finding_codes()) {
    EXPECT_TRUE(listed.emplace(code.code).second) << code.code << " is listed twice";
    EXPECT_TRUE(used.contains(std::string(code.code))) << code.code << " is never used";
    EXPECT_NE(page.find("| " + std::string(code.code) + " |"), std::string::npos) << code.code;
  }
  for (const std::string& code : used) {
    EXPECT_TRUE(listed.contains(code)) << code << " is missing in rules/finding.cpp";
  }
}

}  // namespace
}  // namespace vedette
