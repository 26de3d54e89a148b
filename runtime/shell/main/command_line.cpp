#include "runtime/shell/main/command_line.h"

#include <CLI/CLI.hpp>
#include <clocale>
#include <functional>

#include "runtime/base/format.h"
#include "runtime/shell/backtest_command.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/interrupt.h"

namespace vedette::shell {
namespace {

constexpr const char* footer = R"(
Exit status: 0 done; 1 the query is wrong; 2 the command line is wrong; 3 the query failed while
running; 4 a limit on time or memory ended it; 5 a database or file is in trouble; 130 Ctrl-C.)";

/// All commands with the arguments they collect. CLI11 keeps references into it.
struct CommandLine {
  CLI::App app{"Vedette: hunt through logs with KQL.", "vedette"};
  std::function<ExitCode()> chosen;

  QueryArguments query;
  BatchArguments batch;
  CheckArguments check;
  ExplainArguments explain;
  IngestArguments ingest;
  TablesArguments tables;
  SchemaArguments schema;
  FunctionsImportArguments functions;
  WatchlistArguments watchlist;
  IndicatorsArguments indicators;
  IncidentsArguments incidents;
  IncidentUpdateArguments incident_update;
  HelpArguments help;
  DocsArguments docs;
  DemoArguments demo;
  RulesCheckArguments rules_check;
  RulesTestArguments rules_test;
  RulesRunArguments rules_run, rules_rerun;
  RulesStatusArguments rules_status;
  RulesCoverageArguments rules_coverage;
  BacktestArguments rules_backtest;
  RulesImportTestsArguments rules_import_tests;
  RulesMutateArguments rules_mutate;
  WorkspaceOptions repl;

  CommandLine();

 private:
  void add_rule_runs(CLI::App* rules);

  template <typename Arguments>
  CLI::App* add(const char* name, const char* summary, Arguments& arguments,
                ExitCode (*run)(const Arguments&), CLI::App* below = nullptr) {
    CLI::App* command = (below == nullptr ? &app : below)->add_subcommand(name, summary);
    command->callback(
        [this, &arguments, run] { chosen = [&arguments, run] { return run(arguments); }; });
    return command;
  }
};

void add_database(CLI::App* command, std::string& database) {
  command->add_option("--db", database, "Directory of the database")->type_name("DIR");
}

void add_binding_options(CLI::App* command, WorkspaceOptions& options) {
  add_database(command, options.database);
  command->add_option("--schema", options.schema_file, "Tables to bind against, as JSON")
      ->type_name("FILE");
  command->add_option("--now", options.now, "What now() answers")->type_name("TIME");
  command->add_option("--param", options.parameters, "A query parameter")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

void add_externals(CLI::App* command, std::vector<std::string>& externals) {
  command
      ->add_option("--external", externals,
                   "Reads a file where externaldata names a URL; @FILE: a JSON object of them")
      ->type_name("URL=PATH")
      ->allow_extra_args(false);
}

void add_running_options(CLI::App* command, WorkspaceOptions& options) {
  add_binding_options(command, options);
  command->add_option("--table", options.tables, "Reads a file as a table of this run")
      ->type_name("NAME=FILE")
      ->allow_extra_args(false);
  add_externals(command, options.externals);
  command->add_option("--threads", options.threads, "Threads; 0: one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->add_option("--timeout", options.timeout, "Ends a query after this time: 30s, 5m")
      ->type_name("TIME");
  command->add_option("--memory", options.memory, "Memory of one query: 512M, 4G")
      ->type_name("SIZE");
  command
      ->add_option_function<std::string>(
          "--geoip", [](const std::string& file) { setenv("VEDETTE_GEOIP", file.c_str(), 1); },
          "Where IP addresses are: a file in the MaxMind format")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  command->add_option("--jit", options.jit, "Compile kernels: auto, on or off")
      ->type_name("MODE")
      ->check(CLI::IsMember({"auto", "on", "off"}));
}

void add_format(CLI::App* command, std::string& format) {
  command->add_option("--format", format, "table, json, ndjson, csv or markdown")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json", "ndjson", "csv", "markdown"}));
}

template <typename Arguments> void add_query_text(CLI::App* command, Arguments& arguments) {
  command->add_option("query", arguments.text, "The query")->type_name("QUERY");
  command->add_option("-f,--file", arguments.file, "Reads the query from a file; - is stdin")
      ->type_name("FILE");
}

CommandLine::CommandLine() {
  app.require_subcommand(1);
  app.set_version_flag("--version", "vedette " VEDETTE_VERSION);
  app.set_help_flag("-h,--help", "Shows this help");
  app.footer(footer);

  CLI::App* command = add("query", "Runs a query and prints its result", query, run_query);
  add_running_options(command, query.workspace);
  add_format(command, query.format);
  add_query_text(command, query);

  command = add("batch", "Answers JSON requests, one a line, from stdin", batch, run_batch);
  add_running_options(command, batch.workspace);
  command->add_flag("--check", batch.check, "Binds only; answers columns without rows");

  command = add("check", "Says what is wrong with queries in files", check, run_check);
  add_binding_options(command, check.workspace);
  command->add_option("files", check.files, "Files with one query each")->required();

  command = add("explain", "Shows how a query is run", explain, run_explain);
  add_running_options(command, explain.workspace);
  command->add_flag("--analyze", explain.analyze, "Runs it, with rows and time of each step");
  add_query_text(command, explain);

  command = add("ingest", "Reads log files into a table", ingest, run_ingest);
  command->add_option("--db", ingest.database, "Directory of the database; made when needed")
      ->type_name("DIR")
      ->required();
  command->add_option("--table", ingest.table, "The table; made when needed")
      ->type_name("TABLE")
      ->required();
  command->add_option("--schema", ingest.schema_file, "Column types, as JSON")->type_name("FILE");
  command->add_option("--format", ingest.format, "auto, ndjson, json, csv, tsv, evtx or parquet")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"auto", "ndjson", "jsonl", "json", "csv", "tsv", "evtx", "parquet"}));
  command->add_option("--threads", ingest.threads, "Threads; 0: one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->add_option("--rejects", ingest.rejects_file, "Where bad lines go")->type_name("FILE");
  command->add_option("--commit-rows", ingest.commit_rows, "Rows are durable after so many of them")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 32));
  command->add_flag("--strict", ingest.strict, "Takes nothing when a line is bad");
  command->add_flag("--quiet", ingest.quiet, "No progress");
  command->add_option("files", ingest.files, "Files to read; - is stdin")->required();

  command = add("tables", "Lists the tables of a database", tables, run_tables);
  command->add_option("--db", tables.database, "Directory of the database")
      ->type_name("DIR")
      ->required();
  add_format(command, tables.format);

  command = add("schema", "Lists the columns of a table", schema, run_schema);
  command->add_option("--db", schema.database, "Directory of the database")
      ->type_name("DIR")
      ->required();
  command->add_option("table", schema.table, "The table")->required();
  add_format(command, schema.format);

  CLI::App* group = app.add_subcommand("functions", "Functions that a database keeps");
  group->require_subcommand(1);
  command = add("import", "Stores parsers from YAML files, and KQL files as functions", functions,
                run_functions_import, group);
  add_binding_options(command, functions.workspace);
  command->get_option("--db")->required();
  command->add_option("paths", functions.paths, "Files, and directories of them")->required();

  group = app.add_subcommand("watchlist", "Lists that queries read with _GetWatchlist");
  group->require_subcommand(1);
  const auto add_watchlist = [&](const char* name, const char* summary,
                                 ExitCode (*run)(const WatchlistArguments&)) {
    command = add(name, summary, watchlist, run, group);
    add_database(command, watchlist.database);
    command->get_option("--db")->required();
  };
  add_watchlist("import", "Makes a watchlist of a CSV or JSON file, or replaces it",
                run_watchlist_import);
  command->add_option("alias", watchlist.alias, "What queries call it")->required();
  command->add_option("file", watchlist.file, "The items")->required();
  command->add_option("--key", watchlist.key, "The column that SearchKey shows; the first")
      ->type_name("COLUMN");
  command->add_flag("--update", watchlist.update,
                    "Adds items, and replaces those with the same key; others stay");
  command->add_option("--now", watchlist.now, "The time of the import")->type_name("TIME");
  add_watchlist("list", "Lists the watchlists of a database", run_watchlist_list);
  add_watchlist("remove", "Removes a watchlist", run_watchlist_remove);
  command->add_option("alias", watchlist.alias, "What queries call it")->required();

  group = app.add_subcommand("indicators", "Indicators of threats, which rules look for in logs");
  group->require_subcommand(1);
  command = add("import", "Adds the indicators of CSV files and STIX 2.1 bundles", indicators,
                run_indicators_import, group);
  add_database(command, indicators.database);
  command->get_option("--db")->required();
  command->add_option("--source", indicators.source, "Who says so: SourceSystem of the rows")
      ->type_name("NAME");
  command->add_option("--now", indicators.now, "The time of the import")->type_name("TIME");
  command->add_option("files", indicators.files, "Files; - is stdin")->required();

  group = app.add_subcommand("incidents", "What the rules found");
  group->require_subcommand(1);
  const auto add_incidents = [&](const char* name, const char* summary,
                                 ExitCode (*run)(const IncidentsArguments&)) {
    command = add(name, summary, incidents, run, group);
    add_database(command, incidents.database);
    command->get_option("--db")->required();
    command->add_option("--format", incidents.format, "text or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
  };
  add_incidents("list", "Lists incidents as they stand", run_incidents_list);
  command->add_option("--status", incidents.status, "open, New, Active or Closed")
      ->type_name("STATUS")
      ->check(CLI::IsMember({"open", "New", "Active", "Closed"}, CLI::ignore_case));
  command->add_option("--severity", incidents.severity, "Informational, Low, Medium or High")
      ->type_name("SEVERITY");
  add_incidents("show", "Tells what happened, to whom, and when", run_incidents_show);
  command->add_option("number", incidents.number, "The incident's number")->required();
  command = add("update", "Changes an incident, or says something about it", incident_update,
                run_incidents_update, group);
  add_database(command, incident_update.database);
  command->get_option("--db")->required();
  command->add_option("number", incident_update.number, "The incident's number")->required();
  command->add_option("--status", incident_update.status, "New, Active or Closed")
      ->type_name("STATUS")
      ->check(CLI::IsMember({"New", "Active", "Closed"}, CLI::ignore_case));
  command->add_option("--severity", incident_update.severity, "Informational, Low, Medium or High")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"Informational", "Low", "Medium", "High"}, CLI::ignore_case));
  for (const auto& [name, value, summary] :
       {std::tuple("--title", &incident_update.title, "What it is called"),
        std::tuple("--owner", &incident_update.owner, "Who looks into it; '' for nobody"),
        std::tuple("--classification", &incident_update.classification, "What it turned out to be"),
        std::tuple("--reason", &incident_update.reason, "Why it is classified so"),
        std::tuple("--classification-comment", &incident_update.classification_comment,
                   "More about that")}) {
    command->add_option(name, *value, summary)->type_name("TEXT");
  }
  command->add_option("--add-label", incident_update.add_labels, "A label it gets")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command->add_option("--remove-label", incident_update.remove_labels, "A label it loses")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command->add_option("--comment", incident_update.comment, "Something to say about it")
      ->type_name("TEXT");
  command->add_option("--by", incident_update.by, "Who changes it; who is logged in")
      ->type_name("NAME");
  command->add_option("--now", incident_update.now, "The time of the change")->type_name("TIME");

  command = add("help", "Explains a function, an aggregate or an operator", help, run_help);
  command->add_option("topic", help.topic, "Its name; without one, all names are listed");

  command = add("repl", "Runs queries as they are typed", repl, run_repl);
  add_running_options(command, repl);

  command = add("demo", "Makes a day of logs and hunts through it", demo, run_demo);
  command->add_option("--db", demo.database, "Where the day is kept")->type_name("DIR");
  command->add_option("--rules", demo.rules, "Rules that run over the day")->type_name("PATH");
  command->add_option("--rows", demo.rows, "How many rows of logs")
      ->check(CLI::Range(1000, 100'000'000));
  command->add_option("--seed", demo.seed, "Another seed, another day");

  CLI::App* rules = app.add_subcommand("rules", "Works with analytic rules");
  rules->require_subcommand(1);
  command = rules->add_subcommand("check", "Says what is wrong with rules in files");
  rules_check.version = VEDETTE_VERSION;
  rules_check.workspace.declared_tables = true;
  command->callback([this] { chosen = [this] { return run_rules_check(rules_check); }; });
  add_binding_options(command, rules_check.workspace);
  add_externals(command, rules_check.workspace.externals);
  command->add_option("--format", rules_check.format, "text, json or sarif")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "sarif"}));
  command->add_flag("--errors-only", rules_check.errors_only, "Leaves warnings out of the text");
  command->add_flag("--strict", rules_check.strict, "Warnings count as errors");
  command->add_option("--known", rules_check.known,
                      "FILE of rules whose errors are accepted, under [reasons]");
  command->add_option("paths", rules_check.paths, "Files, or directories of them")->required();

  command = add("test", "Runs the tests that lie beside rules", rules_test, run_rules_test, rules);
  command->add_option("--name", rules_test.names, "Only tests of this name; * stands for anything")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_option("--schema", rules_test.schema_file, "Tables that are declared, as JSON")
      ->type_name("FILE");
  add_externals(command, rules_test.externals);
  command->add_option("--format", rules_test.format, "text, junit, tap or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "junit", "tap", "json"}));
  command->add_option("--out", rules_test.out, "Writes the report to a file")->type_name("FILE");
  command->add_option("--jobs", rules_test.jobs, "Tests at one time; 0: one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--watch", rules_test.watch, "Runs them again whenever a file changes");
  command->add_flag("--verbose", rules_test.verbose, "Lists the tests that pass, too");
  command->add_option("paths", rules_test.paths, "Files, or directories of them")->required();

  add_rule_runs(rules);
  command = add("coverage", "Shows the attacks that rules cover which can fire and are tested",
                rules_coverage, run_rules_coverage, rules);
  add_running_options(command, rules_coverage.workspace);
  command->get_option("--db")->required();
  command->add_option("--format", rules_coverage.format, "text, json, or navigator: a layer of it")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "navigator"}));
  command->add_option("--days", rules_coverage.days, "Tables count that had rows in so many days")
      ->type_name("N")
      ->check(CLI::Range(1, 36'500));
  command->add_option("paths", rules_coverage.paths, "Rules, with their tests beside them")
      ->required();

  command = add("backtest", "Says what rules would have found in a stretch of time", rules_backtest,
                run_backtest, rules);
  rules_backtest.workspace.declared_tables = true;
  add_running_options(command, rules_backtest.workspace);
  command->add_option("--from", rules_backtest.from, "The nominal time of the first runs")
      ->type_name("TIME")
      ->required();
  command->add_option("--to", rules_backtest.to, "No run is later")->type_name("TIME")->required();
  command->add_option("--format", rules_backtest.format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("paths", rules_backtest.paths, "Files of rules, or directories of them")
      ->required();

  command = add("import-tests", "Prints tests of Panther or contentctl as tests of ours",
                rules_import_tests, run_rules_import_tests, rules);
  command->add_option("--table", rules_import_tests.table, "The table that the logs belong to")
      ->type_name("TABLE")
      ->required();
  command->add_option("--rule", rules_import_tests.rule, "The rule that the tests are for")
      ->type_name("FILE");
  command
      ->add_option("--schema", rules_import_tests.schema_file, "Tables that are declared, as JSON")
      ->type_name("FILE");
  command->add_option("file", rules_import_tests.file, "A file with tests; - is stdin")->required();

  command = add("mutate", "Says which wrong queries the tests of rules let pass", rules_mutate,
                run_rules_mutate, rules);
  command->add_option("--schema", rules_mutate.schema_file, "Tables that are declared, as JSON")
      ->type_name("FILE");
  add_externals(command, rules_mutate.externals);
  command->add_option("--format", rules_mutate.format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("--jobs", rules_mutate.jobs, "Rules at a time; 0: one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--strict", rules_mutate.strict, "Mutants that no test finds are an error");
  command->add_option("paths", rules_mutate.paths, "Tests of rules: files, or directories")
      ->required();

  command = add("docs", "Writes the reference pages", docs, run_docs);
  command->add_option("folder", docs.folder, "Where to; docs/reference")->required();
  command->add_flag("--check", docs.check, "Compares instead, and says what is stale");
}

/// `rules run` and what belongs to it.
void CommandLine::add_rule_runs(CLI::App* rules) {
  CLI::App* command = add("run", "Runs rules that are due", rules_run, run_rules_run, rules);
  const auto add_running = [&](RulesRunArguments& arguments) {
    add_running_options(command, arguments.workspace);
    command->get_option("--db")->required();
    command->add_option("--format", arguments.format, "auto, table or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"auto", "table", "json"}));
    command->add_flag("--quiet", arguments.quiet, "Says only how many runs there were");
    command->add_option("paths", arguments.paths, "Rules: files, or directories of them")
        ->required();
  };
  add_running(rules_run);
  auto* at = command->add_option("--at", rules_run.at, "One tick: slots up to this time")
                 ->type_name("TIME");
  auto* from = command->add_option("--from", rules_run.from, "Replays all slots from this time on")
                   ->type_name("TIME")
                   ->excludes(at);
  command->add_option("--to", rules_run.to, "The last slot of a replay")
      ->type_name("TIME")
      ->needs(from);
  command->add_flag("--daemon", rules_run.daemon, "Runs until it is told to stop")
      ->excludes(at)
      ->excludes(from);
  command->add_flag("--correlate", rules_run.correlate,
                    "Alerts of different rules about the same become one incident");
  command->add_flag("--as-ingested", rules_run.as_ingested,
                    "Slots of the past see what had been ingested by then");

  command = add("rerun", "Runs a rule once more in a slot of the past", rules_rerun,
                run_rules_rerun, rules);
  add_running(rules_rerun);
  command->add_option("--at", rules_rerun.at, "The slot's time")->type_name("TIME")->required();
  command->add_option("--rule", rules_rerun.rule, "Which rule, by id or name")->type_name("RULE");

  const auto add_state = [&](const char* name, const char* summary,
                             ExitCode (*run)(const RulesStatusArguments&)) {
    command = add(name, summary, rules_status, run, rules);
    add_database(command, rules_status.database);
    command->get_option("--db")->required();
  };
  add_state("status", "Shows each rule's state and its last run", run_rules_status);
  add_format(command, rules_status.format);
  add_state("enable", "Lets a rule run again", run_rules_enable);
  command->add_option("rule", rules_status.rule, "Its id or name")->required();
  command->add_option("--now", rules_status.now, "From when on it runs; now if not given")
      ->type_name("TIME");
  add_state("disable", "Stops a rule from running", run_rules_disable);
  command->add_option("rule", rules_status.rule, "Its id or name")->required();
}

ExitCode code_of(const QueryError& error) {
  if (interrupted()) return ExitCode::Cancelled;
  return error.kind == ErrorKind::Limit ? ExitCode::LimitReached : ExitCode::DataTrouble;
}

}  // namespace

int run_command_line(int count, char** arguments) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  CommandLine line;
  try {
    line.app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    const int status = line.app.exit(error);
    return static_cast<int>(status == 0 ? ExitCode::Done : ExitCode::WrongUsage);
  }
  catch_interrupts();
  try {
    return static_cast<int>(line.chosen());
  } catch (const UsageError& error) {
    fmt::print(stderr, "vedette: {}\n", error.what());
    return static_cast<int>(ExitCode::WrongUsage);
  } catch (const QueryError& error) {
    fmt::print(stderr, "error {}: {}\n", error.code, error.message);
    return static_cast<int>(code_of(error));
  } catch (const std::exception& error) {
    fmt::print(stderr, "vedette: {}\nThis is a mistake of ours; please report it.\n", error.what());
    return static_cast<int>(ExitCode::RunFailed);
  }
}

}  // namespace vedette::shell
