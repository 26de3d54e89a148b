// Test files as texts, and what running them says.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "compiler/session/catalogue_schemas.h"
#include "rules/test/suite.h"
#include "runtime/base/format.h"
#include "stdlib/stdlib.h"

namespace vedette::rules {

/// A folder of files that goes with the object.
class TestFolder {
 public:
  explicit TestFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("vedette_{}_{}", name, static_cast<int>(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name = {}) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A rule with a query; its lines are those after the thirteenth of the file.
inline std::string rule_text(std::string_view query, std::string_view more = {}) {
  std::string text =
      "id: 5f0c3f3e-54a1-4c53-9d55-0d2d9a7c1a01\n"
      "name: Many failures\n"
      "description: Password spraying.\n"
      "severity: Medium\n"
      "kind: Scheduled\n"
      "queryFrequency: 1h\n"
      "queryPeriod: 1h\n"
      "triggerOperator: gt\n"
      "triggerThreshold: 0\n"
      "tactics: [CredentialAccess]\n"
      "version: 1.0.0\n";
  text += more;
  text += "query: |\n";
  for (size_t at = 0; at <= query.size();) {
    const size_t end = std::min(query.find('\n', at), query.size());
    text += fmt::format("  {}\n", query.substr(at, end - at));
    at = end + 1;
  }
  return text;
}

/// Runs the tests of a rule with this query.
inline SuiteResult run_tests(std::string_view query, std::string_view tests,
                             std::string_view more = {}) {
  const TestFolder folder("rules_test");
  folder.write("Rule.yaml", rule_text(query, more));
  folder.write("Rule.test.yaml", tests);
  const CatalogueSchemas schemas;
  return run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas);
}

/// Everything that a result says of one test.
inline std::string said(const TestResult& test) {
  std::string text;
  for (const Finding& finding : test.findings) {
    text += fmt::format("{} {} {}:{}\n", finding.code, finding.message, finding.place.line,
                        finding.place.column);
  }
  for (const Mismatch& mismatch : test.mismatches) {
    text += fmt::format("{}: {}\n", mismatch.field, mismatch.message);
    for (const std::string& line : mismatch.lines) text += line + "\n";
  }
  for (const std::string& line : test.why) text += "why: " + line + "\n";
  return text;
}

}  // namespace vedette::rules
