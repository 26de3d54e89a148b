#include <algorithm>
#include <cctype>

#include "rules/alert/table_rows.h"
#include "rules/coverage/coverage.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

std::string list_of(const std::set<std::string>& texts) {
  return json_list(std::vector<std::string>(texts.begin(), texts.end()));
}

std::string rule_json(const RuleCoverage& coverage) {
  return fmt::format(
      R"({{"name":{},"id":{},"file":{},"readiness":"{}","tables":{},"withoutRows":{},)"
      R"("tests":{},"testsPassed":{},"problem":{}}})",
      json_string(coverage.rule.name.text), json_string(coverage.rule.id.text),
      json_string(coverage.rule.file), name_of(coverage.readiness), list_of(coverage.tables),
      list_of(coverage.without_rows), coverage.tests, coverage.tests_passed,
      json_string(coverage.problem));
}

std::string names_json(const AttackCoverage& attack) {
  std::vector<std::string> names;
  for (const RuleCoverage* rule : attack.rules) names.push_back(rule->rule.name.text);
  return json_list(names);
}

/// `CommandAndControl` as ATT&CK writes it in files: `command-and-control`.
std::string short_name(std::string_view tactic) {
  std::string out;
  for (const char c : tactic) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0 && !out.empty()) out += '-';
    out += static_cast<char>(std::tolower(letter));
  }
  return out;
}

constexpr std::string_view colors[] = {"#d9d9d9", "#d9d9d9", "#fdd49e",
                                       "#fc8d59", "#ffffb2", "#41ab5d"};

}  // namespace

std::string coverage_json(const Coverage& coverage) {
  std::string rules, tactics, techniques;
  for (const RuleCoverage& each : coverage.rules) {
    rules += (rules.empty() ? "" : ",") + rule_json(each);
  }
  for (const auto& [tactic, attack] : coverage.tactics) {
    tactics += fmt::format(R"({}{{"tactic":"{}","best":"{}","rules":{},"covering":{}}})",
                           tactics.empty() ? "" : ",", tactic, name_of(attack.best()),
                           attack.rules.size(), attack.count(RuleReadiness::Covering));
  }
  for (const auto& [technique, by_tactic] : coverage.techniques) {
    for (const auto& [tactic, attack] : by_tactic) {
      techniques += fmt::format(R"({}{{"technique":"{}","tactic":"{}","best":"{}","rules":{}}})",
                                techniques.empty() ? "" : ",", technique, tactic,
                                name_of(attack.best()), names_json(attack));
    }
  }
  return fmt::format("{{\"rules\":[{}],\"tactics\":[{}],\"techniques\":[{}]}}\n", rules, tactics,
                     techniques);
}

std::string coverage_layer(const Coverage& coverage) {
  std::string techniques;
  for (const auto& [technique, by_tactic] : coverage.techniques) {
    for (const auto& [tactic, attack] : by_tactic) {
      std::string comment;
      for (const RuleCoverage* rule : attack.rules) {
        comment += fmt::format("{}{} ({})", comment.empty() ? "" : "\n", rule->rule.name.text,
                               name_of(rule->readiness));
      }
      const auto best = static_cast<size_t>(attack.best());
      techniques += fmt::format(
          R"({}{{"techniqueID":"{}","tactic":"{}","score":{},"color":"{}","comment":{},)"
          R"("enabled":true}})",
          techniques.empty() ? "" : ",", technique, short_name(tactic),
          attack.count(RuleReadiness::Covering), colors[best], json_string(comment));
    }
  }
  std::string legend;
  for (const RuleReadiness readiness :
       {RuleReadiness::Covering, RuleReadiness::Untested, RuleReadiness::Failing,
        RuleReadiness::NoData, RuleReadiness::Disabled}) {
    legend += fmt::format(R"({}{{"label":"{}","color":"{}"}})", legend.empty() ? "" : ",",
                          name_of(readiness), colors[static_cast<size_t>(readiness)]);
  }
  // Most rules name subtechniques, which are folded away unless the layer says otherwise.
  return fmt::format(
      R"({{"name":"Vedette rules","versions":{{"attack":"15","navigator":"5.0.0","layer":"4.5"}},)"
      R"("domain":"enterprise-attack","description":"What enabled and tested rules with data )"
      R"(cover","layout":{{"layout":"side","showID":true,"expandedSubtechniques":"annotated"}},)"
      R"("sorting":3,"hideDisabled":false,"techniques":[{}],"legendItems":[{}]}})"
      "\n",
      techniques, legend);
}

}  // namespace vedette::rules
