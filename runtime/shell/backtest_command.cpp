#include "runtime/shell/backtest_command.h"

#include <algorithm>
#include <thread>

#include "rules/backtest/backtest.h"
#include "rules/load/limits.h"
#include "rules/load/load.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/rule_externals.h"

namespace vedette::shell {
namespace {

/// The scheduled and near-real-time rules of all files; says what is wrong with others.
std::vector<rules::AnalyticRule> rules_of(const std::vector<std::string>& paths, bool& wrong) {
  rules::Findings findings;
  std::vector<rules::AnalyticRule> result;
  for (const std::string& path : paths) {
    for (const std::string& file : rules::rule_files(path)) {
      for (rules::AnalyticRule& rule : rules::load_rules(file, findings)) {
        if (rule.kind != rules::RuleKind::Hunting) result.push_back(std::move(rule));
      }
    }
  }
  for (const rules::Finding& finding : findings.all()) {
    if (finding.level != rules::FindingLevel::Error) continue;
    fmt::print(stderr, "{}", rules::to_human_text(finding));
    wrong = true;
  }
  for (const std::string& path : paths) rules::apply_limits(rules::limits_beside(path), result);
  return result;
}

}  // namespace

ExitCode run_backtest(const BacktestArguments& arguments) {
  rules::BacktestOptions options{.from = parse_time(arguments.from),
                                 .to = parse_time(arguments.to)};
  if (options.to.ticks <= options.from.ticks) throw UsageError("--to must be later than --from");
  Workspace workspace(with_externals(arguments.workspace, arguments.paths));
  if (workspace.database() == nullptr) throw UsageError("back-tests need --db or --table");
  bool wrong = false;
  const auto all = rules_of(arguments.paths, wrong);
  if (wrong) return ExitCode::QueryRejected;
  if (all.empty()) throw UsageError("there is no rule to test");
  catch_interrupts();
  options.query = workspace.options();
  options.query.cancelled = &interrupted();
  options.cancelled = &interrupted();
  options.limits.threads = 1;  // runs are small; there are many of them
  if (options.query.timeout.count() > 0) options.limits.timeout = options.query.timeout;
  options.limits.memory_bytes = options.query.memory_bytes;
  options.threads = arguments.workspace.threads > 0
                        ? arguments.workspace.threads
                        : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const rules::Backtest backtest =
      rules::run_backtest(workspace.session(), *workspace.database(), all, options);
  print_text(arguments.format == "json" ? rules::to_json(backtest) : rules::to_text(backtest));
  const bool failed =
      std::ranges::any_of(backtest.rules, [](const auto& rule) { return rule.failed > 0; });
  return failed ? ExitCode::RunFailed : ExitCode::Done;
}

}  // namespace vedette::shell
