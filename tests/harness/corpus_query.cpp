#include "tests/harness/corpus_query.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "compiler/session/session.h"
#include "rules/load/load.h"
#include "runtime/base/format.h"
#include "runtime/shell/workspace.h"
#include "runtime/table/database.h"
#include "runtime/value/json.h"
#include "stdlib/stdlib.h"
#include "tests/harness/grid.h"
#include "tests/harness/query_words.h"
#include "tests/harness/result_difference.h"
#include "tests/harness/row_generator.h"

namespace vedette {
namespace {

/// Notes which tables are asked for.
class NotedSchemas : public plan::SchemaSource {
 public:
  explicit NotedSchemas(const plan::SchemaSource& schemas) : schemas_(schemas) {}

  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    auto columns = schemas_.find_table(name);
    if (columns) found_.insert_or_assign(std::string(name), *columns);
    return columns;
  }
  std::vector<std::string> table_names() const override { return schemas_.table_names(); }

  const std::map<std::string, plan::TableColumns>& found() const { return found_; }

 private:
  const plan::SchemaSource& schemas_;
  mutable std::map<std::string, plan::TableColumns> found_;
};

/// Words of queries that leave a choice, which threads may make in another way: which rows, which
/// order, or the last digits of a sum of squares.
constexpr std::string_view choosing_words[] = {
    "take",           "limit",        "any",
    "anyif",          "take_any",     "take_anyif",
    "arg_max",        "arg_min",      "argmax",
    "argmin",         "top",          "nested",
    "hitters",        "row_number",   "row_cumsum",
    "row_rank_dense", "row_rank_min", "row_window_session",
    "prev",           "next",         "scan",
    "serialize",      "buildschema",  "percentile",
    "percentiles",    "make_list",    "makelist",
    "make_list_if",   "make_set",     "makeset",
    "make_set_if",    "make_bag",     "tdigest",
    "evaluate",       "partition",    "with_itemindex",
    "reduce",         "covariance",   "covariancep",
    "stdev",          "stdevp",       "variance",
    "variancep"};

bool leaves_choice(const QueryWords& words) {
  // A join keeps the first row of a key unless it says otherwise.
  if (words.mentions("join") && (words.mentions("innerunique") || !words.mentions("kind"))) {
    return true;
  }
  return std::ranges::any_of(choosing_words,
                             [&](std::string_view word) { return words.mentions(word); });
}

bool leaves_all_open(const QueryWords& words) {
  return words.mentions("rand") || words.mentions("new_guid") || words.mentions("sample");
}

struct Way {
  JitMode jit;
  int threads;
  int batch_rows;
  std::string_view name;
};
constexpr Way ways[] = {{JitMode::Off, 1, batch_rows, "interpreted"},
                        {JitMode::On, 1, 7, "compiled, batches of 7"},
                        {JitMode::On, 4, batch_rows, "compiled, 4 threads"},
                        {JitMode::Off, 4, 7, "interpreted, batches of 7, 4 threads"}};

const Diagnostic* first_error(const QueryResult& result) {
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity == Severity::Error) return &diagnostic;
  }
  return nullptr;
}

CorpusVerdict verdict_of(const Diagnostic& error) {
  CorpusVerdict verdict{.code = std::string(error.code), .reason = error.message};
  verdict.outcome = error.kind == ErrorKind::Limit ? CorpusOutcome::Slow
                    : error.code == "KQL0799"      ? CorpusOutcome::Internal
                                                   : CorpusOutcome::Rejected;
  return verdict;
}

/// Watchlists, when the query reads columns that only those can have: names with spaces.
void make_watchlists(Database& database, std::string_view query, const QueryWords& words,
                     const RowPlan& plan) {
  plan::TableColumns columns = {{"SearchKey", Type::String}};
  for (const std::string& name : words.properties()) {
    if (name.find(' ') != std::string::npos) columns.push_back({name, Type::String});
  }
  constexpr std::string_view call = "_GetWatchlist(";
  for (size_t at = 0; (at = query.find(call, at)) != std::string_view::npos;) {
    at += call.size() + 1;
    const std::string alias(query.substr(at, query.find_first_of("'\"", at) - at));
    if (columns.size() == 1 || database.snapshot()->find("_Watchlist_" + alias) != nullptr)
      continue;
    MeetingValues meetings;
    generate_table(database, "_Watchlist_" + alias, columns, words, RowWishes(), meetings, plan);
  }
}

/// The tables that the query names, with rows.
std::unique_ptr<Database> make_tables(const CorpusQuery& query, const QueryWords& words,
                                      const plan::SchemaSource& schemas,
                                      const CorpusOptions& options, Datetime now) {
  const NotedSchemas noted(schemas);
  Session(standard_library(), nullptr, &noted).check(query.query, {.now = now});
  auto database = Database::in_memory();
  RowPlan plan{.seed = options.seed, .rows = options.rows, .now = now};
  if (words.count_of("join") > 2) plan.rows = std::min(plan.rows, 60u);
  if (noted.found().size() > 20) plan.rows = 12;
  make_watchlists(*database, query.query, words, plan);
  const RowWishes wishes(query.query, schemas, now);
  MeetingValues meetings;
  for (const auto& [name, columns] : noted.found()) {
    // What bags and pivots bring must not be there already.
    QueryWords own = words;
    for (const auto& column : columns) own.forget_name(column.first);
    generate_table(*database, name, columns, own, wishes, meetings, plan);
  }
  return database;
}

std::vector<CorpusQuery> read_rules(const std::string& folder) {
  std::vector<CorpusQuery> queries;
  rules::Findings findings;
  for (const std::string& file : rules::rule_files(folder)) {
    for (const rules::AnalyticRule& rule : rules::load_rules(file, findings)) {
      queries.push_back({file.substr(folder.size()), rule.query.text, "sentinel", true});
    }
  }
  return queries;
}

}  // namespace

std::string_view name_of(CorpusOutcome outcome) {
  switch (outcome) {
    case CorpusOutcome::Same:
      return "same";
    case CorpusOutcome::Differs:
      return "differs";
    case CorpusOutcome::Unbound:
      return "unbound";
    case CorpusOutcome::Rejected:
      return "rejected";
    case CorpusOutcome::Slow:
      return "slow";
    case CorpusOutcome::Internal:
      return "internal";
    case CorpusOutcome::Crash:
      return "crash";
  }
  return {};
}

CorpusVerdict run_corpus_query(const CorpusQuery& query, const plan::SchemaSource& schemas,
                               const CorpusOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  const QueryWords words(query.query);
  const Datetime now = default_clock();
  const auto database = make_tables(query, words, schemas, options, now);
  Session session(standard_library(), database.get(), &schemas);
  session.set_external_reader([&](const std::vector<std::string>& sources, const std::string&, bool,
                                  const plan::TableColumns& columns) {
    const RowPlan plan{.seed = options.seed, .rows = options.rows, .now = now};
    return generate_columns(sources.empty() ? "" : sources.front(), columns, words, plan);
  });
  QueryOptions run{.memory_bytes = 1ll << 30, .timeout = options.timeout, .now = now};

  CorpusVerdict verdict;
  const QueryResult announced = session.check(query.query, run);
  if (query.of_rule && !announced.ok) {
    verdict.outcome = CorpusOutcome::Unbound;
    if (const Diagnostic* error = first_error(announced)) {
      verdict.code = error->code;
      verdict.reason = error->message;
    }
    return verdict;
  }
  std::optional<QueryResult> first;
  for (const Way& way : ways) {
    run.jit = way.jit;
    run.threads = way.threads;
    run.batch_rows = way.batch_rows;
    QueryResult result = session.run(query.query, run);
    const Diagnostic* error = first_error(result);
    if (error != nullptr && (!first || !first_error(*first))) {
      verdict = verdict_of(*error);
      if (first) {
        verdict.reason = fmt::format("{}: {}", way.name, error->message);
        if (verdict.outcome == CorpusOutcome::Rejected) verdict.outcome = CorpusOutcome::Differs;
      }
      break;
    }
    std::string reason;
    const QueryResult& other = first ? *first : announced;
    const bool choice = way.threads > 1 && leaves_choice(words);
    for (size_t i = 0; i < result.tables.size() && reason.empty(); ++i) {
      if (!first && (words.mentions("evaluate") || words.mentions("_GetWatchlist"))) {
        continue;  // the rows decide about the columns, and a plugin about its tables
      } else if (other.tables.size() != result.tables.size()) {
        reason = fmt::format("{} tables and {}", other.tables.size(), result.tables.size());
      } else if (!first || choice || leaves_all_open(words)) {
        reason = columns_differ(other.tables[i].columns, result.tables[i].columns);
      } else {
        reason = difference(other.tables[i], result.tables[i], way.threads > 1);
      }
    }
    if (!reason.empty()) {
      verdict.outcome = CorpusOutcome::Differs;
      verdict.reason = fmt::format("{}: {}", first ? way.name : "announced", reason);
      break;
    }
    if (!first) {
      verdict.rows = result.tables.empty() ? 0 : result.tables[0].rows;
      first = std::move(result);
    }
  }
  verdict.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  return verdict;
}

std::vector<CorpusQuery> read_corpus(const std::string& path) {
  if (std::filesystem::is_directory(path)) return read_rules(path);
  const std::string text = shell::read_text(path);
  const bool json = path.ends_with(".jsonl");
  std::vector<CorpusQuery> queries;
  DynamicBuilder builder;
  int line = 0;
  for (size_t at = 0; at < text.size();) {
    ++line;
    const size_t end = std::min(text.find(json ? "\n" : "\n\n", at), text.size());
    const std::string_view part = std::string_view(text).substr(at, end - at);
    at = end + (json ? 1 : 2);
    if (part.find_first_not_of(" \r\n") == std::string_view::npos) continue;
    if (!json) {
      const std::string name = path.substr(path.rfind('/') + 1);
      queries.push_back({fmt::format("{}#{}", name, line), std::string(part), {}});
      continue;
    }
    builder.clear();
    if (!parse_json_text(part, builder) || !builder.view().is_object() ||
        !builder.view().find("query").is_string()) {
      throw QueryError(ErrorKind::Runtime, "TST0001",
                       fmt::format("{}:{}: not an object with a query", path, line));
    }
    const auto field = [&](std::string_view name) {
      const DynamicView value = builder.view().find(name);
      return value.is_string() ? std::string(value.as_text()) : std::string();
    };
    queries.push_back({field("id"), field("query"), field("dialect")});
  }
  return queries;
}

}  // namespace vedette
