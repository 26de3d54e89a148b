// `vedette rules test`: runs the tests that lie beside analytic rules.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "rules/load/externals.h"
#include "rules/report/report.h"
#include "rules/test/import_tests.h"
#include "rules/test/suite.h"
#include "rules/test/test_report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/declared_tables.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/rule_externals.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

std::string report_of(const rules::SuiteResult& result, const RulesTestArguments& arguments,
                      bool color) {
  if (arguments.format == "junit") return rules::to_junit(result);
  if (arguments.format == "tap") return rules::to_tap(result);
  if (arguments.format == "json") return rules::to_json(result);
  return rules::to_human_text(result, arguments.verbose, color);
}

rules::SuiteResult run_once(const RulesTestArguments& arguments,
                            const plan::SchemaSource& schemas) {
  const rules::SuiteOptions options{
      .names = arguments.names,
      .jobs = arguments.jobs,
      .cancelled = &interrupted(),
      .externals = known_externals(arguments.paths, arguments.externals)};
  rules::SuiteResult result =
      rules::run_suite(arguments.paths, options, standard_library(), schemas);
  for (const std::string& path : arguments.paths) {
    for (auto& [address, file] : rules::externals_beside(path)) {
      result.sources.push_back(std::move(file));
    }
  }
  const bool color = arguments.out.empty() && isatty(STDOUT_FILENO) == 1;
  const std::string report = report_of(result, arguments, color);
  if (arguments.out.empty()) {
    print_text(report);
    return result;
  }
  std::ofstream out(arguments.out, std::ios::binary);
  out << report;
  out.close();
  if (!out) throw UsageError(fmt::format("{} cannot be written", arguments.out));
  // What fails is said to people, too.
  print_text(rules::to_human_text(result, arguments.verbose, isatty(STDOUT_FILENO) == 1));
  return result;
}

using Times = std::map<std::string, std::filesystem::file_time_type>;

/// When the files that tests depend on were last written: those that the last run read, and all
/// that may be rules or tests below the paths, or beside a path that is a file. Reports that lie
/// there, too, are none of them.
Times file_times(const RulesTestArguments& arguments, const std::vector<std::string>& sources) {
  namespace fs = std::filesystem;
  Times times;
  std::error_code problem;
  const auto add = [&](const fs::path& file) {
    const auto time = fs::last_write_time(file, problem);
    if (!problem) times[file.string()] = time;
  };
  const auto add_all = [&](const fs::path& directory) {
    constexpr std::string_view endings[] = {".yaml", ".yml", ".json"};
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto entry = fs::recursive_directory_iterator(directory, options, problem);
         !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
      const fs::path& file = entry->path();
      if (std::ranges::count(endings, file.extension().string()) == 0) continue;
      if (!arguments.out.empty() && fs::equivalent(file, arguments.out, problem)) continue;
      if (entry->is_regular_file(problem)) add(file);
    }
  };
  for (const std::string& path : arguments.paths) {
    const fs::path beside = fs::path(path).parent_path();
    add_all(fs::is_directory(path, problem) ? fs::path(path) : beside.empty() ? "." : beside);
  }
  for (const std::string& file : sources) add(file);
  return times;
}

constexpr std::chrono::milliseconds watch_interval{200};

/// Runs the tests whenever a file changes, until Ctrl-C.
ExitCode watch(const RulesTestArguments& arguments, const plan::SchemaSource& schemas) {
  std::vector<std::string> sources;
  while (!interrupted()) {
    Times before = file_times(arguments, sources);
    try {
      sources = run_once(arguments, schemas).sources;
      // What changed while that went on is run again.
      Times now = file_times(arguments, sources);
      for (auto& [file, time] : now) {
        if (const auto earlier = before.find(file); earlier != before.end()) time = earlier->second;
      }
      before = std::move(now);
    } catch (const QueryError& error) {
      // A file that is just being replaced is there again a moment later.
      print_text(fmt::format("error {}: {}\n", error.code, error.message));
    }
    if (!interrupted()) print_text("waiting for changes\n");
    while (!interrupted() && file_times(arguments, sources) == before) {
      std::this_thread::sleep_for(watch_interval);
    }
  }
  return ExitCode::Cancelled;
}

}  // namespace

ExitCode run_rules_import_tests(const RulesImportTestsArguments& arguments) {
  rules::Findings findings;
  const DeclaredTables schemas(arguments.schema_file);
  const rules::ImportOptions options{
      .table = arguments.table,
      .rule = arguments.rule,
      .columns = schemas.find_table(arguments.table).value_or(plan::TableColumns{})};
  const std::string text =
      rules::import_tests(read_text(arguments.file), arguments.file, options, findings);
  for (const rules::Finding& finding : findings.all()) {
    fmt::print(stderr, "{}", rules::to_human_text(finding));
  }
  if (findings.errors() > 0) return ExitCode::QueryRejected;
  print_text(text);
  return ExitCode::Done;
}

ExitCode run_rules_test(const RulesTestArguments& arguments) {
  const DeclaredTables schemas(arguments.schema_file);
  if (arguments.watch) return watch(arguments, schemas);
  const rules::SuiteResult result = run_once(arguments, schemas);
  if (interrupted()) return ExitCode::Cancelled;
  if (result.tests.empty()) {
    // A wrong path or pattern must not look like success.
    fmt::print(stderr, "{}\n",
               arguments.names.empty() ? "there are no tests below these paths"
                                       : "no test has such a name");
    return ExitCode::QueryRejected;
  }
  return result.passed() ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
