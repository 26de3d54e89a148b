#include "rules/report/known.h"

#include <set>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Is `end` the whole of `path`, or all of it behind some folder?
bool is_end_of(std::string_view end, std::string_view path) {
  if (!path.ends_with(end)) return false;
  return path.size() == end.size() || path[path.size() - end.size() - 1] == '/';
}

}  // namespace

KnownRules::KnownRules(std::string_view text, const std::string& file) {
  std::string reason;
  for (int line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content[0] == '#') continue;
    if (content.front() == '[' && content.back() == ']') {
      reason = content.substr(1, content.size() - 2);
    } else if (reason.empty()) {
      throw QueryError(ErrorKind::Runtime, "RUL0005",
                       fmt::format("{}:{}: a path needs a [reason] above it", file, line));
    } else {
      reasons_.emplace(content, reason);
    }
  }
}

const std::string* KnownRules::reason(std::string_view file) const {
  for (const auto& [path, reason] : reasons_) {
    if (is_end_of(path, file)) return &reason;
  }
  return nullptr;
}

std::vector<std::string> KnownRules::stale(const std::vector<Finding>& findings) const {
  std::set<std::string_view> wrong;
  for (const Finding& finding : findings) {
    if (finding.level == FindingLevel::Error) wrong.insert(finding.file);
  }
  std::vector<std::string> gone;
  for (const auto& [path, reason] : reasons_) {
    bool found = false;
    for (const std::string_view file : wrong) found = found || is_end_of(path, file);
    if (!found) gone.push_back(path);
  }
  return gone;
}

}  // namespace vedette::rules
