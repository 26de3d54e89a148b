// `vedette rules test`: runs the tests that lie beside analytic rules.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "compiler/session/catalogue_schemas.h"
#include "rules/report/report.h"
#include "rules/test/import_tests.h"
#include "rules/test/suite.h"
#include "rules/test/test_report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/rule_externals.h"
#include "runtime/shell/schema_file.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

/// Tables of a schema file first, then those everybody knows.
class DeclaredTables : public plan::SchemaSource {
 public:
  explicit DeclaredTables(const std::string& file) {
    if (!file.empty()) own_ = read_schema_file(file);
  }

  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    if (own_ != nullptr) {
      if (auto found = own_->find_table(name)) return found;
    }
    return catalogue_.find_table(name);
  }
  std::vector<std::string> table_names() const override { return {}; }

 private:
  std::unique_ptr<plan::SchemaSource> own_;
  CatalogueSchemas catalogue_;
};

std::string report_of(const rules::SuiteResult& result, const RulesTestArguments& arguments,
                      bool color) {
  if (arguments.format == "junit") return rules::to_junit(result);
  if (arguments.format == "tap") return rules::to_tap(result);
  if (arguments.format == "json") return rules::to_json(result);
  return rules::to_human_text(result, arguments.verbose, color);
}

rules::SuiteResult run_once(const RulesTestArguments& arguments,
                            const plan::SchemaSource& schemas) {
  const rules::SuiteOptions options{.names = arguments.names,
                                    .jobs = arguments.jobs,
                                    .cancelled = &interrupted(),
                                    .externals = known_externals(arguments.paths)};
  rules::SuiteResult result =
      rules::run_suite(arguments.paths, options, standard_library(), schemas);
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

/// When the files that tests may depend on were last written: all below the paths, and those that
/// lie beside a path that is a file.
Times file_times(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  Times times;
  std::error_code problem;
  const auto add_all = [&](const fs::path& directory) {
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto entry = fs::recursive_directory_iterator(directory, options, problem);
         !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
      if (!entry->is_regular_file(problem)) continue;
      times[entry->path().string()] = entry->last_write_time(problem);
    }
  };
  for (const std::string& path : paths) {
    if (fs::is_directory(path, problem)) {
      add_all(path);
    } else {
      const fs::path beside = fs::path(path).parent_path();
      add_all(beside.empty() ? fs::path(".") : beside);
    }
  }
  return times;
}

constexpr std::chrono::milliseconds watch_interval{200};

/// Runs the tests whenever a file changes, until Ctrl-C.
ExitCode watch(const RulesTestArguments& arguments, const plan::SchemaSource& schemas) {
  while (!interrupted()) {
    const Times before = file_times(arguments.paths);
    try {
      run_once(arguments, schemas);
    } catch (const QueryError& error) {
      // A file that is just being replaced is there again a moment later.
      print_text(fmt::format("error {}: {}\n", error.code, error.message));
    }
    if (!interrupted()) print_text("waiting for changes\n");
    while (!interrupted() && file_times(arguments.paths) == before) {
      std::this_thread::sleep_for(watch_interval);
    }
  }
  return ExitCode::Cancelled;
}

}  // namespace

ExitCode run_rules_import_tests(const RulesImportTestsArguments& arguments) {
  rules::Findings findings;
  const std::string text =
      rules::import_tests(read_text(arguments.file), arguments.file,
                          {.table = arguments.table, .rule = arguments.rule}, findings);
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
  return result.passed() ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
