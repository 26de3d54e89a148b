#include "rules/load/limits.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "rules/load/fields.h"
#include "rules/load/files.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/datetime.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view everything = "*";

/// One file of limits.
class LimitsReader {
 public:
  LimitsReader(std::string file, std::vector<RuleLimit>& limits)
      : file_(std::move(file)), limits_(limits) {}

  void read() {
    YAML::Node root;
    try {
      root = YAML::LoadFile(file_);
    } catch (const YAML::Exception& error) {
      refuse({error.mark.line + 1, error.mark.column + 1}, error.msg);
    }
    if (root.IsNull()) return;
    if (!root.IsMap()) refuse(place_of(root), what_is_expected);
    for (const auto& entry : root) {
      if (!entry.first.IsScalar() || !entry.second.IsMap()) {
        refuse(place_of(entry.first), what_is_expected);
      }
      limits_.push_back(
          {{entry.first.Scalar(), place_of(entry.first)}, read_limits(entry.second), file_});
    }
  }

 private:
  static constexpr const char* what_is_expected =
      "it must have lines `RULE: { timeout: 30s, memory: 512M }`";

  [[noreturn]] void refuse(Place place, const std::string& problem) const {
    throw QueryError(ErrorKind::Runtime, "RUL0403",
                     fmt::format("{}:{}:{}: {}", file_, place.line, place.column, problem));
  }

  RunLimitsOfRule read_limits(const YAML::Node& node) const {
    RunLimitsOfRule limits;
    for (const auto& field : node) {
      const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
      const std::string text = field.second.IsScalar() ? field.second.Scalar() : "";
      if (name == "timeout") {
        const auto span = parse_timespan(text);
        if (!span || span->ticks < ticks_per_millisecond) {
          refuse(place_of(field.second), fmt::format("'{}' is not a time; write 30s or 5m", text));
        }
        limits.timeout = std::chrono::milliseconds(span->ticks / ticks_per_millisecond);
      } else if (name == "memory") {
        limits.memory_bytes = parse_bytes(text);
        if (!limits.memory_bytes || *limits.memory_bytes == 0) {
          refuse(place_of(field.second), fmt::format("'{}' is not a size; write 512M or 4G", text));
        }
      } else {
        refuse(place_of(field.first), fmt::format("'{}' is neither timeout nor memory", name));
      }
    }
    return limits;
  }

  const std::string file_;
  std::vector<RuleLimit>& limits_;
};

bool means(const RuleLimit& limit, const AnalyticRule& rule) {
  return equal_ignoring_case(limit.rule.text, rule.id.text) || limit.rule.text == rule.name.text;
}

}  // namespace

std::vector<std::string> limits_files(const std::string& path) {
  std::vector<std::string> files;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    files = files_below(path, [](const std::string& name) { return name == limits_file_name; });
  } else {
    const fs::path beside = fs::path(path).parent_path() / limits_file_name;
    if (fs::exists(beside, ignored)) files.push_back(beside.string());
  }
  return files;
}

std::vector<RuleLimit> limits_beside(const std::string& path) {
  std::vector<RuleLimit> limits;
  for (const std::string& file : limits_files(path)) LimitsReader(file, limits).read();
  return limits;
}

void apply_limits(const std::vector<RuleLimit>& limits, std::vector<AnalyticRule>& rules) {
  for (AnalyticRule& rule : rules) {
    const auto take = [&](const RuleLimit& limit) {
      if (limit.limits.timeout) rule.limits.timeout = limit.limits.timeout;
      if (limit.limits.memory_bytes) rule.limits.memory_bytes = limit.limits.memory_bytes;
    };
    for (const RuleLimit& limit : limits) {
      if (limit.rule.text == everything) take(limit);
    }
    for (const RuleLimit& limit : limits) {
      if (means(limit, rule)) take(limit);
    }
  }
}

void check_limits(const std::vector<RuleLimit>& limits, const std::vector<AnalyticRule>& rules,
                  Findings& findings) {
  for (const RuleLimit& limit : limits) {
    const bool meant =
        limit.rule.text == everything ||
        std::ranges::any_of(rules, [&](const AnalyticRule& rule) { return means(limit, rule); });
    if (meant) continue;
    findings.warning("RUL0404", limit.file, limit.rule.place, limit.rule.text,
                     fmt::format("there is no rule '{}' here", limit.rule.text),
                     "rules are meant by name or id, all others by '*'");
  }
}

std::optional<int64_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  if (unit.ends_with('B')) unit.remove_suffix(1);
  if (unit.ends_with('i')) unit.remove_suffix(1);
  const size_t power = unit.empty() ? 0 : std::string_view("KMGT").find(unit) + 1;
  if (problem != std::errc() || number < 0 || unit.size() > 1 || power > 4 ||
      (!unit.empty() && power == 0)) {
    return std::nullopt;
  }
  const double bytes = number * static_cast<double>(1ll << (10 * power));
  if (bytes > 9e18) return std::nullopt;
  return static_cast<int64_t>(bytes);
}

}  // namespace vedette::rules
