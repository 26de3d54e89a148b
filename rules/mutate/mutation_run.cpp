#include "rules/mutate/mutation_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "compiler/session/deep_stack.h"
#include "rules/check/check.h"
#include "rules/load/fields.h"
#include "rules/share/shared_runner.h"
#include "rules/test/suite.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// Queries that read forever, once a limit on them is gone, end here.
constexpr std::chrono::seconds longest_run{30};

std::string line_of(std::string_view query, size_t offset) {
  const size_t start = offset == 0 ? 0 : query.rfind('\n', offset - 1) + 1;
  const size_t end = std::min(query.find('\n', offset), query.size());
  return std::string(trimmed(query.substr(start, end - start)));
}

/// Fixtures with fewer rows are read faster than rows are shared out.
constexpr size_t rows_worth_sharing = 2048;

/// A mutant, as long as no test has found it.
struct Candidate {
  Mutant mutant;
  AnalyticRule rule;
  PreparedQuery query;  // parsed once for all tests
  double seconds = 0;
  bool found = false;
  bool no_query = false;  // says nothing about tests

  Candidate(const AnalyticRule& original, Mutant of)
      : mutant(std::move(of)), rule(mutated(original, mutant)), query(rule.query.text) {}
  bool open() const { return !found && !no_query; }
};

/// The tests of one file: each is loaded once, and all mutants that are left pass over its rows
/// together.
class Trial {
 public:
  Trial(const TestEnvironment& environment, const std::string& path,
        const std::atomic<bool>* cancelled)
      : environment_(environment), cancelled_(cancelled) {
    result_.file = path;
    Findings findings;
    file_ = load_test_file(path, findings);
    if (findings.errors() == 0) rule_ = load_tested_rule(file_, findings);
    result_.tests = file_.tests.size();
    note_problem(findings);
    if (!rule_) return;
    result_.rule = rule_->name.text;
    result_.source = rule_->file;
  }

  MutationResult run() {
    if (!result_.problem.empty()) return std::move(result_);
    session::run_on_deep_stack([this] {
      for (Mutant& mutant : mutants_of(*rule_)) {
        candidates_.push_back(std::make_unique<Candidate>(*rule_, std::move(mutant)));
      }
    });
    for (const RuleTest& test : file_.tests) {
      if (stopped()) break;
      Findings findings;
      PreparedTest prepared(environment_, file_, test, *rule_, findings);
      prepared.set_cancelled(cancelled_);
      note_problem(findings);
      if (result_.problem.empty() && !prepared.mismatches(prepared.outcome()).empty()) {
        result_.problem = fmt::format("the test '{}' fails", test.name.text);
      }
      if (!result_.problem.empty()) return std::move(result_);
      pass_over(prepared);
    }
    for (const auto& candidate : candidates_) count(*candidate);
    return std::move(result_);
  }

 private:
  bool stopped() const { return cancelled_ != nullptr && cancelled_->load(); }

  void note_problem(const Findings& findings) {
    for (const Finding& finding : findings.all()) {
      if (finding.level != FindingLevel::Error || !result_.problem.empty()) continue;
      result_.problem = fmt::format("{}: {}", finding.code, finding.message);
    }
  }

  /// All mutants that are left, over the rows of one test.
  void pass_over(const PreparedTest& test) {
    const bool share = test.test().simulate.has_value() ||
                       (!test.sees_any_time() && test.fixtures().rows() >= rows_worth_sharing);
    std::unique_ptr<QueryRunner> runner;
    if (share) runner = runner_for(test);
    for (const auto& candidate : candidates_) {
      if (stopped()) return;
      if (candidate->open()) try_out(*candidate, test, runner.get());
    }
  }

  /// Reads each table once for all of them.
  std::unique_ptr<QueryRunner> runner_for(const PreparedTest& test) const {
    std::vector<AnalyticRule> rules;
    for (const auto& candidate : candidates_) {
      if (!candidate->open()) continue;
      rules.push_back(candidate->rule);
      const Slot slot = test.slot_of(candidate->rule);
      rules.back().period.ticks =
          std::max(rules.back().period.ticks, slot.to.ticks - slot.from.ticks);
    }
    const RunLimits limits{.timeout = longest_run, .threads = 1};
    return std::make_unique<SharedRunner>(test.fixtures().session(), test.fixtures().database(),
                                          rules, test.options(test.slot()), limits,
                                          test.visibility());
  }

  void try_out(Candidate& candidate, const PreparedTest& test, QueryRunner* runner) const {
    const auto start = std::chrono::steady_clock::now();
    const TestOutcome outcome = outcome_of(candidate, test, runner);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    candidate.seconds += spent.count();
    if (outcome.run.failure == Failure::Permanent && !test.test().expect.error) {
      candidate.no_query = true;
    } else {
      candidate.found =
          !test.mismatches(outcome).empty() || candidate.seconds > longest_run.count();
    }
  }

  static TestOutcome outcome_of(const Candidate& candidate, const PreparedTest& test,
                                QueryRunner* runner) {
    if (test.test().simulate) return test.simulation_of(candidate.rule, runner);
    const Slot slot = test.slot_of(candidate.rule);
    QueryRun answer =
        runner == nullptr ? test.run(candidate.query, slot) : runner->run(candidate.rule, slot);
    return test.outcome_of(candidate.rule, std::move(answer));
  }

  void count(Candidate& candidate) {
    if (candidate.no_query) return;
    ++result_.mutants;
    if (candidate.found) {
      ++result_.killed;
      return;
    }
    const Mutant& mutant = candidate.mutant;
    Survivor survivor{.mutant = mutant};
    if (mutant.field == "query") {
      survivor.place = place_in_query(*rule_, mutant.span.start);
      survivor.line = line_of(rule_->query.text, mutant.span.start);
    } else {
      survivor.place = rule_->place_of(mutant.field);
      survivor.line = fmt::format("{}: {}", mutant.field, mutant.before);
    }
    result_.survivors.push_back(std::move(survivor));
  }

  const TestEnvironment& environment_;
  const std::atomic<bool>* cancelled_;
  TestFile file_;
  std::optional<AnalyticRule> rule_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
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

std::vector<MutationResult> run_mutation(const std::vector<std::string>& paths,
                                         const MutationOptions& options, const Library& library,
                                         const plan::SchemaSource& schemas) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    for (std::string& file : test_files(path)) {
      if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
    }
  }
  FixtureFiles fixture_files(library);
  const TestEnvironment environment{library, schemas, fixture_files, options.externals};
  std::vector<MutationResult> results(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      results[i] = run_one(environment, files[i], options.cancelled);
    }
  };
  const size_t wanted = options.jobs > 0 ? static_cast<size_t>(options.jobs)
                                         : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(wanted, files.size()); ++i) others.emplace_back(work);
    work();
  }
  return results;
}

}  // namespace vedette::rules
