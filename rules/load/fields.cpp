#include "rules/load/fields.h"

#include <algorithm>
#include <charconv>

#include "rules/load/duration.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {

Place place_of(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const size_t first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

Fields::Fields(YAML::Node node, std::string path, std::string_view file, Findings& findings)
    : node_(std::move(node)), path_(std::move(path)), file_(file), findings_(&findings) {}

YAML::Node Fields::find(std::string_view name) {
  asked_.emplace_back(name);
  if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  for (const auto& field : node_) {
    if (field.first.IsScalar() && equal_ignoring_case(field.first.Scalar(), name)) {
      return field.second;
    }
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

std::string Fields::path_of(std::string_view name) const {
  if (path_.empty()) return std::string(name);
  return name.empty() ? path_ : fmt::format("{}.{}", path_, name);
}

Place Fields::place() const {
  return place_of(node_);
}

Place Fields::place(std::string_view name) {
  if (name.empty() || !node_.IsMap()) return place();
  for (const auto& field : node_) {
    if (field.first.IsScalar() && equal_ignoring_case(field.first.Scalar(), name)) {
      return place_of(field.first);
    }
  }
  return place();
}

void Fields::error(std::string_view code, std::string_view name, std::string message,
                   std::string hint) {
  findings_->error(code, file_, place(name), path_of(name), std::move(message), std::move(hint));
}

void Fields::warning(std::string_view code, std::string_view name, std::string message,
                     std::string hint) {
  findings_->warning(code, file_, place(name), path_of(name), std::move(message), std::move(hint));
}

void Fields::expected(std::string_view name, std::string_view what) {
  error("RUL0011", name, fmt::format("'{}' must be {}", path_of(name), what));
}

bool Fields::has(std::string_view name) {
  const YAML::Node node = find(name);
  return node.IsDefined() && !node.IsNull();
}

bool Fields::is_blank(std::string_view name) {
  const YAML::Node node = find(name);
  if (!node.IsDefined() || node.IsNull()) return true;
  return node.IsScalar() && trimmed(node.Scalar()).empty();
}

std::optional<Written> Fields::text(std::string_view name) {
  const YAML::Node node = find(name);
  if (!node.IsDefined() || node.IsNull()) return std::nullopt;
  if (!node.IsScalar()) {
    expected(name, "a text");
    return std::nullopt;
  }
  return Written{std::string(trimmed(node.Scalar())), place_of(node)};
}

Written Fields::required_text(std::string_view name) {
  const bool there = has(name);
  std::optional<Written> written = text(name);
  if (written && !written->text.empty()) return *std::move(written);
  if (!there || written) error("RUL0010", name, fmt::format("'{}' is missing", path_of(name)));
  return {{}, place(name)};
}

Written Fields::raw_text(std::string_view name) {
  const YAML::Node node = find(name);
  if (!node.IsDefined() || !node.IsScalar()) return {};
  return {node.Scalar(), place_of(node)};
}

std::optional<Written> Fields::value(std::string_view name) {
  auto written = text(name);
  if (!written) return std::nullopt;
  const std::string& text = written->text;
  const bool computed = text.size() > 2 && text.front() == '[' && text.ends_with(")]");
  if (!computed) return written;
  warning("RUL0016", name,
          fmt::format("'{}' is computed when the template is deployed: {}", path_of(name), text),
          "the value that rules have without it is taken");
  return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view name) {
  const auto written = value(name);
  if (!written) return std::nullopt;
  if (equal_ignoring_case(written->text, "true")) return true;
  if (equal_ignoring_case(written->text, "false")) return false;
  error("RUL0014", name, fmt::format("'{}' must be true or false", path_of(name)));
  return std::nullopt;
}

std::optional<int64_t> Fields::integer(std::string_view name) {
  const auto written = value(name);
  if (!written) return std::nullopt;
  const std::string& digits = written->text;
  int64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, problem] = std::from_chars(digits.data(), end, number);
  if (problem == std::errc() && at == end) return number;
  error("RUL0014", name, fmt::format("'{}' must be a whole number", path_of(name)));
  return std::nullopt;
}

std::optional<Datetime> Fields::time(std::string_view name) {
  const auto written = text(name);
  if (!written || written->text.empty()) return std::nullopt;
  const auto time = parse_datetime(written->text);
  if (!time) {
    error("RUL0014", name, fmt::format("'{}' is not a time: '{}'", path_of(name), written->text),
          "write 2024-05-01T08:00:00Z");
  }
  return time;
}

std::optional<Timespan> Fields::duration(std::string_view name) {
  const auto written = value(name);
  if (!written || written->text.empty()) return std::nullopt;
  const auto span = parse_rule_duration(written->text);
  if (!span) {
    error("RUL0014", name,
          fmt::format("'{}' is not a duration: '{}'", path_of(name), written->text),
          "write 5m, 1h, 14d, 01:00:00 or PT1H");
  }
  return span;
}

std::optional<size_t> Fields::choice(std::string_view name,
                                     std::span<const std::string_view> choices) {
  const auto written = value(name);
  if (!written) return std::nullopt;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (equal_ignoring_case(choices[i], written->text)) return i;
  }
  error("RUL0013", name, fmt::format("'{}' cannot be '{}'", path_of(name), written->text),
        fmt::format("one of {}", fmt::join(choices, ", ")));
  return std::nullopt;
}

std::vector<Written> Fields::texts(std::string_view name) {
  const YAML::Node node = find(name);
  std::vector<Written> texts;
  if (!node.IsDefined() || node.IsNull()) return texts;
  if (node.IsScalar()) {
    texts.push_back({std::string(trimmed(node.Scalar())), place_of(node)});
  } else if (node.IsSequence()) {
    for (const auto& item : node) {
      if (item.IsScalar()) {
        texts.push_back({std::string(trimmed(item.Scalar())), place_of(item)});
      } else if (!item.IsNull()) {
        expected(name, "a list of texts");
        break;
      }
    }
  } else {
    expected(name, "a list of texts");
  }
  std::erase_if(texts, [](const Written& written) { return written.text.empty(); });
  return texts;
}

std::vector<Fields> Fields::objects(std::string_view name) {
  const YAML::Node node = find(name);
  std::vector<Fields> objects;
  if (!node.IsDefined() || node.IsNull()) return objects;
  if (node.IsMap()) {
    objects.emplace_back(node, path_of(name), file_, *findings_);
  } else if (node.IsSequence()) {
    for (size_t i = 0; i < node.size(); ++i) {
      if (node[i].IsNull()) continue;
      if (!node[i].IsMap()) {
        expected(name, "a list of objects");
        break;
      }
      objects.emplace_back(node[i], fmt::format("{}[{}]", path_of(name), i), file_, *findings_);
    }
  } else {
    expected(name, "a list of objects");
  }
  return objects;
}

std::optional<Fields> Fields::object(std::string_view name) {
  const YAML::Node node = find(name);
  if (!node.IsDefined() || node.IsNull()) return std::nullopt;
  if (node.IsMap()) return Fields(node, path_of(name), file_, *findings_);
  expected(name, "an object");
  return std::nullopt;
}

std::vector<std::pair<Written, Written>> Fields::pairs() {
  std::vector<std::pair<Written, Written>> pairs;
  if (!node_.IsMap()) return pairs;
  for (const auto& field : node_) {
    if (!field.first.IsScalar()) continue;
    const std::string& name = field.first.Scalar();
    asked_.push_back(name);
    if (!field.second.IsScalar()) {
      expected(name, "a text");
      continue;
    }
    pairs.emplace_back(
        Written{name, place_of(field.first)},
        Written{std::string(trimmed(field.second.Scalar())), place_of(field.second)});
  }
  return pairs;
}

void Fields::report_twice() {
  std::vector<std::string_view> seen;
  for (const auto& field : node_) {
    if (!field.first.IsScalar()) continue;
    const std::string& name = field.first.Scalar();
    const bool twice = std::ranges::any_of(
        seen, [&](std::string_view other) { return equal_ignoring_case(other, name); });
    if (twice) {
      findings_->error("RUL0015", file_, place_of(field.first), path_of(name),
                       fmt::format("'{}' is written twice; only the first is read", path_of(name)));
    }
    seen.push_back(name);
  }
}

void Fields::report_unknown(std::span<const std::string_view> also_known, FindingLevel level) {
  if (!node_.IsMap()) return;
  report_twice();
  std::vector<std::string> known = asked_;
  known.insert(known.end(), also_known.begin(), also_known.end());
  for (const auto& field : node_) {
    if (!field.first.IsScalar()) continue;
    const std::string& name = field.first.Scalar();
    if (name.starts_with("x-")) continue;  // notes of authors, and what they name to use it twice
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const std::string& other) {
      return equal_ignoring_case(other, name);
    });
    if (is_known) continue;
    findings_->add({level, "RUL0012",
                    fmt::format("'{}' is not a field that is known here", path_of(name)),
                    did_you_mean(most_similar(name, known)), std::string(file_),
                    place_of(field.first), path_of(name)});
  }
}

}  // namespace vedette::rules
