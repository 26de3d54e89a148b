// The commands of the program, one function each, with their arguments as the command line gave
// them. Each returns how the process ends; UsageError, QueryError and InternalError are reported
// in main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/shell/exit_code.h"
#include "runtime/shell/workspace.h"

namespace vedette::shell {

struct QueryArguments {
  WorkspaceOptions workspace;
  std::string format = "table";
  std::string text;
  std::string file;  // read instead of `text` when not empty; "-" is standard input
};
ExitCode run_query(const QueryArguments& arguments);

struct BatchArguments {
  WorkspaceOptions workspace;
  bool check = false;  // bind only
};
ExitCode run_batch(const BatchArguments& arguments);

struct CheckArguments {
  WorkspaceOptions workspace;
  std::vector<std::string> files;
};
ExitCode run_check(const CheckArguments& arguments);

struct ExplainArguments {
  WorkspaceOptions workspace;
  std::string text;
  std::string file;
  bool analyze = false;
};
ExitCode run_explain(const ExplainArguments& arguments);

struct IngestArguments {
  std::string database;
  std::string table;
  std::string schema_file;
  std::string format = "auto";
  std::string rejects_file;
  int threads = 0;
  uint64_t commit_rows = 0;  // 0: as IngestOptions says
  bool strict = false;
  bool quiet = false;
  std::vector<std::string> files;  // "-" is standard input
};
ExitCode run_ingest(const IngestArguments& arguments);

struct TablesArguments {
  std::string database;
  std::string format = "table";
};
ExitCode run_tables(const TablesArguments& arguments);

struct SchemaArguments {
  std::string database;
  std::string table;
  std::string format = "table";
};
ExitCode run_schema(const SchemaArguments& arguments);

struct FunctionsImportArguments {
  WorkspaceOptions workspace;
  std::vector<std::string> paths;  // files, and directories of them
};
ExitCode run_functions_import(const FunctionsImportArguments& arguments);

struct WatchlistArguments {
  std::string database;
  std::string alias;
  std::string file;
  std::string key;      // empty: the first column, or that of the list that is updated
  bool update = false;  // items of the file replace those with their keys; others stay
  std::string now;      // when; empty: now
};
ExitCode run_watchlist_import(const WatchlistArguments& arguments);
ExitCode run_watchlist_list(const WatchlistArguments& arguments);
ExitCode run_watchlist_remove(const WatchlistArguments& arguments);

struct IndicatorsArguments {
  std::string database;
  std::string source = "Import";  // SourceSystem of the rows
  std::string now;                // when they are imported; empty: now
  std::vector<std::string> files;
};
ExitCode run_indicators_import(const IndicatorsArguments& arguments);

struct IncidentsArguments {
  std::string database;
  std::string format = "text";  // or json
  int64_t number = 0;
  std::string status;  // New, Active, Closed; of a list also open; empty: any
  std::string severity;
};
ExitCode run_incidents_list(const IncidentsArguments& arguments);
ExitCode run_incidents_show(const IncidentsArguments& arguments);

struct IncidentUpdateArguments {
  std::string database;
  int64_t number = 0;
  std::string status, severity;  // empty: as it is
  std::optional<std::string> title, owner;
  std::optional<std::string> classification, reason, classification_comment;
  std::vector<std::string> add_labels, remove_labels;
  std::string comment;
  std::string by;   // who changes it; empty: who is logged in
  std::string now;  // when; empty: now
};
ExitCode run_incidents_update(const IncidentUpdateArguments& arguments);

struct HelpArguments {
  std::string topic;
};
ExitCode run_help(const HelpArguments& arguments);

struct DocsArguments {
  std::string folder;
  bool check = false;  // compare with what is there instead of writing
};
ExitCode run_docs(const DocsArguments& arguments);

struct DemoArguments {
  std::string database;
  int64_t rows = 400'000;
  uint64_t seed = 1;
  std::string rules;  // a folder of rules that run over the day; empty: none
};
ExitCode run_demo(const DemoArguments& arguments);

struct RulesCheckArguments {
  WorkspaceOptions workspace;
  std::string format = "text";
  bool errors_only = false;
  bool strict = false;  // warnings count as errors
  std::string known;    // a file of rules whose errors are accepted
  std::string version;  // of the program, for SARIF
  std::vector<std::string> paths;
};
ExitCode run_rules_check(const RulesCheckArguments& arguments);

struct RulesTestArguments {
  std::vector<std::string> paths;  // test files, rules, or directories of them
  std::vector<std::string> names;  // patterns of names of tests; empty: all
  std::string schema_file;
  std::vector<std::string> externals;  // as in WorkspaceOptions
  std::string format = "text";
  std::string out;  // a file for the report; empty: stdout
  int jobs = 0;
  bool verbose = false;
  bool watch = false;
};
ExitCode run_rules_test(const RulesTestArguments& arguments);

struct RulesImportTestsArguments {
  std::string file;   // of a Panther rule or a contentctl detection; "-" is standard input
  std::string table;  // that its logs belong to
  std::string rule;
  std::string schema_file;
};
ExitCode run_rules_import_tests(const RulesImportTestsArguments& arguments);

struct RulesRunArguments {
  WorkspaceOptions workspace;
  std::string at;  // one tick; of `rerun`: the slot
  std::string from, to;
  bool daemon = false;
  bool as_ingested = false;
  bool correlate = false;  // alerts of different rules may become one incident
  bool quiet = false;
  std::string format = "auto";
  std::string rule;  // of `rerun`: an id or a name; may be empty when there is one only
  std::vector<std::string> paths;
};
ExitCode run_rules_run(const RulesRunArguments& arguments);
ExitCode run_rules_rerun(const RulesRunArguments& arguments);

struct RulesStatusArguments {
  std::string database;
  std::string format = "table";
  std::string rule;  // of `enable` and `disable`: an id or a name
  std::string now;   // of `enable`: from when on it runs
};
ExitCode run_rules_status(const RulesStatusArguments& arguments);
ExitCode run_rules_enable(const RulesStatusArguments& arguments);
ExitCode run_rules_disable(const RulesStatusArguments& arguments);
struct RulesCoverageArguments {
  WorkspaceOptions workspace;
  std::string format = "text";     // json, navigator
  int64_t days = 30;               // a table counts when it had rows in so many
  std::vector<std::string> paths;  // of rules and their tests
};
ExitCode run_rules_coverage(const RulesCoverageArguments& arguments);

struct RulesMutateArguments {
  std::string schema_file;
  std::vector<std::string> externals;  // as in WorkspaceOptions
  std::string format = "text";  // or json
  int jobs = 0;                 // 0: as many as there are cores
  bool strict = false;          // survivors are an error
  std::vector<std::string> paths;
};
ExitCode run_rules_mutate(const RulesMutateArguments& arguments);

ExitCode run_repl(const WorkspaceOptions& options);

}  // namespace vedette::shell
