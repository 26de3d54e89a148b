#include <algorithm>

#include "rules/check/attack.h"
#include "rules/coverage/coverage.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

std::string why(const RuleCoverage& coverage) {
  switch (coverage.readiness) {
    case RuleReadiness::Broken:
      return coverage.problem;
    case RuleReadiness::NoData:
      return fmt::format("{}", fmt::join(coverage.without_rows, ", "));
    case RuleReadiness::Failing:
      return fmt::format("{} of {}", coverage.tests - coverage.tests_passed, coverage.tests);
    default:
      return {};
  }
}

/// Techniques of a tactic: how many there are rules for, and how many of those are covered.
std::pair<size_t, size_t> techniques_of(const Coverage& coverage, const std::string& tactic) {
  size_t any = 0, covered = 0;
  for (const auto& [technique, tactics] : coverage.techniques) {
    const auto found = tactics.find(tactic);
    if (found == tactics.end()) continue;
    ++any;
    if (found->second.best() == RuleReadiness::Covering) ++covered;
  }
  return {any, covered};
}

}  // namespace

std::string coverage_text(const Coverage& coverage) {
  std::string out = fmt::format("{:<24} {:>5} {:>9}  {:>10} {:>9}\n", "Tactic", "Rules", "covering",
                                "Techniques", "covered");
  for (const std::string_view tactic : attack_tactics()) {
    const auto found = coverage.tactics.find(std::string(tactic));
    if (found == coverage.tactics.end()) continue;
    const auto [any, covered] = techniques_of(coverage, found->first);
    out += fmt::format("{:<24} {:>5} {:>9}  {:>10} {:>9}\n", tactic, found->second.rules.size(),
                       found->second.count(RuleReadiness::Covering), any, covered);
  }
  out += fmt::format("\n{:<10} {:<14} {}\n", "Technique", "Best", "Rules");
  for (const auto& [technique, tactics] : coverage.techniques) {
    std::vector<const RuleCoverage*> rules;
    RuleReadiness best = RuleReadiness::Disabled;
    for (const auto& [tactic, attack] : tactics) {
      best = std::max(best, attack.best());
      for (const RuleCoverage* rule : attack.rules) {
        if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
      }
    }
    std::string names;
    for (const RuleCoverage* rule : rules) {
      names += (names.empty() ? "" : "; ") + rule->rule.name.text;
    }
    out += fmt::format("{:<10} {:<14} {}\n", technique, name_of(best), names);
  }
  std::string worse;
  size_t covering = 0;
  for (const RuleCoverage& each : coverage.rules) {
    if (each.readiness == RuleReadiness::Covering) {
      ++covering;
      continue;
    }
    const std::string reason = why(each);
    worse += fmt::format("  {}: {}{}{}\n", each.rule.name.text, name_of(each.readiness),
                         reason.empty() ? "" : ": ", reason);
  }
  out += fmt::format("\n{} of {} rules cover something\n", covering, coverage.rules.size());
  return out + worse;
}

}  // namespace vedette::rules
