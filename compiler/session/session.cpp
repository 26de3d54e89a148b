#include "compiler/session/session.h"

#include <thread>

#include "compiler/bind/binder.h"
#include "compiler/bind/request_properties.h"
#include "compiler/lower/lower.h"
#include "compiler/optimize/optimizer.h"
#include "compiler/plan/explain.h"
#include "compiler/plan/fold.h"
#include "compiler/session/adapt.h"
#include "compiler/session/before_error.h"
#include "compiler/session/deep_stack.h"
#include "compiler/session/stored_functions.h"
#include "compiler/session/subqueries.h"
#include "compiler/session/timeless.h"
#include "compiler/syntax/parse.h"
#include "runtime/exec/result.h"
#include "runtime/table/database.h"

namespace vedette {
namespace {

using session::KernelCounters;

/// The stored tables, as a binder sees them.
class StoredTables : public plan::SchemaSource {
 public:
  explicit StoredTables(std::shared_ptr<const Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    const Table* table = snapshot_->find(name);
    if (table == nullptr) return std::nullopt;
    plan::TableColumns columns;
    for (const auto& column : table->schema->columns)
      columns.emplace_back(column.name, column.type);
    return columns;
  }

  std::vector<std::string> table_names() const override {
    std::vector<std::string> names;
    for (const Table& table : snapshot_->tables()) names.push_back(table.schema->name);
    return names;
  }

 private:
  std::shared_ptr<const Snapshot> snapshot_;
};

constexpr int64_t ticks_of_1970 = 621'355'968'000'000'000;

Datetime system_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
  return {nanoseconds / 100 + ticks_of_1970};
}

exec::QueryLimits limits_of(const QueryOptions& options, Datetime now) {
  exec::QueryLimits limits{.memory_bytes = options.memory_bytes,
                           .timeout = options.timeout,
                           .cancelled = options.cancelled,
                           .batch_rows = options.batch_rows,
                           .now = now.ticks,
                           .analyze = options.analyze};
  limits.threads = options.threads > 0
                       ? options.threads
                       : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return limits;
}

std::shared_ptr<const Snapshot> snapshot_of(const Database* database, const QueryOptions& options) {
  if (options.snapshot != nullptr || database == nullptr) return options.snapshot;
  return database->snapshot();
}

plan::TableColumns columns_of(const plan::Schema& schema) {
  plan::TableColumns columns;
  for (const auto& column : schema) columns.emplace_back(column.name, column.type);
  return columns;
}

std::vector<ColumnBuilder> columns_without_rows(const plan::Schema& schema) {
  std::vector<ColumnBuilder> columns;
  columns.reserve(schema.size());
  for (const auto& column : schema) columns.emplace_back(column.type);
  return columns;
}

std::vector<ResultTable> no_results(const plan::QueryPlan& plan) {
  std::vector<ResultTable> tables;
  for (const auto& output : plan.outputs) {
    ResultTable table{.name = output.name,
                      .columns = columns_of(output.plan->output),
                      .data = columns_without_rows(output.plan->output),
                      .visualization = output.visualization.value_or("")};
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace

namespace session {

struct ParsedQuery {
  ast::Query query;
  Diagnostics diagnostics;
};

}  // namespace session

struct Session::State {
  const Library& library;
  Database* database;
  const plan::SchemaSource* schemas;
  ExternalReader external;
  session::FunctionCache functions;
  session::CompilerUse compiler_use = {};
};

namespace {

/// One query on its way through the phases.
class Run {
 public:
  Run(const Library& library, Database* database, const plan::SchemaSource* schemas,
      const ExternalReader& external, session::FunctionCache& functions,
      const QueryOptions& options)
      : library_(library),
        schemas_(schemas),
        external_(external),
        options_(options),
        now_(options.now.value_or(system_now())),
        snapshot_(snapshot_of(database, options)),
        functions_(snapshot_ == nullptr
                       ? nullptr
                       : functions.of(snapshot_->functions(), snapshot_->shared_properties())),
        database_name_(database == nullptr ? "" : database->name()),
        context_(limits_of(options, now_)) {}

  /// Parses and binds; false when there are errors.
  bool bind(std::string_view text, bool check_only) {
    const ast::Query query = parse(text, diagnostics);
    if (!diagnostics.any_errors()) return bind(query, check_only);
    diagnostics = session::with_earlier_errors(
        text, diagnostics, [this](const ast::Query& beginning, Diagnostics& found) {
          std::optional<StoredTables> stored;
          vedette::bind(beginning, environment(stored, true), found);
        });
    return false;
  }

  bool bind(const session::ParsedQuery& parsed, bool check_only) {
    for (const Diagnostic& each : parsed.diagnostics.all()) diagnostics.add(each);
    return !diagnostics.any_errors() && bind(parsed.query, check_only);
  }

  bool bind(const plan::QueryPlan& planned, bool) {
    plan = session::with_scope(planned, options_.scope);
    planned_ahead_ = true;
    return true;
  }

  /// Binds and optimizes for any time; false when that cannot be done.
  bool bind_timeless(const session::ParsedQuery& parsed) {
    for (const ast::Statement& statement : parsed.query.statements) {
      if (std::holds_alternative<ast::Set>(statement.node)) return false;  // means one run
    }
    if (parsed.diagnostics.any_errors()) return false;
    try {
      if (!bind(parsed.query, false)) return false;
    } catch (const NeedsTime&) {
      return false;
    }
    session::for_each_root(plan, [this](plan::Plan& root) {
      optimize_plan(root, {.now = plan::any_time, .fetch_late = false});
    });
    session::for_each_root(plan, [this](plan::Plan& root) {
      session::forget_prune_terms(*root);
      session::find_stand_ins(*root, *options_.stand_ins, scan_tables_);
    });
    return true;
  }

  BindEnvironment environment(std::optional<StoredTables>& stored, bool check_only) {
    BindEnvironment environment{.library = library_,
                                .now = now_,
                                .parameters = options_.parameters,
                                .scope = options_.scope,
                                .complete_tables = options_.complete_tables,
                                .functions = functions_.get(),
                                .properties = &properties_,
                                .allow_local_files = options_.allow_local_files,
                                .check_only = check_only};
    if (!database_name_.empty()) environment.database_name = database_name_;
    if (snapshot_ != nullptr) environment.schemas.push_back(&stored.emplace(snapshot_));
    if (schemas_ != nullptr) environment.schemas.push_back(schemas_);
    if (!check_only) {
      environment.evaluate = [this](const plan::Node& node) {
        if (now_.ticks == plan::any_time) throw NeedsTime();
        return run_subquery(node);
      };
    }
    return environment;
  }

  bool bind(const ast::Query& query, bool check_only) {
    std::optional<StoredTables> stored;
    plan = vedette::bind(query, environment(stored, check_only), diagnostics);
    if (diagnostics.any_errors()) return false;
    obey_properties();
    return true;
  }

  /// Limits that the query sets for itself.
  void obey_properties() {
    if (properties_.timeout || properties_.memory_bytes) {
      exec::QueryLimits limits = context_->limits();
      if (properties_.timeout) limits.timeout = *properties_.timeout;
      if (properties_.memory_bytes) {
        limits.memory_bytes = std::min(limits.memory_bytes, *properties_.memory_bytes);
      }
      context_.emplace(limits);
    }
    if (!properties_.most_rows) return;
    for (auto& output : plan.outputs) {
      plan::Schema columns = output.plan->output;
      const Span span = output.plan->span;
      output.plan = plan::make(plan::Limit{std::move(output.plan), *properties_.most_rows},
                               std::move(columns), span);
    }
  }

  /// Runs subqueries, optimizes, finds stand-ins.
  void optimize() {
    for (auto& output : plan.outputs) prepare_plan(output.plan);
  }

  Lowered lower() { return vedette::lower(plan, lower_environment()); }

  /// True when no output has rows, and that is all the caller wants to know.
  bool may_skip() {
    skipped_ = options_.skip_when_empty && std::ranges::all_of(plan.outputs, [&](const auto& each) {
                 return session::gives_nothing(*each.plan, scan_tables_);
               });
    return skipped_;
  }

  void execute(Lowered& lowered) { exec::run(lowered.pipelines, *context_); }

  std::vector<ResultTable> results(const Lowered& lowered) {
    std::vector<ResultTable> tables;
    for (size_t i = 0; i < plan.outputs.size(); ++i) {
      ResultTable table{.name = plan.outputs[i].name,
                        .columns = columns_of(plan.outputs[i].plan->output),
                        .data = exec::to_columns(*lowered.outputs[i], *context_),
                        .rows = lowered.outputs[i]->count,
                        .visualization = plan.outputs[i].visualization.value_or("")};
      check_truncation(table);
      tables.push_back(std::move(table));
    }
    return tables;
  }

  void check_truncation(const ResultTable& table) const {
    if (properties_.no_truncation) return;
    if (properties_.truncation_rows &&
        static_cast<int64_t>(table.rows) > *properties_.truncation_rows) {
      throw QueryError(ErrorKind::Limit, "KQL0705",
                       "the result has more rows than truncationmaxrecords allows");
    }
    if (!properties_.truncation_bytes) return;
    size_t bytes = 0;
    for (const ColumnBuilder& column : table.data) bytes += column.flat_bytes();
    if (static_cast<int64_t>(bytes) > *properties_.truncation_bytes) {
      throw QueryError(ErrorKind::Limit, "KQL0705",
                       "the result has more bytes than truncationmaxsize allows");
    }
  }

  QueryStatistics statistics() {
    const exec::Counters counters = context_->counters();
    return {.rows_scanned = counters.rows_scanned,
            .bytes_read = counters.bytes_read,
            .extents_total = counters.extents_total,
            .extents_skipped = counters.extents_skipped,
            .blocks_total = counters.blocks_total,
            .blocks_skipped = counters.blocks_skipped,
            .dictionary_entries_evaluated = context_->dictionaries().entries_evaluated(),
            .rows_fetched_late = counters.rows_fetched_late,
            .kernels_compiled = kernels_->compiled,
            .kernels_reused = kernels_->reused,
            .peak_memory = context_->memory().peak(),
            .skipped = skipped_,
            .elapsed = std::chrono::steady_clock::now() - started_};
  }

  void report(const QueryError& error) {
    diagnostics.add(
        {.kind = error.kind, .code = error.code, .message = error.message, .span = error.span});
  }

  void report(const std::exception& error) {
    diagnostics.add({.kind = ErrorKind::Runtime,
                     .code = "KQL0799",
                     .message = std::string("internal error: ") + error.what(),
                     .suggestion = "this is a defect of Vedette; please report the query"});
  }

  Diagnostics diagnostics;
  plan::QueryPlan plan;

 private:
  WholeTable run_subquery(const plan::Node& node) {
    plan::QueryPlan query;
    query.outputs.push_back({"subquery", plan::clone(node)});
    prepare_plan(query.outputs[0].plan);
    if (options_.skip_when_empty && session::gives_nothing(*query.outputs[0].plan, scan_tables_)) {
      return {columns_without_rows(query.outputs[0].plan->output), 0};
    }
    const LowerEnvironment environment = lower_environment();
    Lowered lowered = vedette::lower(query, environment);
    execute(lowered);
    return {exec::to_columns(*lowered.outputs[0], *context_, /*flat=*/true),
            lowered.outputs[0]->count};
  }

  void prepare_plan(plan::Plan& node) {
    bool any_subquery = false;
    session::replace_subqueries(*node, [&](const plan::Node& node) {
      any_subquery = true;
      return run_subquery(node);
    });
    OptimizeEnvironment environment{.now = now_.ticks};
    // Conditions with answers of subqueries in them may go on to their scans now.
    environment.only_constants = planned_ahead_ && !any_subquery;
    environment.table_rows = [this](const std::string& name) -> int64_t {
      const Table* table = snapshot_ == nullptr ? nullptr : snapshot_->find(name);
      return table == nullptr ? 0 : static_cast<int64_t>(table->rows());
    };
    // Small tables in memory give nothing to fetch late.
    environment.fetch_late = options_.stand_ins == nullptr;
    optimize_plan(node, environment);
    if (options_.stand_ins == nullptr) return;
    session::find_stand_ins(*node, *options_.stand_ins, scan_tables_);
    fetch_late(node, [this](const plan::Scan& scan) { return !scan_tables_.contains(&scan); });
  }

  LowerEnvironment lower_environment() {
    LowerEnvironment environment{.snapshot = snapshot_, .scan_tables = &scan_tables_};
    environment.adapt = [this](Program program, int64_t rows) {
      return session::adapt(std::move(program), rows, options_.jit, kernels_);
    };
    environment.open_external = [this](const plan::External& step, const plan::Schema& schema) {
      return open_external(step, columns_of(schema));
    };
    return environment;
  }

  std::function<exec::ExternalSource::Read()> open_external(const plan::External& step,
                                                            plan::TableColumns columns) {
    if (!external_) {
      throw QueryError(ErrorKind::Unsupported, "KQL0750", "externaldata cannot be read here");
    }
    return [this, step, columns = std::move(columns)]() -> exec::ExternalSource::Read {
      auto data = std::make_shared<std::vector<ColumnBuilder>>(
          external_(step.sources, step.format, step.ignore_first_record, columns));
      return [data, first = size_t{0}](std::vector<ColumnBuilder>& out) mutable {
        const size_t total = data->empty() ? 0 : data->front().size();
        const size_t rows = std::min<size_t>(batch_rows, total - first);
        for (size_t i = 0; i < out.size(); ++i) {
          out[i].clear();
          if (rows > 0) {
            out[i].append_rows((*data)[i].vector(first), {nullptr, static_cast<uint32_t>(rows)});
          }
        }
        first += rows;
        return rows > 0;
      };
    };
  }

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const Library& library_;
  const plan::SchemaSource* schemas_;
  const ExternalReader& external_;
  const QueryOptions& options_;
  const Datetime now_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const session::ParsedFunctions> functions_;
  const std::string database_name_;
  session::ScanTables scan_tables_;
  bool planned_ahead_ = false;
  bool skipped_ = false;
  RequestProperties properties_;
  std::optional<exec::QueryContext> context_;
  std::shared_ptr<KernelCounters> kernels_ = std::make_shared<KernelCounters>();
};

/// Does `work` and turns what is thrown into diagnostics.
template <typename Work> void guarded(Run& run, const Work& work) {
  try {
    session::run_on_deep_stack(work);
  } catch (const QueryError& error) {
    run.report(error);
  } catch (const std::bad_alloc&) {
    run.report(
        QueryError(ErrorKind::Limit, "KQL0701", "the query needs more memory than there is"));
  } catch (const std::exception& error) {
    run.report(error);
  }
}

}  // namespace

Session::Session(const Library& library, Database* database, const plan::SchemaSource* schemas)
    : state_(new State{library, database, schemas, {}, {}}) {}

Session::~Session() = default;

// Trees are built and taken apart along their nesting.
PreparedQuery::PreparedQuery(std::string_view text)
    : parsed_(std::make_unique<session::ParsedQuery>()) {
  session::run_on_deep_stack([&] { parsed_->query = parse(text, parsed_->diagnostics); });
}

PreparedQuery::~PreparedQuery() {
  try {
    session::run_on_deep_stack([&] { parsed_.reset(); });
  } catch (const QueryError&) {
    parsed_.reset();  // no memory for another stack; this one is deep enough for most queries
  }
}

void Session::set_external_reader(ExternalReader reader) {
  state_->external = std::move(reader);
}

template <typename Query>
QueryResult Session::answer(const Query& query, const QueryOptions& options) {
  QueryResult result;
  Run run(state_->library, state_->database, state_->schemas, state_->external, state_->functions,
          options);
  guarded(run, [&] {
    if (!run.bind(query, false)) return;
    run.optimize();
    if (run.may_skip()) {
      result.tables = no_results(run.plan);
      return;
    }
    Lowered lowered = run.lower();
    run.execute(lowered);
    result.tables = run.results(lowered);
  });
  result.ok = !run.diagnostics.any_errors();
  if (!result.ok) result.tables.clear();
  result.diagnostics = run.diagnostics.all();
  result.statistics = run.statistics();
  return result;
}

QueryResult Session::run(std::string_view text, const QueryOptions& options) {
  return answer(text, options);
}

QueryResult Session::run(const PreparedQuery& query, const QueryOptions& options) {
  return answer(*query.parsed_, options);
}

QueryResult Session::run(const PlannedQuery& query, const QueryOptions& options) {
  return answer(query.plan_, options);
}

std::optional<QueryResult> Session::answer_without_rows(const PlannedQuery& query,
                                                        const QueryOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  session::ScanTables tables;
  try {
    for (const session::ScanWindow& window : query.windows_) {
      const auto bounds =
          session::bounds_in_run(window, options.scope, options.now.value_or(system_now()));
      auto table =
          options.stand_ins->find({*window.node, *window.scan, bounds.terms, {}, bounds.exact});
      if (table != nullptr) tables.emplace(window.scan, std::move(table));
    }
  } catch (const std::exception&) {
    return std::nullopt;  // the run will meet what is wrong, and tell
  }
  for (const auto& output : query.plan_.outputs) {
    if (!session::gives_nothing(*output.plan, tables)) return std::nullopt;
  }
  QueryResult result{.ok = true, .tables = no_results(query.plan_)};
  result.statistics.skipped = true;
  result.statistics.elapsed = std::chrono::steady_clock::now() - start;
  return result;
}

PlannedQuery::PlannedQuery(plan::QueryPlan plan)
    : plan_(std::move(plan)),
      windows_(session::windows_of(plan_)),
      by_windows_(session::differs_by_windows_only(plan_)) {}

PlannedQuery::~PlannedQuery() = default;

std::shared_ptr<const PlannedQuery> Session::plan_ahead(const PreparedQuery& query,
                                                        const QueryOptions& options) {
  /// Shows only conjuncts that hold in every run.
  class Shown : public StandIns {
   public:
    explicit Shown(StandIns* to) : to_(to) {}
    std::shared_ptr<const Table> find(const ScanUse& use) override {
      if (to_ == nullptr) return nullptr;
      ScanUse shown{use.node, use.scan, use.bounds, {}};
      for (const plan::Expression& conjunct : use.conjuncts) {
        if (session::same_in_every_run(conjunct)) shown.conjuncts.push_back(conjunct);
      }
      return to_->find(shown);
    }

   private:
    StandIns* to_;
  };
  Shown shown(options.stand_ins);
  QueryOptions timeless = options;
  timeless.now = Datetime{plan::any_time};
  timeless.scope = session::marked_scope(options.scope);
  timeless.stand_ins = &shown;
  Run run(state_->library, state_->database, state_->schemas, state_->external, state_->functions,
          timeless);
  std::shared_ptr<const PlannedQuery> result;
  guarded(run, [&] {
    if (!run.bind_timeless(*query.parsed_)) return;
    result = std::make_shared<const PlannedQuery>(std::move(run.plan));
  });
  return run.diagnostics.any_errors() ? nullptr : result;
}

std::vector<Diagnostic> Session::plan(const PreparedQuery& query, const QueryOptions& options) {
  Run run(state_->library, state_->database, state_->schemas, state_->external, state_->functions,
          options);
  guarded(run, [&] {
    if (run.bind(*query.parsed_, false)) run.optimize();
  });
  return run.diagnostics.all();
}

QueryResult Session::check(std::string_view text, const QueryOptions& options) {
  QueryResult result;
  Run run(state_->library, state_->database, state_->schemas, state_->external, state_->functions,
          options);
  guarded(run, [&] {
    run.bind(text, true);
    for (const auto& output : run.plan.outputs) {
      if (output.plan == nullptr) continue;
      result.tables.push_back({.name = output.name,
                               .columns = columns_of(output.plan->output),
                               .visualization = output.visualization.value_or(""),
                               .open = output.open});
    }
  });
  result.ok = !run.diagnostics.any_errors();
  result.diagnostics = run.diagnostics.all();
  result.statistics = run.statistics();
  return result;
}

Explanation Session::explain(std::string_view text, const QueryOptions& options) {
  Explanation explanation;
  Run run(state_->library, state_->database, state_->schemas, state_->external, state_->functions,
          options);
  guarded(run, [&] {
    if (!run.bind(text, false)) return;
    run.optimize();
    Lowered lowered = run.lower();
    explanation.plan = plan::explain(run.plan);
    if (options.analyze) run.execute(lowered);
    explanation.pipelines = exec::to_text(lowered.pipelines, options.analyze);
  });
  explanation.diagnostics = run.diagnostics.all();
  explanation.statistics = run.statistics();
  return explanation;
}

}  // namespace vedette
