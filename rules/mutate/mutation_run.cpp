#include "rules/mutate/mutation_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "rules/check/check.h"
#include "rules/load/fields.h"
#include "rules/test/suite.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// Queries that read forever, once a limit on them is gone, end here.
constexpr double longest_seconds = 30;

std::string line_of(std::string_view query, size_t offset) {
  const size_t start = offset == 0 ? 0 : query.rfind('\n', offset - 1) + 1;
  const size_t end = std::min(query.find('\n', offset), query.size());
  return std::string(trimmed(query.substr(start, end - start)));
}

/// The tests of one file, loaded.
class Trial {
 public:
  Trial(const TestEnvironment& environment, const std::string& path,
        const std::atomic<bool>* cancelled)
      : cancelled_(cancelled) {
    result_.file = path;
    Findings findings;
    file_ = load_test_file(path, findings);
    if (findings.errors() == 0) rule_ = load_tested_rule(file_, findings);
    if (rule_) {
      result_.rule = rule_->name.text;
      result_.source = rule_->file;
      for (const RuleTest& test : file_.tests) {
        tests_.push_back(
            std::make_unique<PreparedTest>(environment, file_, test, *rule_, findings));
        tests_.back()->set_cancelled(cancelled);
      }
    }
    result_.tests = tests_.size();
    for (const Finding& finding : findings.all()) {
      if (finding.level != FindingLevel::Error || !result_.problem.empty()) continue;
      result_.problem = fmt::format("{}: {}", finding.code, finding.message);
    }
  }

  MutationResult run() {
    if (!result_.problem.empty() || !passes_as_it_is()) return std::move(result_);
    for (Mutant& mutant : mutants_of(rule_->query.text)) {
      if (cancelled_ != nullptr && cancelled_->load()) break;
      try_out(std::move(mutant));
    }
    return std::move(result_);
  }

 private:
  bool passes_as_it_is() {
    for (const auto& test : tests_) {
      if (test->mismatches(test->outcome()).empty()) continue;
      result_.problem = fmt::format("the test '{}' fails", test->test().name.text);
      return false;
    }
    return true;
  }

  void try_out(Mutant mutant) {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& test : tests_) {
      const TestOutcome outcome = test->outcome(mutant.query);
      // What is no query any more says nothing about tests.
      if (outcome.run.failure == Failure::Permanent && !test->test().expect.error) return;
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      if (!test->mismatches(outcome).empty() || spent.count() > longest_seconds) {
        ++result_.mutants;
        ++result_.killed;
        return;
      }
    }
    ++result_.mutants;
    const Place place = place_in_query(*rule_, mutant.span.start);
    std::string line = line_of(rule_->query.text, mutant.span.start);
    result_.survivors.push_back({std::move(mutant), place, std::move(line)});
  }

  const std::atomic<bool>* cancelled_;
  TestFile file_;
  std::optional<AnalyticRule> rule_;
  std::vector<std::unique_ptr<PreparedTest>> tests_;
  MutationResult result_;
};

MutationResult run_one(const TestEnvironment& environment, const std::string& path,
                       const std::atomic<bool>* cancelled) {
  const auto start = std::chrono::steady_clock::now();
  MutationResult result;
  try {
    result = Trial(environment, path, cancelled).run();
  } catch (const QueryError& error) {
    result.file = path;
    result.problem = fmt::format("{}: {}", error.code, error.message);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace

std::vector<MutationResult> run_mutation(const std::vector<std::string>& paths, int jobs,
                                         const std::atomic<bool>* cancelled, const Library& library,
                                         const plan::SchemaSource& schemas) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    for (std::string& file : test_files(path)) {
      if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
    }
  }
  FixtureFiles fixture_files(library);
  const TestEnvironment environment{library, schemas, fixture_files};
  std::vector<MutationResult> results(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      results[i] = run_one(environment, files[i], cancelled);
    }
  };
  const size_t wanted =
      jobs > 0 ? static_cast<size_t>(jobs) : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(wanted, files.size()); ++i) others.emplace_back(work);
    work();
  }
  return results;
}

}  // namespace vedette::rules
