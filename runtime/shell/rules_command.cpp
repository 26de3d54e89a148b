#include "rules/check/check.h"
#include "rules/load/load.h"
#include "rules/report/known.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/query_text.h"

namespace vedette::shell {

namespace {

/// What the command ends with: how many rules, and what is wrong with how many.
std::string summary_of(size_t rules, const rules::Findings& findings, size_t accepted) {
  const auto count = [](size_t number, std::string_view thing) {
    return fmt::format("{} {}{}", grouped(static_cast<int64_t>(number)), thing,
                       number == 1 ? "" : "s");
  };
  std::string text =
      fmt::format("{}, {}, {}", count(rules, "rule"), count(findings.errors(), "error"),
                  count(findings.warnings(), "warning"));
  if (accepted > 0) text += fmt::format("; {} known", count(accepted, "error"));
  return text + "\n";
}

}  // namespace

ExitCode run_rules_check(const RulesCheckArguments& arguments) {
  Workspace workspace(arguments.workspace);
  rules::KnownRules known;
  if (!arguments.known.empty()) {
    known = rules::KnownRules(read_text(arguments.known), arguments.known);
  }
  rules::Findings all_findings;
  std::vector<rules::AnalyticRule> all;
  for (const std::string& path : arguments.paths) {
    for (const std::string& file : rules::rule_files(path)) {
      for (rules::AnalyticRule& rule : rules::load_rules(file, all_findings)) {
        rules::check_fields(rule, all_findings);
        rules::check_query(rule, workspace.session(), workspace.options(), all_findings);
        rules::check_habits(rule, all_findings);
        all.push_back(std::move(rule));
      }
    }
  }
  rules::check_ids(all, all_findings);
  rules::Findings findings;
  size_t accepted = 0;
  for (const rules::Finding& finding : all_findings.all()) {
    if (finding.level == rules::FindingLevel::Error && known.reason(finding.file) != nullptr) {
      ++accepted;
    } else {
      findings.add(finding);
    }
  }
  if (arguments.format == "json") {
    print_text(rules::to_json(findings.all()));
  } else if (arguments.format == "sarif") {
    print_text(rules::to_sarif(findings.all(), arguments.version));
  } else {
    for (const rules::Finding& finding : findings.all()) {
      if (arguments.errors_only && finding.level == rules::FindingLevel::Warning) continue;
      print_text(rules::to_human_text(finding));
    }
    for (const std::string& path : known.stale(all_findings.all())) {
      print_text(fmt::format("{}: {} has no errors any more\n", arguments.known, path));
    }
    print_text(summary_of(all.size(), findings, accepted));
  }
  const size_t wrong = findings.errors() + (arguments.strict ? findings.warnings() : 0);
  return wrong == 0 ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
