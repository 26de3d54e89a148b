// `vedette rules test`: runs the tests that lie beside analytic rules.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "compiler/session/catalogue_schemas.h"
#include "rules/test/suite.h"
#include "rules/test/test_report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/interrupt.h"
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
  const rules::SuiteOptions options{
      .names = arguments.names, .jobs = arguments.jobs, .cancelled = &interrupted()};
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

}  // namespace

ExitCode run_rules_test(const RulesTestArguments& arguments) {
  const DeclaredTables schemas(arguments.schema_file);
  const rules::SuiteResult result = run_once(arguments, schemas);
  if (interrupted()) return ExitCode::Cancelled;
  return result.passed() ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
