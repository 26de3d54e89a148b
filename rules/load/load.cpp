#include "rules/load/load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "rules/load/documents.h"
#include "rules/load/externals.h"
#include "rules/load/files.h"
#include "rules/load/limits.h"
#include "rules/load/read_rule.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

constexpr int deepest_resource = 64;
/// Aliases make a small file as large as they like.
constexpr size_t most_nodes = 200'000;

bool ends_with_ignoring_case(const std::string& text, std::string_view end) {
  return text.size() >= end.size() &&
         equal_ignoring_case(std::string_view(text).substr(text.size() - end.size()), end);
}

bool may_hold_rules(const std::string& name) {
  for (const std::string_view test : {".test.yaml", ".test.yml"}) {
    if (ends_with_ignoring_case(name, test)) return false;
  }
  if (name == externals_file_name || name == limits_file_name) return false;
  for (const std::string_view kind : {".yaml", ".yml", ".json"}) {
    if (ends_with_ignoring_case(name, kind)) return true;
  }
  return false;
}

/// The text that stands for `[parameters('name')]` or `[variables('name')]` in an ARM template:
/// the parameter's default, or the variable.
class TemplateValues {
 public:
  explicit TemplateValues(const YAML::Node& root) {
    if (!root.IsMap()) return;
    collect(root["parameters"], "parameters", true);
    collect(root["variables"], "variables", false);
  }

  /// Replaces such expressions in a resource, where the template has a text for them.
  void fill_in(YAML::Node node, int depth) const {
    if (depth > deepest_resource) return;
    if (node.IsScalar()) {
      const std::string text(trimmed(node.Scalar()));
      const auto value = values_.find(text);
      if (value != values_.end()) node = value->second;
      // What begins with a bracket and is no expression has two.
      if (text.starts_with("[[")) node = text.substr(1);
    } else if (node.IsSequence()) {
      for (auto item : node) fill_in(item, depth + 1);
    } else if (node.IsMap()) {
      for (auto field : node) fill_in(field.second, depth + 1);
    }
  }

 private:
  void collect(const YAML::Node& list, std::string_view kind, bool defaults) {
    if (!list || !list.IsMap()) return;
    for (const auto& entry : list) {
      if (!entry.first.IsScalar()) continue;
      const YAML::Node value =
          defaults && entry.second.IsMap() ? entry.second["defaultValue"] : entry.second;
      if (!value || !value.IsScalar()) continue;
      values_[fmt::format("[{}('{}')]", kind, entry.first.Scalar())] = value.Scalar();
    }
  }

  std::map<std::string, std::string> values_;
};

/// Finds rules in whatever a file's root is.
class Finder {
 public:
  Finder(const std::string& file, Findings& findings) : file_(file), findings_(findings) {}

  void visit_root(const YAML::Node& root) {
    if (root.IsMap() && root["resources"]) {
      TemplateValues(root).fill_in(root["resources"], 0);
    }
    if (root.IsMap() && !root["properties"] && !root["resources"] && !root["value"]) {
      Fields fields(root, "", file_, findings_);
      if (root["queryCondition"]) {
        rules.push_back(read_custom_detection(fields, file_));
        return;
      }
      if (fields.has("query") || fields.has("kind") || fields.has("queryFrequency")) {
        Fields fresh(root, "", file_, findings_);
        rules.push_back(read_template(fresh, file_));
        return;
      }
    }
    visit(root, "", 0);
  }

  std::vector<AnalyticRule> rules;
  bool any_left_out = false;

 private:
  void visit(const YAML::Node& node, const std::string& path, int depth) {
    if (depth > deepest_resource) return;
    if (++nodes_ > most_nodes) {
      if (nodes_ == most_nodes + 1) {
        findings_.error("RUL0002", file_, {}, "", "the file repeats too much of itself");
      }
      return;
    }
    if (node.IsSequence()) {
      for (size_t i = 0; i < node.size(); ++i) {
        visit(node[i], fmt::format("{}[{}]", path, i), depth + 1);
      }
    } else if (node.IsMap()) {
      if (node["queryCondition"]) {
        Fields fields(node, path, file_, findings_);
        rules.push_back(read_custom_detection(fields, file_));
        return;
      }
      if (read_resource_at(node, path)) return;
      for (const auto& field : node) {
        if (!field.first.IsScalar()) continue;
        const std::string& name = field.first.Scalar();
        visit(field.second, path.empty() ? name : fmt::format("{}.{}", path, name), depth + 1);
      }
    }
  }

  /// False when the object is no rule and may hold some further down.
  bool read_resource_at(const YAML::Node& node, const std::string& path) {
    const YAML::Node properties = node["properties"];
    if (!properties || !properties.IsMap()) return false;
    Fields resource(node, path, file_, findings_);
    Fields inner(properties, resource.path_of("properties"), file_, findings_);
    const std::string kind =
        resource.has("kind") ? resource.text("kind").value_or(Written{}).text : "";
    const bool query = inner.has("query");
    for (const std::string_view other : {"Fusion", "MicrosoftSecurityIncidentCreation",
                                         "ThreatIntelligence", "MLBehaviorAnalytics"}) {
      if (!equal_ignoring_case(kind, other)) continue;
      resource.warning("RUL0004", "kind",
                       fmt::format("a rule of kind {} has no query; it is left out", other));
      any_left_out = true;
      return true;
    }
    // Without a kind that is known: whatever says how often it runs, or calls itself a rule.
    const bool runs = inner.has("queryFrequency") || inner.has("triggerOperator") ||
                      ends_with_ignoring_case(resource.raw_text("type").text, "/alertRules");
    if (query &&
        (runs || equal_ignoring_case(kind, "Scheduled") || equal_ignoring_case(kind, "NRT"))) {
      rules.push_back(read_resource(resource, inner, file_));
      return true;
    }
    if (query && inner.has("category") &&
        equal_ignoring_case(inner.text("category").value_or(Written{}).text, "Hunting Queries")) {
      rules.push_back(read_saved_search(resource, inner, file_));
      return true;
    }
    return false;
  }

  const std::string& file_;
  Findings& findings_;
  size_t nodes_ = 0;
};

/// What most often is wrong with a line that is not YAML.
std::string hint_for(std::string_view text, Place place) {
  for (int line = 1; line < place.line && !text.empty(); ++line) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view indent = line.substr(0, line.find_first_not_of(" \t"));
  return indent.find('\t') == std::string_view::npos ? "" : "YAML is indented by spaces, not tabs";
}

}  // namespace

std::vector<std::string> rule_files(const std::string& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (!fs::exists(status)) {
    throw QueryError(ErrorKind::Runtime, "RUL0001",
                     fmt::format("there is no file or directory '{}'", path));
  }
  if (!fs::is_directory(status)) return {path};
  return files_below(path, may_hold_rules);
}

std::vector<AnalyticRule> read_rules(std::string_view text, const std::string& file,
                                     Findings& findings) {
  const std::optional<std::string> decoded = text_of_bytes(text);
  if (!decoded) {
    findings.error("RUL0002", file, {}, "", "the file is neither UTF-8 nor UTF-16",
                   "save it as UTF-8");
    return {};
  }
  text = *decoded;
  const bool json = looks_like_json(text);
  std::vector<YAML::Node> documents;
  try {
    documents = documents_of(*decoded);
  } catch (const YAML::Exception& problem) {
    const Place place =
        problem.mark.is_null() ? Place{} : Place{problem.mark.line + 1, problem.mark.column + 1};
    findings.error("RUL0002", file, place, "",
                   fmt::format("the file is not {}: {}", json ? "JSON" : "YAML", problem.msg),
                   hint_for(text, place));
    return {};
  }
  Finder finder(file, findings);
  for (const YAML::Node& document : documents) {
    if (!document.IsNull()) finder.visit_root(document);
  }
  if (finder.rules.empty() && !finder.any_left_out) {
    findings.warning("RUL0003", file, {1, 1}, "", "the file holds no rule",
                     "a rule has at least a name, a kind and a query");
  }
  std::vector<std::string_view> lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  for (AnalyticRule& rule : finder.rules) {
    rule.file = file;
    add_implied_entities(rule);
    // Where the query's lines are in the file: below its field, or on the same line.
    const std::string_view query = rule.query.text;
    const std::string_view first = trimmed(query.substr(0, query.find('\n')));
    const auto from = static_cast<size_t>(std::max(rule.query.place.line - 1, 0));
    for (size_t i = from; i < std::min(from + 4, lines.size()) && !first.empty(); ++i) {
      const size_t at = lines[i].find(first);
      if (at == std::string_view::npos) continue;
      const size_t indent = query.find_first_not_of(" \t");
      if (at >= indent) rule.query_start = {static_cast<int>(i) + 1, static_cast<int>(at - indent)};
      break;
    }
  }
  return std::move(finder.rules);
}

std::vector<AnalyticRule> load_rules(const std::string& file, Findings& findings) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    findings.error("RUL0001", file, {}, "", fmt::format("'{}' cannot be read", file));
    return {};
  }
  return read_rules(text.str(), file, findings);
}

}  // namespace vedette::rules
