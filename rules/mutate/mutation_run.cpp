#include "rules/mutate/mutation_run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "compiler/session/deep_stack.h"
#include "rules/check/check.h"
#include "rules/load/fields.h"
#include "rules/mutate/outer_join.h"
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

/// The first error, or an empty text.
std::string problem_of(const Findings& findings) {
  for (const Finding& finding : findings.all()) {
    if (finding.level == FindingLevel::Error) {
      return fmt::format("{}: {}", finding.code, finding.message);
    }
  }
  return {};
}

/// A rule with all files that test it.
struct TestedRule {
  std::vector<TestFile> files;
  std::optional<AnalyticRule> rule;
  std::string problem = {};  // why it cannot be tried
};

/// The files by the rules they test: what one of them does not mind, another may.
std::vector<TestedRule> tested_rules(const std::vector<std::string>& paths) {
  std::vector<TestedRule> tested;
  std::map<std::pair<std::string, std::string>, size_t> known;  // by file and id of the rule
  for (const std::string& path : paths) {
    Findings findings;
    TestFile file = load_test_file(path, findings);
    std::optional<AnalyticRule> rule;
    if (findings.errors() == 0) rule = load_tested_rule(file, findings);
    if (!rule) {
      tested.push_back({{std::move(file)}, std::nullopt, problem_of(findings)});
      continue;
    }
    std::error_code ignored;
    const std::string source = std::filesystem::weakly_canonical(rule->file, ignored).string();
    const std::pair key(source, rule->id.text + rule->name.text);
    const auto [place, fresh] = known.emplace(key, tested.size());
    if (fresh) tested.push_back({{}, std::move(rule)});
    tested[place->second].files.push_back(std::move(file));
  }
  return tested;
}

/// The tests of one rule: each is loaded once, and all mutants that are left pass over its rows
/// together.
class Trial {
 public:
  Trial(const TestEnvironment& environment, const TestedRule& tested,
        const std::atomic<bool>* cancelled)
      : environment_(environment), cancelled_(cancelled), tested_(tested), rule_(tested.rule) {
    for (const TestFile& file : tested.files) {
      result_.files.push_back(file.file);
      result_.tests += file.tests.size();
    }
    result_.problem = tested.problem;
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
    for (const TestFile& file : tested_.files) {
      for (const RuleTest& test : file.tests) {
        if (stopped()) break;
        Findings findings;
        PreparedTest prepared(environment_, file, test, *rule_, findings);
        prepared.set_cancelled(cancelled_);
        result_.problem = problem_of(findings);
        if (result_.problem.empty() && !prepared.mismatches(prepared.outcome()).empty()) {
          result_.problem = fmt::format("the test '{}' fails", test.name.text);
        }
        if (!result_.problem.empty()) return std::move(result_);
        if (&file == &tested_.files.front() && &test == &file.tests.front()) {
          session::run_on_deep_stack([&] {
            std::erase_if(candidates_, [&](const auto& candidate) {
              return filter_undoes(candidate->mutant, prepared);
            });
          });
        }
        pass_over(prepared);
      }
    }
    for (const auto& candidate : candidates_) count(*candidate);
    return std::move(result_);
  }

 private:
  bool stopped() const { return cancelled_ != nullptr && cancelled_->load(); }

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
  const TestedRule& tested_;
  const std::optional<AnalyticRule>& rule_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
  MutationResult result_;
};

MutationResult run_one(const TestEnvironment& environment, const TestedRule& tested,
                       const std::atomic<bool>* cancelled) {
  const auto start = std::chrono::steady_clock::now();
  MutationResult result;
  try {
    result = Trial(environment, tested, cancelled).run();
  } catch (const QueryError& error) {
    for (const TestFile& file : tested.files) result.files.push_back(file.file);
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
  const std::vector<TestedRule> tested = tested_rules(files);
  std::vector<MutationResult> results(tested.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < tested.size(); i = next++) {
      results[i] = run_one(environment, tested[i], options.cancelled);
    }
  };
  const size_t wanted = options.jobs > 0 ? static_cast<size_t>(options.jobs)
                                         : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(wanted, tested.size()); ++i) others.emplace_back(work);
    work();
  }
  return results;
}

}  // namespace vedette::rules
