// Many files of tests, run side by side.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "rules/finding.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

enum class TestStatus {
  Passed,
  Failed,  // an expectation does not hold
  Broken,  // the test, its fixtures or its rule cannot be used
};

struct TestResult {
  std::string file;
  std::string name;  // empty: the whole file
  std::string rule;  // the name of the rule
  Place place = {};
  TestStatus status = TestStatus::Passed;
  double seconds = 0;
  std::vector<Mismatch> mismatches = {};
  std::vector<Finding> findings = {};  // why it is broken, or what is odd about it
  std::vector<std::string> why = {};   // what kept rows from matching
};

struct SuiteOptions {
  std::vector<std::string> names;  // only tests whose name matches one of these patterns
  int jobs = 0;                    // 0: as many as there are cores
  const std::atomic<bool>* cancelled = nullptr;
  KnownExternals externals = {};
};

struct SuiteResult {
  std::vector<TestResult> tests;  // in the order of files and of tests in them
  size_t files = 0;
  double seconds = 0;
  std::vector<std::string> sources = {};  // files that the tests depend on: theirs, rules, fixtures

  size_t count(TestStatus status) const;
  size_t warnings() const;
  bool passed() const { return count(TestStatus::Passed) == tests.size(); }
};

/// Runs the tests of all files below `paths`. Throws QueryError when a path is not there.
SuiteResult run_suite(const std::vector<std::string>& paths, const SuiteOptions& options,
                      const Library& library, const plan::SchemaSource& schemas);

/// The rule that a test file is for; nothing, with findings, when it cannot be read.
std::optional<AnalyticRule> load_tested_rule(const TestFile& file, Findings& findings);

}  // namespace vedette::rules
