#include <filesystem>
#include <set>

#include "rules/check/check.h"
#include "rules/load/externals.h"
#include "rules/load/limits.h"
#include "rules/load/load.h"
#include "rules/report/known.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/external_files.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/rule_externals.h"
#include "stdlib/stdlib.h"

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

/// The addresses that files stand in for; says which of those files are not there.
std::set<std::string, std::less<>> addresses_of(const RulesCheckArguments& arguments,
                                                rules::Findings& findings) {
  std::set<std::string, std::less<>> addresses;
  for (const auto& [address, file] : external_mappings(arguments.workspace.externals)) {
    addresses.insert(address);
  }
  for (const std::string& path : arguments.paths) {
    for (const auto& [address, file] : rules::externals_beside(path)) {
      std::error_code ignored;
      const bool listed = !addresses.insert(address).second;
      if (listed || std::filesystem::is_regular_file(file, ignored)) continue;
      findings.error("RUL0402", file, {}, "",
                     fmt::format("{} names this file for '{}', and there is none",
                                 rules::externals_file_name, address));
    }
  }
  return addresses;
}

}  // namespace

ExitCode run_rules_check(const RulesCheckArguments& arguments) {
  Workspace workspace(with_externals(arguments.workspace, arguments.paths));
  QueryOptions options = workspace.options();
  // As runs do: what the database lacks of a declared table is null, and a warning of its own.
  options.complete_tables = true;
  const bool has_data = workspace.database() != nullptr && workspace.declared() != nullptr;
  rules::KnownRules known;
  if (!arguments.known.empty()) {
    known = rules::KnownRules(read_text(arguments.known), arguments.known);
  }
  rules::Findings all_findings;
  const auto externals = addresses_of(arguments, all_findings);
  std::vector<rules::AnalyticRule> all;
  std::set<std::filesystem::path> seen;
  for (const std::string& path : arguments.paths) {
    for (const std::string& file : rules::rule_files(path)) {
      std::error_code ignored;
      if (!seen.insert(std::filesystem::weakly_canonical(file, ignored)).second) continue;
      for (rules::AnalyticRule& rule : rules::load_rules(file, all_findings)) {
        rules::check_fields(rule, all_findings);
        rules::check_query(rule, workspace.session(), options, all_findings);
        rules::check_habits(rule, all_findings);
        rules::check_externals(rule, externals, all_findings);
        if (has_data) {
          rules::check_data(rule, standard_library(), *workspace.database(), *workspace.declared(),
                            options, all_findings);
        }
        all.push_back(std::move(rule));
      }
    }
  }
  rules::check_ids(all, all_findings);
  for (const std::string& path : arguments.paths) {
    rules::check_limits(rules::limits_beside(path), all, all_findings);
  }
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
