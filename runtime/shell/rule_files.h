// The rules of files and folders, and whether those changed since.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"

namespace vedette::shell {

/// Rules that somebody edits while they run.
class RuleFiles {
 public:
  explicit RuleFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  /// Reads all files. Rules with errors are left out; the errors go to stderr. Throws QueryError
  /// when a path is not there.
  std::vector<rules::AnalyticRule> load();
  /// Whether a file came, went or changed since `load`.
  bool changed() const;
  /// Rules that `load` left out.
  size_t wrong() const { return wrong_; }

 private:
  /// Names, sizes and times of all files.
  std::string fingerprint() const;

  std::vector<std::string> paths_;
  std::string loaded_;
  size_t wrong_ = 0;
};

/// The rule with this id or name; throws UsageError when there is none, or several of that name.
const rules::AnalyticRule& pick_rule(const std::vector<rules::AnalyticRule>& rules,
                                     const std::string& id_or_name);

}  // namespace vedette::shell
