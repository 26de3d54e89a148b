// Rules whose errors are known and accepted: a list that a team keeps while it cleans up.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.h"

namespace vedette::rules {

/// A text file: `[reason]` heads the rules it holds for, each a line with the end of its path.
/// Empty lines and lines that begin with # say nothing.
class KnownRules {
 public:
  /// Nothing is known.
  KnownRules() = default;
  /// Throws QueryError RUL0005, with the line, when there is a path before any reason.
  KnownRules(std::string_view text, const std::string& file);

  /// Why the errors of this file are accepted; nullptr when they are not.
  const std::string* reason(std::string_view file) const;

  /// The paths that none of `findings` is an error of: lines that may go.
  std::vector<std::string> stale(const std::vector<Finding>& findings) const;

  size_t size() const { return reasons_.size(); }

 private:
  std::map<std::string, std::string, std::less<>> reasons_;  // by path
};

}  // namespace vedette::rules
