// What single rules may use, kept beside the rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.h"
#include "rules/rule.h"

namespace vedette::rules {

/// The file's name.
constexpr const char* limits_file_name = "limits.yaml";

/// One entry of such a file: `Name of a rule: { timeout: 30s, memory: 512M }`.
struct RuleLimit {
  Written rule;  // a name, an id, or `*` for all that have no entry of their own
  RunLimitsOfRule limits;
  std::string file;
};

/// All files of this name in a folder of rules, in the folders below, and beside a file of rules.
std::vector<std::string> limits_files(const std::string& path);

/// The entries of `limits.yaml` in a folder of rules, in the folders below, and beside a file of
/// rules. Throws QueryError RUL0403 when such a file says anything else.
std::vector<RuleLimit> limits_beside(const std::string& path);

/// Gives the rules their limits. Of two entries for a rule the later one counts.
void apply_limits(const std::vector<RuleLimit>& limits, std::vector<AnalyticRule>& rules);

/// Entries that mean none of the rules become findings.
void check_limits(const std::vector<RuleLimit>& limits, const std::vector<AnalyticRule>& rules,
                  Findings& findings);

/// `4G`, `512MB`, `1.5GiB`, `1000` in bytes; all units are powers of 1024.
std::optional<int64_t> parse_bytes(std::string_view text);

}  // namespace vedette::rules
