// Runs a rule's query for one slot.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "compiler/session/session.h"
#include "rules/rule.h"
#include "rules/run/slot.h"

namespace vedette::rules {

/// Why a run gave no rows to count. Transient failures are tried again and never disable a rule;
/// permanent ones do when they go on.
enum class Failure {
  None,
  Transient,  // time limit, cancelled, a file that could not be read, our own defect
  Permanent,  // the text is wrong, a table or column is gone, several results, memory limit
};

/// What one run is allowed to use.
struct RunLimits {
  std::chrono::milliseconds timeout = std::chrono::minutes(10);
  int64_t memory_bytes = 2ll << 30;
  int threads = 0;  // 0: as many as there are cores
};

/// Those of one rule, where it has its own.
RunLimits limits_of(const AnalyticRule& rule, RunLimits all);

/// A result without columns and rows.
const std::shared_ptr<const ResultTable>& no_rows();

/// The answer of a rule's query in one slot. Copies share its rows.
struct QueryRun {
  Failure failure = Failure::None;
  std::string problem = {};  // what failed, for people: code, message, hint
  std::string code = {};     // of the first error: runs that fail alike fail with one code
  std::shared_ptr<const ResultTable> rows = no_rows();  // the one result; empty when it failed
  QueryStatistics statistics = {};
};

/// Answers the queries of rules. Implementations may share work between rules and slots, never
/// change an answer. Safe to use from several threads.
class QueryRunner {
 public:
  virtual ~QueryRunner() = default;
  virtual QueryRun run(const AnalyticRule& rule, const Slot& slot) = 0;
};

/// Runs each query by itself.
class DirectRunner : public QueryRunner {
 public:
  /// `session` outlives the runner. `options` holds what all runs share; time, scope and limits are
  /// replaced.
  DirectRunner(Session& session, QueryOptions options, RunLimits limits, Visibility visibility);

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override;

 private:
  Session& session_;
  QueryOptions options_;
  RunLimits limits_;
  Visibility visibility_;
};

/// The run that a query's result is.
QueryRun query_run_of(QueryResult result);

}  // namespace vedette::rules
