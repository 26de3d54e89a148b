// The fields of an object in a rule file, read with their places; what is odd becomes a finding.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/finding.h"

namespace vedette::rules {

/// One object of a YAML or JSON file. Names are found whatever their letter case. Fields that
/// nobody has asked for can be reported at the end.
class Fields {
 public:
  /// `path` is what findings call the object; empty for the file's root.
  Fields(YAML::Node node, std::string path, std::string_view file, Findings& findings);

  bool has(std::string_view name);
  /// Is a field not there, null, or an empty text?
  bool is_blank(std::string_view name);
  /// Where a field is written, or where the object begins.
  Place place(std::string_view name);
  Place place() const;

  /// A text without the spaces around it; none when the field is missing or null.
  std::optional<Written> text(std::string_view name);
  /// As `text`; a missing or empty field is an error.
  Written required_text(std::string_view name);
  /// The text as it is written, spaces included.
  Written raw_text(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  std::optional<int64_t> integer(std::string_view name);
  /// `5m`, `1.00:00:00`, `PT1H`.
  std::optional<Timespan> duration(std::string_view name);
  /// `2024-05-01T08:00:00Z`.
  std::optional<Datetime> time(std::string_view name);
  /// One of `choices` in any letter case: its index.
  std::optional<size_t> choice(std::string_view name, std::span<const std::string_view> choices);
  /// The texts of a list; a text on its own is a list of one.
  std::vector<Written> texts(std::string_view name);
  /// The objects of a list, or the one object there is.
  std::vector<Fields> objects(std::string_view name);
  std::optional<Fields> object(std::string_view name);
  /// The field as the file has it; undefined when it is missing.
  YAML::Node node(std::string_view name) { return find(name); }
  /// All fields of the object, in order.
  std::vector<std::pair<Written, Written>> pairs();

  /// A warning (or error) for each field that was never asked for.
  void report_unknown(std::span<const std::string_view> also_known = {},
                      FindingLevel level = FindingLevel::Warning);

  std::string path_of(std::string_view name) const;
  void error(std::string_view code, std::string_view name, std::string message,
             std::string hint = {});
  void warning(std::string_view code, std::string_view name, std::string message,
               std::string hint = {});

 private:
  YAML::Node find(std::string_view name);
  /// A text that is to be read as something else; nothing for what only a deployment knows.
  std::optional<Written> value(std::string_view name);
  void report_twice();
  void expected(std::string_view name, std::string_view what);

  YAML::Node node_;
  std::string path_;
  std::string_view file_;
  Findings* findings_;
  std::vector<std::string> asked_;
};

/// Where a node begins.
Place place_of(const YAML::Node& node);

/// `text` without spaces, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

}  // namespace vedette::rules
