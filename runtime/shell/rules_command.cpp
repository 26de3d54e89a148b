#include "rules/check/check.h"
#include "rules/load/load.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/query_text.h"

namespace vedette::shell {

ExitCode run_rules_check(const RulesCheckArguments& arguments) {
  Workspace workspace(arguments.workspace);
  rules::Findings findings;
  std::vector<rules::AnalyticRule> all;
  for (const std::string& path : arguments.paths) {
    for (const std::string& file : rules::rule_files(path)) {
      for (rules::AnalyticRule& rule : rules::load_rules(file, findings)) {
        rules::check_fields(rule, findings);
        rules::check_query(rule, workspace.session(), workspace.options(), findings);
        rules::check_habits(rule, findings);
        all.push_back(std::move(rule));
      }
    }
  }
  rules::check_ids(all, findings);
  if (arguments.format == "json") {
    print_text(rules::to_json(findings.all()));
  } else if (arguments.format == "sarif") {
    print_text(rules::to_sarif(findings.all(), arguments.version));
  } else {
    for (const rules::Finding& finding : findings.all()) {
      if (arguments.errors_only && finding.level == rules::FindingLevel::Warning) continue;
      print_text(rules::to_human_text(finding));
    }
    print_text(fmt::format("{} {}, {} {}, {} {}\n", grouped(static_cast<int64_t>(all.size())),
                           all.size() == 1 ? "rule" : "rules",
                           grouped(static_cast<int64_t>(findings.errors())),
                           findings.errors() == 1 ? "error" : "errors",
                           grouped(static_cast<int64_t>(findings.warnings())),
                           findings.warnings() == 1 ? "warning" : "warnings"));
  }
  const size_t wrong = findings.errors() + (arguments.strict ? findings.warnings() : 0);
  return wrong == 0 ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
