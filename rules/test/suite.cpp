#include "rules/test/suite.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>
#include <tuple>

#include "rules/load/load.h"
#include "rules/test/check_given.h"
#include "rules/test/match_value.h"
#include "rules/test/why.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Calls `work` with 0 to `count - 1`, on several threads; what one throws, the caller gets.
void in_parallel(size_t count, int jobs, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto loop = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  const auto threads = std::min<size_t>(static_cast<size_t>(jobs), count);
  std::vector<std::jthread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(loop);
  loop();
}

/// One file with its rule, and the tests of it that are wanted.
struct LoadedFile {
  TestFile file;
  std::optional<AnalyticRule> rule;
  std::vector<Finding> findings;  // errors; nothing of it is run then
  double seconds = 0;
};

LoadedFile load(const std::string& path) {
  const auto start = Clock::now();
  LoadedFile loaded;
  Findings findings;
  loaded.file = load_test_file(path, findings);
  if (findings.errors() == 0) loaded.rule = load_tested_rule(loaded.file, findings);
  for (const Finding& finding : findings.all()) {
    if (finding.level == FindingLevel::Error) loaded.findings.push_back(finding);
  }
  loaded.seconds = seconds_since(start);
  return loaded;
}

TestResult run_one(const TestEnvironment& environment, const LoadedFile& loaded,
                   const RuleTest& test, const SuiteOptions& options) {
  const auto start = Clock::now();
  TestResult result{.file = loaded.file.file,
                    .name = test.name.text,
                    .rule = loaded.rule->name.text,
                    .place = test.name.place};
  Findings findings;
  try {
    PreparedTest prepared(environment, loaded.file, test, *loaded.rule, findings);
    if (findings.errors() > 0) {
      result.status = TestStatus::Broken;
      result.findings = findings.all();
    } else {
      check_given(loaded.file, test, *loaded.rule, environment.schemas, findings);
      result.findings = findings.all();
      prepared.set_cancelled(options.cancelled);
      const TestOutcome outcome = prepared.outcome();
      result.mismatches = prepared.mismatches(outcome);
      if (!result.mismatches.empty()) {
        result.status = TestStatus::Failed;
        result.why = explain_missing_rows(prepared, outcome);
      }
    }
  } catch (const QueryError& error) {
    result.status = TestStatus::Broken;
    result.findings.push_back({FindingLevel::Error, std::string(error.code), error.message, "",
                               loaded.file.file, test.name.place, ""});
  }
  result.seconds = seconds_since(start);
  return result;
}

/// What all tests of a file start with is warned of once.
void drop_repeated_warnings(std::vector<TestResult>& tests) {
  std::set<std::tuple<std::string, int, int, std::string>> told;
  for (TestResult& test : tests) {
    std::erase_if(test.findings, [&](const Finding& finding) {
      const Place& place = finding.place;
      return finding.level == FindingLevel::Warning &&
             !told.emplace(finding.file, place.line, place.column, finding.message).second;
    });
  }
}

}  // namespace

size_t SuiteResult::warnings() const {
  size_t number = 0;
  for (const TestResult& test : tests) {
    number += static_cast<size_t>(
        std::ranges::count(test.findings, FindingLevel::Warning, &Finding::level));
  }
  return number;
}

size_t SuiteResult::count(TestStatus status) const {
  return static_cast<size_t>(std::ranges::count(tests, status, &TestResult::status));
}

std::optional<AnalyticRule> load_tested_rule(const TestFile& file, Findings& findings) {
  std::error_code problem;
  if (!std::filesystem::exists(file.rule_file, problem)) {
    findings.error("RUL0301", file.file, file.rule_place, "rule",
                   fmt::format("there is no rule file '{}'", file.rule_file));
    return std::nullopt;
  }
  Findings of_rule;
  std::vector<AnalyticRule> rules = load_rules(file.rule_file, of_rule);
  const auto named = std::ranges::find_if(rules, [&](const AnalyticRule& rule) {
    return file.rule_name.empty() || rule.name.text == file.rule_name ||
           rule.id.text == file.rule_name;
  });
  if (named == rules.end()) {
    findings.error("RUL0301", file.file, file.rule_place, "rule",
                   file.rule_name.empty() || rules.empty()
                       ? fmt::format("'{}' holds no rule", file.rule_file)
                       : fmt::format("'{}' holds no rule '{}'", file.rule_file, file.rule_name));
  }
  // A rule that lacks a field still has a query; one without a query is no rule to test.
  if (named == rules.end() || named->query.text.empty()) {
    for (const Finding& finding : of_rule.all()) {
      if (finding.level == FindingLevel::Error) findings.add(finding);
    }
    if (findings.errors() == 0) {
      findings.error("RUL0301", file.file, file.rule_place, "rule",
                     fmt::format("the rule in '{}' has no query", file.rule_file));
    }
    return std::nullopt;
  }
  return std::move(*named);
}

SuiteResult run_suite(const std::vector<std::string>& paths, const SuiteOptions& options,
                      const Library& library, const plan::SchemaSource& schemas) {
  const auto start = Clock::now();
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    for (std::string& file : test_files(path)) {
      if (std::ranges::find(names, file) == names.end()) names.push_back(std::move(file));
    }
  }
  const int jobs = options.jobs > 0
                       ? options.jobs
                       : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::vector<LoadedFile> files(names.size());
  in_parallel(names.size(), jobs, [&](size_t i) { files[i] = load(names[i]); });

  struct Task {
    const LoadedFile* file;
    const RuleTest* test;  // nullptr: the file cannot be used
  };
  std::vector<Task> tasks;
  for (const LoadedFile& file : files) {
    if (!file.findings.empty()) {
      tasks.push_back({&file, nullptr});
      continue;
    }
    for (const RuleTest& test : file.file.tests) {
      const bool wanted = options.names.empty() ||
                          std::ranges::any_of(options.names, [&](const std::string& pattern) {
                            return matches_pattern(pattern, test.name.text);
                          });
      if (wanted) tasks.push_back({&file, &test});
    }
  }
  FixtureFiles fixture_files(library);
  const TestEnvironment environment{library, schemas, fixture_files, options.externals};
  SuiteResult result{.tests = std::vector<TestResult>(tasks.size()), .files = names.size()};
  in_parallel(tasks.size(), jobs, [&](size_t i) {
    const Task& task = tasks[i];
    if (task.test != nullptr) {
      result.tests[i] = run_one(environment, *task.file, *task.test, options);
    } else {
      result.tests[i] = {.file = task.file->file.file,
                         .name = "",
                         .rule = "",
                         .status = TestStatus::Broken,
                         .seconds = task.file->seconds,
                         .findings = task.file->findings};
    }
  });
  drop_repeated_warnings(result.tests);
  std::set<std::string> sources = fixture_files.paths();
  for (const LoadedFile& file : files) sources.insert({file.file.file, file.file.rule_file});
  result.sources.assign(sources.begin(), sources.end());
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace vedette::rules
