#include "rules/test/read_expectations.h"

#include <algorithm>
#include <array>

#include "rules/check/entity_types.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

constexpr std::array<std::string_view, 10> alert_field_names = {
    "name",          "description",   "severity",   "tactics", "techniques",
    "subtechniques", "customDetails", "properties", "count",   "entities"};

std::optional<int64_t> count_in(std::string_view text) {
  const auto number = parse_long(trimmed(text));
  if (!number || *number < 0) return std::nullopt;
  return number;
}

/// `3`, `>=1`, `> 1`, `<5`, `!=0`, `2..4`.
std::optional<ExpectedNumber> parse_range(std::string_view text) {
  ExpectedNumber range;
  if (const size_t dots = text.find(".."); dots != std::string_view::npos) {
    const auto least = count_in(text.substr(0, dots));
    const auto most = count_in(text.substr(dots + 2));
    if (!least || !most || *least > *most) return std::nullopt;
    range.least = *least;
    range.most = *most;
    return range;
  }
  const size_t digits = text.find_first_of("0123456789");
  if (digits == std::string_view::npos) return std::nullopt;
  const std::string_view sign = trimmed(text.substr(0, digits));
  const auto number = count_in(text.substr(digits));
  if (!number) return std::nullopt;
  if (sign.empty() || sign == "=" || sign == "==" || sign == "!=") {
    range.least = range.most = *number;
    range.negated = sign == "!=";
  } else if (sign == ">=") {
    range.least = *number;
  } else if (sign == ">") {
    range.least = *number + 1;
  } else if (sign == "<=") {
    range.most = *number;
  } else if (sign == "<") {
    range.most = *number - 1;
  } else {
    return std::nullopt;
  }
  return range;
}

class ExpectationReader {
 public:
  ExpectationReader(Fields& fields, std::string_view file, Findings& findings)
      : fields_(fields), file_(file), findings_(findings) {}

  Expectations read() {
    Expectations expect{.place = fields_.place()};
    read_alert(expect);
    expect.rows = number("rows");
    expect.alerts = number("alerts");
    expect.incidents = number("incidents");
    expect.runs = number("runs");
    expect.runs_failed = number("runs_failed");
    expect.duplicates = number("duplicates");
    expect.contains = objects("contains");
    expect.lacks = objects("lacks");
    expect.entities = objects("entities");
    for (const ExpectedFields& entity : expect.entities) check_entity(entity);
    if (fields_.node("columns").IsDefined()) expect.columns = fields_.texts("columns");
    expect.error = fields_.text("error");
    fields_.report_unknown({}, FindingLevel::Error);
    return expect;
  }

 private:
  void read_alert(Expectations& expect) {
    const YAML::Node node = fields_.node("alert");
    if (!node.IsDefined() || node.IsNull()) return;
    expect.alert_place = fields_.place("alert");
    if (node.IsScalar()) {
      expect.alert = fields_.flag("alert");
      return;
    }
    expect.alert = true;
    expect.alert_fields = objects("alert");
    for (const ExpectedFields& alert : expect.alert_fields) {
      for (const auto& [name, value] : alert.fields) {
        check_alert_field(name);
        if (equal_ignoring_case(name.text, "severity")) check_severity(value);
      }
    }
  }

  /// A word that is none of those there are; patterns are anything.
  void check_word(const WrittenValue& value, const std::string& path, std::string_view what,
                  const std::vector<std::string_view>& words) {
    if (!value.is_text() || value.text.find('*') != std::string::npos) return;
    for (const std::string_view word : words) {
      if (equal_ignoring_case(word, value.text)) return;
    }
    findings_.error("RUL0013", file_, value.place, fields_.path_of(path),
                    fmt::format("'{}' is not {}", value.text, what),
                    did_you_mean(most_similar(value.text, words)));
  }

  void check_severity(const WrittenValue& value) {
    check_word(value, "alert.severity", "a severity", {"Informational", "Low", "Medium", "High"});
  }

  /// Alerts may have identifiers that mappings cannot name: only what looks misspelt is wrong.
  void check_entity(const ExpectedFields& entity) {
    const EntityType* type = nullptr;
    std::vector<std::string_view> types;
    for (const EntityType& each : entity_types()) {
      types.push_back(each.name);
      types.push_back(each.kind);
    }
    for (const auto& [name, value] : entity.fields) {
      if (!equal_ignoring_case(name.text, "type")) continue;
      check_word(value, "entities.type", "a type of entity", types);
      for (const EntityType& each : entity_types()) {
        if (equal_ignoring_case(each.name, value.text) ||
            equal_ignoring_case(each.kind, value.text)) {
          type = &each;
        }
      }
    }
    for (const auto& [name, value] : entity.fields) {
      if (type == nullptr || equal_ignoring_case(name.text, "type")) continue;
      const auto is_it = [&](std::string_view known) {
        return equal_ignoring_case(known, name.text);
      };
      if (std::ranges::any_of(type->identifiers, is_it)) continue;
      const std::string_view similar = most_similar(name.text, type->identifiers);
      if (similar.empty()) continue;
      findings_.error("RUL0013", file_, name.place, fields_.path_of("entities." + name.text),
                      fmt::format("'{}' is not an identifier of {}", name.text, type->name),
                      did_you_mean(similar));
    }
  }

  void check_alert_field(const Written& name) {
    for (const std::string_view known : alert_field_names) {
      if (equal_ignoring_case(known, name.text)) return;
    }
    findings_.error("RUL0012", file_, name.place, fields_.path_of("alert." + name.text),
                    fmt::format("'{}' is not a field of an alert", name.text),
                    did_you_mean(most_similar(name.text, alert_field_names)));
  }

  std::optional<ExpectedNumber> number(std::string_view name) {
    const auto written = fields_.text(name);
    if (!written) return std::nullopt;
    auto range = parse_range(written->text);
    if (!range) {
      fields_.error("RUL0304", name,
                    fmt::format("'{}' is not a number of {}", written->text, fields_.path_of(name)),
                    "write 3, '>=1', '<5' or 2..4");
      return std::nullopt;
    }
    range->written = *written;
    return range;
  }

  std::vector<ExpectedFields> objects(std::string_view name) {
    const YAML::Node node = fields_.node(name);
    std::vector<ExpectedFields> objects;
    if (!node.IsDefined() || node.IsNull()) return objects;
    if (node.IsMap()) {
      objects.push_back({written_cells(node), place_of(node)});
      return objects;
    }
    bool fits = node.IsSequence();
    if (fits) {
      for (const auto& item : node) {
        fits = fits && item.IsMap() && item.size() > 0;
        if (item.IsMap()) objects.push_back({written_cells(item), place_of(item)});
      }
    }
    if (!fits) {
      fields_.error("RUL0011", name,
                    fmt::format("'{}' must be a list of objects", fields_.path_of(name)));
    }
    return objects;
  }

  Fields& fields_;
  std::string_view file_;
  Findings& findings_;
};

bool expects_nothing(const Expectations& expect) {
  return !expect.alert && expect.alert_fields.empty() && expect.entities.empty() && !expect.rows &&
         !expect.alerts && !expect.incidents && !expect.runs && !expect.runs_failed &&
         !expect.duplicates && expect.contains.empty() && expect.lacks.empty() && !expect.columns &&
         !expect.error;
}

}  // namespace

WrittenCells written_cells(const YAML::Node& object) {
  const WrittenValue value = written_value(object);
  WrittenCells cells;
  for (size_t i = 0; i < value.names.size(); ++i) {
    cells.emplace_back(value.names[i], value.items[i]);
  }
  return cells;
}

Expectations read_expectations(Fields& test, std::string_view file, Findings& findings) {
  const size_t errors = findings.errors();
  Expectations expect;
  if (auto fields = test.object("expect")) {
    expect = ExpectationReader(*fields, file, findings).read();
  }
  // Also beside `expect`: a query that must fail has nothing else to expect.
  if (const auto error = test.text("error")) expect.error = error;
  if (expects_nothing(expect) && findings.errors() == errors) {
    test.error("RUL0306", "expect", "the test expects nothing",
               "write `expect: { alert: true }` or `expect: { rows: 1 }`");
  }
  return expect;
}

}  // namespace vedette::rules
