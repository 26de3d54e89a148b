// `vedette rules coverage`: the attacks that rules cover which can fire here and are tested.
#include "rules/coverage/coverage.h"
#include "rules/load/load.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/declared_tables.h"
#include "runtime/shell/external_files.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/rule_externals.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {

ExitCode run_rules_coverage(const RulesCoverageArguments& arguments) {
  const WorkspaceOptions options = with_externals(arguments.workspace, arguments.paths);
  Workspace workspace(options);
  rules::Findings findings;
  std::vector<rules::AnalyticRule> all;
  for (const std::string& path : arguments.paths) {
    for (const std::string& file : rules::rule_files(path)) {
      for (rules::AnalyticRule& rule : rules::load_rules(file, findings)) {
        if (rule.kind != rules::RuleKind::Hunting) all.push_back(std::move(rule));
      }
    }
  }
  for (const rules::Finding& finding : findings.all()) {
    if (finding.level == rules::FindingLevel::Error) {
      fmt::print(stderr, "{}", rules::to_human_text(finding));
    }
  }
  const DeclaredTables catalogue(options.schema_file);
  const rules::SuiteOptions suite{
      .cancelled = &interrupted(),
      .externals = known_externals(arguments.paths, arguments.workspace.externals)};
  const rules::SuiteResult tests =
      rules::run_suite(arguments.paths, suite, standard_library(), catalogue);
  const rules::NotedSchemas schemas(catalogue);
  Session session(standard_library(), workspace.database(), &schemas);
  session.set_external_reader(external_files(options.externals));
  const rules::Coverage coverage =
      rules::coverage_of(all, session, schemas, workspace.options(), arguments.days, tests.tests);
  print_text(arguments.format == "json"        ? rules::coverage_json(coverage)
             : arguments.format == "navigator" ? rules::coverage_layer(coverage)
                                               : rules::coverage_text(coverage));
  return ExitCode::Done;
}

}  // namespace vedette::shell
