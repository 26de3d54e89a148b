// `vedette rules run` and what belongs to it: rerun, status, enable, disable.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>

#include "rules/alert/identity.h"
#include "rules/schedule/scheduler.h"
#include "rules/share/shared_runner.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/result_view.h"
#include "runtime/shell/rule_externals.h"
#include "runtime/shell/rule_files.h"
#include "runtime/shell/run_view.h"
#include "runtime/table/file.h"

namespace vedette::shell {
namespace {

/// How soon a daemon notices that rule files or the state were changed.
constexpr Timespan look_around = {2 * ticks_per_second};
/// How long a daemon collects rows of RuleRuns that are without alerts.
constexpr Timespan rows_may_wait = {5 * ticks_per_minute};

/// One process at a time moves the grids of a database's rules on.
std::unique_ptr<storage::OwnerLock> lock_schedule(const std::string& directory) {
  try {
    return std::make_unique<storage::OwnerLock>(directory + "/rules.lock", directory);
  } catch (const QueryError& error) {
    if (error.code != "KQL0602") throw;
    throw QueryError(
        ErrorKind::Runtime, "RUL0606",
        fmt::format("the rules of this database are being run already: {}", error.message));
  }
}

rules::RunLimits run_limits(const WorkspaceOptions& options, size_t rules) {
  rules::RunLimits limits;
  if (!options.timeout.empty()) limits.timeout = parse_duration(options.timeout);
  if (!options.memory.empty()) limits.memory_bytes = parse_size(options.memory);
  // Many queries at a time pay more than many threads in one.
  limits.threads = rules > 1 ? 1 : options.threads;
  return limits;
}

int threads_of(const WorkspaceOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// What a run of the command consists of.
class Runs {
 public:
  explicit Runs(const RulesRunArguments& arguments)
      : arguments_(arguments),
        workspace_(with_externals(arguments.workspace, arguments.paths)),
        lock_(lock_schedule(arguments.workspace.database)),
        state_(rules::State::open(arguments.workspace.database)),
        files_(arguments.paths),
        loaded_(files_.load()),
        view_(arguments.format == "json" || (arguments.format == "auto" && !terminal()),
              arguments.quiet) {}

  ExitCode run() {
    if (arguments_.daemon) return run_for_ever();
    if (!arguments_.at.empty()) return run_at(parse_time(arguments_.at));
    if (!arguments_.from.empty()) return replay(parse_time(arguments_.from), end_of_replay());
    rules::LiveClock clock;
    auto scheduler = make_scheduler(clock, rules::Visibility::AsIngested);
    scheduler->set_rules(loaded_, clock.now());
    scheduler->run_due();
    return finish();
  }

 private:
  static bool terminal() { return terminal_of(1).is_terminal; }

  Datetime end_of_replay() const {
    if (arguments_.to.empty()) throw UsageError("--from needs --to");
    return parse_time(arguments_.to);
  }

  rules::Visibility visibility() const {
    return arguments_.as_ingested ? rules::Visibility::AsIngested : rules::Visibility::Everything;
  }

  std::unique_ptr<rules::Scheduler> make_scheduler(rules::Clock& clock,
                                                   rules::Visibility visibility) {
    const bool past = !arguments_.daemon && (!arguments_.at.empty() || !arguments_.from.empty());
    const rules::RunLimits limits = run_limits(arguments_.workspace, loaded_.size());
    if (loaded_.size() > 1) {
      runner_ =
          std::make_unique<rules::SharedRunner>(workspace_.session(), *workspace_.database(),
                                                loaded_, workspace_.options(), limits, visibility);
    } else {
      runner_ = std::make_unique<rules::DirectRunner>(workspace_.session(), workspace_.options(),
                                                      limits, visibility);
    }
    rules::SchedulerOptions options{
        .visibility = visibility,
        .live = !past,
        .trigger = past ? rules::RunTrigger::Replay : rules::RunTrigger::Scheduled,
        .threads = threads_of(arguments_.workspace),
        .correlation = {.enabled = arguments_.correlate},
        .engine_version = "vedette " VEDETTE_VERSION,
        .stop = &interrupted(),
        .publish_every = arguments_.daemon ? rows_may_wait : Timespan{0}};
    options.on_run = [this](const rules::RunRecord& run, const std::vector<rules::Alert>&) {
      view_.show(run);
    };
    return std::make_unique<rules::Scheduler>(*state_, *workspace_.database(), *runner_, clock,
                                              std::move(options));
  }

  /// Every slot up to `time`, as if it were just due.
  ExitCode run_at(Datetime time) {
    rules::VirtualClock clock({time.ticks + rules::scheduled_delay.ticks});
    auto scheduler = make_scheduler(clock, visibility());
    // Grids are of milliseconds: a new one begins at the time, not behind it.
    scheduler->set_rules(loaded_, {time.ticks - time.ticks % ticks_per_millisecond});
    scheduler->run_due(time);
    return finish();
  }

  ExitCode replay(Datetime from, Datetime to) {
    if (to < from) throw UsageError("--to is before --from");
    rules::VirtualClock clock(from);
    auto scheduler = make_scheduler(clock, visibility());
    scheduler->set_rules(loaded_, from);
    scheduler->replay(from, to);
    return finish();
  }

  ExitCode run_for_ever() {
    rules::LiveClock clock;
    auto scheduler = make_scheduler(clock, rules::Visibility::AsIngested);
    scheduler->set_rules(loaded_, clock.now());
    fmt::print(stderr, "{}; Ctrl-C ends\n", count_of_rules());
    while (!interrupted()) {
      scheduler->run_due();
      const auto next = scheduler->next_due();
      view_.show_progress(next);
      const Datetime soon = {clock.now().ticks + look_around.ticks};
      clock.wait_until(next ? std::min(*next, soon) : soon, &interrupted());
      if (!files_.changed()) continue;
      std::optional<std::vector<rules::AnalyticRule>> changed = load_again();
      if (!changed) continue;
      scheduler.reset();
      loaded_ = std::move(*changed);
      scheduler = make_scheduler(clock, rules::Visibility::AsIngested);
      scheduler->set_rules(loaded_, clock.now());
      fmt::print(stderr, "rule files were read again: {}\n", count_of_rules());
    }
    scheduler->publish();
    view_.finish();
    return ExitCode::Done;
  }

  /// Nothing when a folder is not there or cannot be read, which may be for a moment only: the
  /// rules that are known run on.
  std::optional<std::vector<rules::AnalyticRule>> load_again() {
    try {
      return files_.load();
    } catch (const QueryError& error) {
      fmt::print(stderr, "error {}: {}; the rules read before run on\n", error.code, error.message);
      return std::nullopt;
    }
  }

  std::string count_of_rules() const {
    return fmt::format("{} {}", grouped(static_cast<int64_t>(loaded_.size())),
                       loaded_.size() == 1 ? "rule" : "rules");
  }

  ExitCode finish() {
    view_.finish();
    if (state_->outbox_size() > 0) {
      fmt::print(stderr,
                 "another process owns the tables; what the runs found will be in them after the "
                 "next run\n");
    }
    if (interrupted()) return ExitCode::Cancelled;
    return files_.wrong() > 0 ? ExitCode::QueryRejected : ExitCode::Done;
  }

  const RulesRunArguments& arguments_;
  Workspace workspace_;
  std::unique_ptr<storage::OwnerLock> lock_;
  std::unique_ptr<rules::State> state_;
  RuleFiles files_;
  std::vector<rules::AnalyticRule> loaded_;
  std::unique_ptr<rules::QueryRunner> runner_;
  RunView view_;
};

std::unique_ptr<rules::State> existing_state(const std::string& directory) {
  if (rules::State::open_to_read(directory) == nullptr) {
    throw UsageError(fmt::format("no rule has run in '{}' yet", directory));
  }
  return rules::State::open(directory);
}

/// The rule with this id or name.
rules::RuleState find_state(rules::State& state, const std::string& id_or_name) {
  std::optional<rules::RuleState> found;
  for (rules::RuleState& rule : state.rules()) {
    if (rule.id != id_or_name && rule.name != id_or_name) continue;
    if (found) throw UsageError(fmt::format("several rules are named '{}'", id_or_name));
    found = std::move(rule);
  }
  if (!found) throw UsageError(fmt::format("there is no rule '{}' here", id_or_name));
  return *found;
}

std::string state_text(const rules::RuleState& rule) {
  if (rule.off_in_file()) return "off";
  if (!rule.disabled_reason.empty()) return "AUTO DISABLED";
  return rule.enabled ? "on" : "off";
}

}  // namespace

ExitCode run_rules_run(const RulesRunArguments& arguments) {
  return Runs(arguments).run();
}

ExitCode run_rules_rerun(const RulesRunArguments& arguments) {
  Workspace workspace(with_externals(arguments.workspace, arguments.paths));
  const auto state = existing_state(arguments.workspace.database);
  const std::vector<rules::AnalyticRule> loaded = RuleFiles(arguments.paths).load();
  const rules::AnalyticRule& rule = pick_rule(loaded, arguments.rule);
  const std::string id = rules::guid_of_rule(rule);
  if (!state->find_rule(id)) {
    throw QueryError(ErrorKind::Runtime, "RUL0603",
                     fmt::format("the rule '{}' has never run here", rule.name.text));
  }
  // What came late is why somebody runs a slot again.
  rules::DirectRunner runner(workspace.session(), workspace.options(),
                             run_limits(arguments.workspace, 1), rules::Visibility::Everything);
  rules::LiveClock clock;
  rules::SchedulerOptions options{.visibility = rules::Visibility::Everything,
                                  .live = true,
                                  .engine_version = "vedette " VEDETTE_VERSION,
                                  .stop = &interrupted()};
  RunView view(
      arguments.format == "json" || (arguments.format == "auto" && !terminal_of(1).is_terminal),
      arguments.quiet);
  options.on_run = [&](const rules::RunRecord& run, const auto&) { view.show(run); };
  rules::Scheduler scheduler(*state, *workspace.database(), runner, clock, std::move(options));
  scheduler.set_rules({rule}, clock.now());
  const rules::RunRecord run = scheduler.rerun(id, parse_time(arguments.at));
  view.finish();
  const bool failed =
      run.outcome == rules::Outcome::Transient || run.outcome == rules::Outcome::Permanent;
  return failed ? ExitCode::RunFailed : ExitCode::Done;
}

ExitCode run_rules_status(const RulesStatusArguments& arguments) {
  if (!std::filesystem::is_directory(arguments.database)) {
    throw QueryError(ErrorKind::Runtime, "KQL0601",
                     fmt::format("there is no database '{}'", arguments.database));
  }
  const auto state = rules::State::open_to_read(arguments.database);
  ResultTable table{.name = "Rules",
                    .columns = {{"Rule", Type::String},
                                {"State", Type::String},
                                {"NextSlot", Type::Datetime},
                                {"LastSlot", Type::Datetime},
                                {"Outcome", Type::String},
                                {"LastAlert", Type::Datetime},
                                {"Failures", Type::Long},
                                {"Message", Type::String}}};
  for (const auto& [name, type] : table.columns) table.data.emplace_back(type);
  for (const rules::RuleState& rule : state ? state->rules() : std::vector<rules::RuleState>()) {
    const std::vector<rules::RunRecord> last = state->last_runs(rule.id, 1);
    const auto append_time = [&](size_t column, std::optional<Datetime> time) {
      time ? table.data[column].append_word(time->ticks) : table.data[column].append_null();
    };
    table.data[0].append_text(rule.name);
    table.data[1].append_text(state_text(rule));
    append_time(
        2, rule.runs()
               ? std::optional(Datetime{rule.start.ticks + rule.next_slot * rule.frequency.ticks})
               : std::nullopt);
    append_time(3, last.empty() ? std::nullopt : std::optional(last[0].slot.at));
    table.data[4].append_text(last.empty() ? "" : rules::name_of(last[0].outcome));
    append_time(5, rule.last_alert);
    table.data[6].append_word(rule.failures);
    table.data[7].append_text(!rule.disabled_reason.empty() ? rule.disabled_reason
                              : last.empty()                ? ""
                                                            : last[0].message);
    ++table.rows;
  }
  std::vector<ResultTable> tables;
  tables.push_back(std::move(table));
  print_text(write_tables(tables, *output_format_of_name(arguments.format), terminal_of(1)));
  return ExitCode::Done;
}

ExitCode run_rules_enable(const RulesStatusArguments& arguments) {
  const auto state = existing_state(arguments.database);
  rules::Transaction transaction = state->begin();
  rules::RuleState rule = find_state(*state, arguments.rule);
  if (rule.off_in_file()) {
    throw UsageError(fmt::format("'{}' is off: {}", rule.name, rule.disabled_reason));
  }
  if (!rule.runs()) {
    rule.enabled = true;
    rule.disabled_reason.clear();
    rule.failures = 0;
    rule.failure_code.clear();
    // What passed meanwhile was not wanted. Nobody knows how late it is in a replay: that goes on
    // where it ended.
    rule.seen.reset();
    const std::vector<rules::RunRecord> last = state->last_runs(rule.id, 1);
    const bool replayed = !last.empty() && last[0].trigger == rules::RunTrigger::Replay;
    const Datetime now = !arguments.now.empty() ? parse_time(arguments.now)
                         : replayed             ? rule.start
                                                : rules::LiveClock().now();
    const int64_t behind = now.ticks - rule.start.ticks;
    const int64_t step = std::max<int64_t>(rule.frequency.ticks, 1);
    rule.next_slot = std::max(rule.next_slot, (behind + step - 1) / step);
    state->save(rule);
    transaction.commit();
  }
  print_text(fmt::format("{}: on\n", rule.name));
  return ExitCode::Done;
}

ExitCode run_rules_disable(const RulesStatusArguments& arguments) {
  const auto state = existing_state(arguments.database);
  rules::Transaction transaction = state->begin();
  rules::RuleState rule = find_state(*state, arguments.rule);
  if (rule.enabled) {
    rule.enabled = false;
    state->save(rule);
    transaction.commit();
  }
  print_text(fmt::format("{}: off\n", rule.name));
  return ExitCode::Done;
}

}  // namespace vedette::shell
