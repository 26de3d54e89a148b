#include "rules/run/run_query.h"

#include <algorithm>
#include <utility>

#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

bool is_transient(const Diagnostic& diagnostic) {
  // A query that needs too much memory does so again; one that takes too long may not.
  return diagnostic.code == "KQL0702" || diagnostic.code == "KQL0703" ||
         diagnostic.kind == ErrorKind::Runtime;
}

}  // namespace

RunLimits limits_of(const AnalyticRule& rule, RunLimits all) {
  all.timeout = rule.limits.timeout.value_or(all.timeout);
  all.memory_bytes = rule.limits.memory_bytes.value_or(all.memory_bytes);
  return all;
}

DirectRunner::DirectRunner(Session& session, QueryOptions options, RunLimits limits,
                           Visibility visibility)
    : session_(session), options_(std::move(options)), limits_(limits), visibility_(visibility) {}

const std::shared_ptr<const ResultTable>& no_rows() {
  static const auto nothing = std::make_shared<const ResultTable>();
  return nothing;
}

QueryRun DirectRunner::run(const AnalyticRule& rule, const Slot& slot) {
  QueryOptions options = options_;
  options.now = slot.at;
  options.complete_tables = true;
  options.scope = scope_of(rule, slot, visibility_);
  const RunLimits limits = limits_of(rule, limits_);
  options.timeout = limits.timeout;
  options.memory_bytes = limits.memory_bytes;
  options.threads = limits.threads;
  return query_run_of(session_.run(rule.query.text, options));
}

QueryRun query_run_of(QueryResult result) {
  QueryRun run{.statistics = result.statistics};
  if (!result.ok) {
    const auto error = std::ranges::find_if(result.diagnostics, [](const Diagnostic& each) {
      return each.severity == Severity::Error;
    });
    run.failure = is_transient(*error) ? Failure::Transient : Failure::Permanent;
    run.code = error->code;
    run.problem = fmt::format("{}: {}", error->code, error->message);
    if (!error->suggestion.empty()) run.problem += fmt::format(" ({})", error->suggestion);
  } else if (result.tables.size() != 1) {
    run.failure = Failure::Permanent;
    run.code = "RUL0201";
    run.problem = fmt::format("RUL0201: the query has {} results; a rule needs exactly one",
                              result.tables.size());
  } else {
    run.rows = std::make_shared<const ResultTable>(std::move(result.tables[0]));
  }
  return run;
}

}  // namespace vedette::rules
