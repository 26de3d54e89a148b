// Runs query text against a database: parse, bind, optimize, lower, execute.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "compiler/plan/time_scope.h"
#include "compiler/session/stand_ins.h"
#include "runtime/base/error.h"
#include "runtime/column/column_builder.h"
#include "runtime/function/library.h"

namespace vedette {

class Database;
namespace session {
struct ParsedQuery;
struct ScanWindow;
}  // namespace session

enum class JitMode { Auto, On, Off };

/// Reads what externaldata names: all rows, one column builder a column of `columns`. Throws
/// QueryError when a source cannot be read. Installed by the host, which knows files and formats.
using ExternalReader = std::function<std::vector<ColumnBuilder>(
    const std::vector<std::string>& sources, const std::string& format, bool ignore_first_record,
    const plan::TableColumns& columns)>;

/// How one query is run. Limits end the query, never the process.
struct QueryOptions {
  int threads = 0;                       // 0: as many as there are cores
  int64_t memory_bytes = 4ll << 30;      // for hash tables, sorts and results of one query
  std::chrono::milliseconds timeout{0};  // 0: none
  JitMode jit = JitMode::Auto;
  int batch_rows = 2048;             // 1 to 2048; smaller ones are for tests
  std::optional<Datetime> now = {};  // the query's clock; the system's when not set
  std::map<std::string, std::string> parameters = {};  // for declare query_parameters
  /// Stored tables have the columns that the session's schemas declare for them, null where no row
  /// brought them. Otherwise naming one is an error.
  bool complete_tables = false;
  plan::TimeScope scope = {};  // which rows of stored tables the query sees
  const std::atomic<bool>* cancelled = nullptr;
  std::shared_ptr<const Snapshot> snapshot = {};  // what is read; the newest when not set
  StandIns* stand_ins = nullptr;                  // may answer scans from other tables
  /// Answers at once when the plan gives no rows for want of rows in stand-ins. What lowering the
  /// query would find wrong (a bad regular expression) then stays unseen.
  bool skip_when_empty = false;
  bool analyze = false;           // collect rows and time per step
  bool allow_local_files = true;  // may externaldata name local paths?
};

/// One table of a result.
struct ResultTable {
  std::string name;
  plan::TableColumns columns;
  std::vector<ColumnBuilder> data;  // one a column, all of `rows` values
  size_t rows = 0;
  std::string visualization = {};  // of `render`, as JSON; empty when there is none
  bool open = false;  // of `check`: may have further columns, which are known when it runs
};

/// Counters of one run; what `explain --analyze` and tests look at.
struct QueryStatistics {
  int64_t rows_scanned = 0;
  int64_t bytes_read = 0;
  int64_t extents_total = 0, extents_skipped = 0;
  int64_t blocks_total = 0, blocks_skipped = 0;
  int64_t dictionary_entries_evaluated = 0;  // calls made once per entry instead of once per row
  int64_t rows_fetched_late = 0;
  int64_t kernels_compiled = 0, kernels_reused = 0;
  int64_t peak_memory = 0;
  bool skipped = false;  // `QueryOptions::skip_when_empty`: nothing was run
  std::chrono::nanoseconds elapsed{0};
};

struct QueryResult {
  bool ok = false;
  std::vector<Diagnostic> diagnostics;  // errors when not ok; warnings otherwise
  std::vector<ResultTable> tables;
  QueryStatistics statistics;
};

/// What `explain` shows.
struct Explanation {
  std::vector<Diagnostic> diagnostics;
  std::string plan;       // the optimized plan
  std::string pipelines;  // pipelines and programs, fused steps marked; with times when analyzed
  QueryStatistics statistics;
};

/// A query that is parsed once and run often. Never changes; may be shared by threads.
class PreparedQuery {
 public:
  /// Mistakes in the text are told by the runs. Throws QueryError when memory is out.
  explicit PreparedQuery(std::string_view text);
  ~PreparedQuery();

 private:
  friend class Session;
  std::unique_ptr<session::ParsedQuery> parsed_;
};

/// A query that is bound and optimized for any clock and any scope with the same bounds. Never
/// changes; may be shared by threads. Good as long as no schema and no function changes.
class PlannedQuery {
 public:
  explicit PlannedQuery(plan::QueryPlan plan);
  ~PlannedQuery();

  /// The same rows in the windows of its scans, the same answer.
  bool differs_by_windows_only() const { return by_windows_; }

 private:
  friend class Session;
  plan::QueryPlan plan_;
  std::vector<session::ScanWindow> windows_;
  bool by_windows_ = false;
};

/// One user's conversation with a database. Thread-safe for concurrent `run`s.
class Session {
 public:
  /// `database` may be nullptr: then only tables of the queries themselves exist. `schemas` adds
  /// tables that can be bound but have no rows. Both outlive the session.
  Session(const Library& library, Database* database, const plan::SchemaSource* schemas = nullptr);
  ~Session();

  /// Without one, externaldata is refused.
  void set_external_reader(ExternalReader reader);

  /// Never throws: what goes wrong is in the result's diagnostics.
  QueryResult run(std::string_view text, const QueryOptions& options = {});
  QueryResult run(const PreparedQuery& query, const QueryOptions& options = {});
  /// Shows the scans of a query to `options.stand_ins` and answers at once when their windows hold
  /// nothing and so there are no rows. Much cheaper than a run. What `skip_when_empty` says holds.
  std::optional<QueryResult> answer_without_rows(const PlannedQuery& query,
                                                 const QueryOptions& options);
  /// `options` must bound time as those did that the query was planned with.
  QueryResult run(const PlannedQuery& query, const QueryOptions& options);
  /// Does what comes before a query runs: its subqueries, and asking `options.stand_ins` for every
  /// scan. Answers what is wrong with the query.
  std::vector<Diagnostic> plan(const PreparedQuery& query, const QueryOptions& options);
  /// Plans a query for any clock and scope; `options.stand_ins` is shown every scan, subqueries
  /// included, with the conjuncts that hold in every run. nullptr when it has mistakes, or when its
  /// plan depends on the clock or on rows.
  std::shared_ptr<const PlannedQuery> plan_ahead(const PreparedQuery& query,
                                                 const QueryOptions& options);
  /// Binds only: the result's tables have columns and no rows.
  QueryResult check(std::string_view text, const QueryOptions& options = {});
  Explanation explain(std::string_view text, const QueryOptions& options = {});

 private:
  struct State;

  template <typename Query> QueryResult answer(const Query& query, const QueryOptions& options);

  std::unique_ptr<State> state_;
};

}  // namespace vedette
