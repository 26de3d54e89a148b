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

/// What a rule has done is known by its id, and Sentinel gives rules of one template ids of their
/// own. Of rules with one id all but the first get another, made of what tells them apart.
void tell_apart(rules::AnalyticRule& rule, std::map<std::string, std::string>& taken) {
  const std::string name = fmt::format("'{}' in {}", rule.name.text, rule.file);
  const auto [other, is_new] = taken.try_emplace(rules::guid_of_rule(rule), name);
  if (is_new) return;
  std::string id = rules::guid_of(fmt::format("{} {}", other->first, rule.name.text));
  for (int copy = 2; !taken.try_emplace(id, name).second; ++copy) {
    id = rules::guid_of(fmt::format("{} {} {}", other->first, rule.name.text, copy));
  }
  fmt::print(stderr, "{}: warning RUL0070: the id of '{}' is also that of {}; it runs as {}\n",
             rule.file, rule.name.text, other->second, id);
  rule.id.text = std::move(id);
}

/// A template that is deployed may compute the schedule.
bool has_schedule(const rules::AnalyticRule& rule) {
  if (rules::frequency_of(rule).ticks > 0 && rules::period_of(rule).ticks > 0) return true;
  fmt::print(stderr,
             "{}: error RUL0016: nobody knows how often '{}' runs, or how far it looks back\n"
             "'{}' is left out\n",
             rule.file, rule.name.text, rule.name.text);
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
        if (rule.kind != rules::RuleKind::Hunting) {
          if (!has_schedule(rule)) {
            ++wrong_;
            continue;
          }
          tell_apart(rule, taken);
        }
        all.push_back(std::move(rule));
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
