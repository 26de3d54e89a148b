#include "runtime/shell/rule_files.h"

#include <filesystem>
#include <map>
#include <set>

#include "rules/alert/identity.h"
#include "rules/check/check.h"
#include "rules/load/limits.h"
#include "rules/load/load.h"
#include "rules/report/report.h"
#include "rules/run/slot.h"
#include "runtime/base/format.h"
#include "runtime/shell/workspace.h"

namespace vedette::shell {

namespace {

/// Can the rule run beside those that are known by these ids? Says why not. Of two rules with one
/// id the scheduler could keep only one.
bool may_run(const rules::AnalyticRule& rule, std::map<std::string, std::string>& taken) {
  if (rule.kind == rules::RuleKind::Hunting) return true;
  std::string why;
  const auto [other, is_new] = taken.try_emplace(
      rules::guid_of_rule(rule), fmt::format("'{}' in {}", rule.name.text, rule.file));
  if (!is_new) {
    why = fmt::format("error RUL0070: its id is also that of {}", other->second);
  } else if (rules::frequency_of(rule).ticks <= 0 || rules::period_of(rule).ticks <= 0) {
    // A template that is deployed may compute the schedule.
    why = "error RUL0016: nobody knows how often it runs, or how far it looks back";
  }
  if (why.empty()) return true;
  fmt::print(stderr, "{}: {}\n'{}' is left out\n", rule.file, why, rule.name.text);
  return false;
}

}  // namespace

std::vector<rules::AnalyticRule> RuleFiles::load() {
  loaded_ = fingerprint();
  wrong_ = 0;
  std::vector<rules::AnalyticRule> all;
  std::set<std::filesystem::path> seen;
  std::map<std::string, std::string> taken;
  for (const std::string& path : paths_) {
    for (const std::string& file : rules::rule_files(path)) {
      std::error_code ignored;
      if (!seen.insert(std::filesystem::weakly_canonical(file, ignored)).second) continue;
      rules::Findings findings;
      std::vector<rules::AnalyticRule> read = rules::load_rules(file, findings);
      for (const rules::AnalyticRule& rule : read) rules::check_fields(rule, findings);
      for (const rules::Finding& finding : findings.all()) {
        if (finding.level != rules::FindingLevel::Error) continue;
        fmt::print(stderr, "{}", rules::to_human_text(finding));
      }
      if (findings.errors() > 0) {
        wrong_ += std::max<size_t>(read.size(), 1);
        fmt::print(stderr, "{} is left out\n", file);
        continue;
      }
      for (rules::AnalyticRule& rule : read) {
        if (may_run(rule, taken)) {
          all.push_back(std::move(rule));
        } else {
          ++wrong_;
        }
      }
    }
  }
  for (const std::string& path : paths_) {
    try {
      rules::apply_limits(rules::limits_beside(path), all);
    } catch (const QueryError& error) {
      // Rules had better run with the limits of all than not at all.
      ++wrong_;
      fmt::print(stderr, "error {}: {}; its limits are left out\n", error.code, error.message);
    }
  }
  return all;
}

bool RuleFiles::changed() const {
  return fingerprint() != loaded_;
}

std::string RuleFiles::fingerprint() const {
  std::string text;
  for (const std::string& path : paths_) {
    std::vector<std::string> files;
    try {
      files = rules::rule_files(path);
      for (std::string& file : rules::limits_files(path)) files.push_back(std::move(file));
    } catch (const QueryError&) {
      // An editor may be about to put another file in its place.
      continue;
    }
    for (const std::string& file : files) {
      std::error_code ignored;
      const auto time = std::filesystem::last_write_time(file, ignored);
      text += fmt::format("{} {} {}\n", file, std::filesystem::file_size(file, ignored),
                          time.time_since_epoch().count());
    }
  }
  return text;
}

const rules::AnalyticRule& pick_rule(const std::vector<rules::AnalyticRule>& rules,
                                     const std::string& id_or_name) {
  const rules::AnalyticRule* found = nullptr;
  for (const rules::AnalyticRule& rule : rules) {
    if (!id_or_name.empty() && rule.name.text != id_or_name &&
        rules::guid_of_rule(rule) != id_or_name && rule.id.text != id_or_name) {
      continue;
    }
    if (found != nullptr) {
      throw UsageError(fmt::format("'{}' and '{}' could be meant; say which with --rule ID",
                                   found->name.text, rule.name.text));
    }
    found = &rule;
  }
  if (found == nullptr) throw UsageError(fmt::format("there is no rule '{}'", id_or_name));
  return *found;
}

}  // namespace vedette::shell
