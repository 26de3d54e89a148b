// Writes a day of logs, ingests it, and hunts through it.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "rules/incident/incident_text.h"
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/demo/hunt.h"
#include "runtime/shell/demo/logs.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/result_view.h"

namespace vedette::shell {
namespace {

namespace fs = std::filesystem;

constexpr const char* marker_name = "made-by-vedette-demo";

/// An empty folder for the demo. One that holds anything else is left alone.
void prepare_folder(const fs::path& folder) {
  const bool made_by_us = fs::exists(folder / marker_name);
  if (fs::exists(folder) && !fs::is_empty(folder) && !made_by_us) {
    throw UsageError(fmt::format(
        "{} is not empty and not from an earlier demo; choose another --db", folder.string()));
  }
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / marker_name) << "The demo may delete this folder.\n";
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void ingest_logs(const std::string& database_folder, const std::vector<demo::Log>& logs) {
  const auto database = Database::open(database_folder, OpenMode::Create);
  for (const demo::Log& log : logs) {
    IngestOptions options;
    options.table = log.table;
    const IngestReport report = ingest(*database, options, log.path);
    print_text(
        fmt::format("  {:<20} {:>9} rows  {:>5.0f} MB/s\n", log.table,
                    grouped(static_cast<int64_t>(report.rows)),
                    static_cast<double>(report.bytes) / 1e6 / std::max(report.seconds, 1e-9)));
    if (report.rows != static_cast<uint64_t>(log.rows) || report.refused > 0) {
      throw QueryError(
          ErrorKind::Runtime, "CLI0009",
          fmt::format("{}: {} of {} rows were ingested", log.path, report.rows, log.rows));
    }
  }
}

std::string indented(std::string_view text) {
  std::string out = "  ";
  for (const char byte : text) {
    out += byte;
    if (byte == '\n') out += "  ";
  }
  return out;
}

ExitCode hunt_through(const std::string& database_folder) {
  WorkspaceOptions options;
  options.database = database_folder;
  Workspace workspace(options);
  const Terminal terminal = terminal_of(1);
  int number = 0;
  for (const demo::HuntStep& step : demo::hunt()) {
    print_text(fmt::format("\n{}. {}\n\n{}\n\n", ++number, step.question, indented(step.query)));
    const QueryResult result = workspace.session().run(step.query, workspace.options());
    print_diagnostics(step.query, result.diagnostics);
    if (!result.ok) return exit_code_of(result.diagnostics);
    print_text(write_tables(result.tables, OutputFormat::Table, terminal));
    print_text(fmt::format("{}\n\n   {}\n", summary_of(result), step.finding));
  }
  return ExitCode::Done;
}

/// The rules run over the day as their scheduler would have run them, and what they make of it.
ExitCode detect(const std::string& database_folder, const std::string& rule_folder) {
  print_text(fmt::format(
      "\n{}. What if nobody had asked? The rules of {} over the same day, on their schedules:\n\n",
      demo::hunt().size() + 1, rule_folder));
  const auto begun = std::chrono::steady_clock::now();
  RulesRunArguments run{.workspace = {.database = database_folder, .declared_tables = true},
                        .from = "2024-05-14T00:00:00Z",
                        .to = "2024-05-15T00:00:00Z",
                        .correlate = true,
                        .quiet = true,
                        .paths = {rule_folder}};
  const ExitCode code = run_rules_run(run);
  if (code != ExitCode::Done) return code;
  Workspace workspace({.database = database_folder, .declared_tables = true});
  const auto incidents = rules::stored_incidents(workspace.session());
  print_text(fmt::format("  in {:.1f} s\n\n{}", seconds_since(begun),
                         rules::incident_list_text(incidents)));
  const auto largest = std::ranges::max_element(
      incidents, {}, [](const auto& each) { return each.alert_ids.size(); });
  if (largest == incidents.end()) return ExitCode::Done;
  const auto story = rules::incident_story(workspace.session(), largest->number);
  print_text("\n" + rules::incident_story_text(*story));
  print_text(fmt::format("\nAgain:  vedette incidents show {} --db {}\n", largest->number,
                         database_folder));
  return ExitCode::Done;
}

}  // namespace

ExitCode run_demo(const DemoArguments& arguments) {
  const fs::path folder = arguments.database.empty() ? "vedette-demo" : arguments.database;
  prepare_folder(folder);
  const std::string database_folder = (folder / "database").string();

  print_text("One day at Alderbrook Logistics, 14 May 2024. Somebody is in.\n\n");
  auto begun = std::chrono::steady_clock::now();
  const auto logs = demo::write_day((folder / "logs").string(), arguments.rows, arguments.seed);
  print_text(fmt::format("Logs written in {:.1f} s. Ingesting:\n", seconds_since(begun)));
  begun = std::chrono::steady_clock::now();
  ingest_logs(database_folder, logs);
  print_text(fmt::format("Ingested in {:.1f} s.\n", seconds_since(begun)));

  const ExitCode code = hunt_through(database_folder);
  if (code != ExitCode::Done) return code;
  if (!arguments.rules.empty()) {
    const ExitCode detected = detect(database_folder, arguments.rules);
    if (detected != ExitCode::Done) return detected;
  }
  print_text(fmt::format("\nHunt on:  vedette repl --db {}\n", database_folder));
  return ExitCode::Done;
}

}  // namespace vedette::shell
