#include "rules/test/import_tests.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "rules/load/fields.h"
#include "rules/test/written_value.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/datetime.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// A scalar as YAML that reads back as the same value; lists and objects in one line.
std::string flow(const WrittenValue& value) {
  switch (value.kind) {
    case WrittenValue::Kind::Null:
      return "null";
    case WrittenValue::Kind::Plain: {
      const auto type = type_of(value);
      const bool keeps = type == Type::Bool || type == Type::Long || type == Type::Real;
      return keeps ? value.text : json_string(value.text);
    }
    case WrittenValue::Kind::Quoted:
      return json_string(value.text);
    default:
      break;
  }
  const bool list = value.kind == WrittenValue::Kind::List;
  std::string text = list ? "[" : "{ ";
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ", ";
    if (!list) text += json_string(value.names[i].text) + ": ";
    text += flow(value.items[i]);
  }
  return text + (list ? "]" : " }");
}

/// The names under which logs say when they were written.
constexpr std::string_view time_names[] = {
    "TimeGenerated", "p_event_time", "eventTime",  "timestamp",  "@timestamp", "time",
    "published",     "createdAt",    "created_at", "event_time", "ts"};

/// A time as text, or the seconds or milliseconds since 1970 that many logs have.
std::optional<Datetime> parse_log_time(const std::string& text) {
  constexpr int64_t ticks_of_1970 = days_of_date(1970, 1, 1) * ticks_per_day;
  // Before 1973 as milliseconds, behind the year 5000 as seconds.
  constexpr double least_seconds = 1e8, least_milliseconds = 1e11;
  if (const auto number = parse_real(text); number && *number >= least_seconds) {
    const double unit = *number >= least_milliseconds ? static_cast<double>(ticks_per_millisecond)
                                                      : static_cast<double>(ticks_per_second);
    if (*number * unit > 1e17) return std::nullopt;
    return Datetime{ticks_of_1970 + static_cast<int64_t>(*number * unit)};
  }
  return parse_datetime(text);
}

std::optional<std::string> time_in(const WrittenValue& log) {
  for (const std::string_view wanted : time_names) {
    for (size_t i = 0; i < log.items.size(); ++i) {
      if (log.names[i].text != wanted || !log.items[i].is_text()) continue;
      if (const auto time = parse_log_time(log.items[i].text)) return to_text(*time);
    }
  }
  return std::nullopt;
}

class Importer {
 public:
  Importer(const std::string& file, const ImportOptions& options, Findings& findings)
      : file_(file), options_(options), findings_(findings) {}

  std::string import(const YAML::Node& root) {
    std::string head = fmt::format("# From {}.\n", file_.substr(file_.rfind('/') + 1));
    if (!options_.rule.empty()) head += fmt::format("rule: {}\n", json_string(options_.rule));
    if (root.IsMap()) head += manual_test_of(root["tags"]);
    if (root.IsMap() && root["Tests"]) {
      for (const auto& test : root["Tests"]) import_panther(test);
    } else if (root.IsMap() && root["tests"]) {
      for (const auto& test : root["tests"]) import_contentctl(test);
    }
    if (tests_ == 0 && findings_.errors() == 0) {
      findings_.error("RUL0310", file_, {1, 1}, "",
                      "the file has neither `Tests` with `Log` nor `tests` with `attack_data`");
    }
    return findings_.errors() == 0 ? head + columns_text() + "tests:\n" + text_ : std::string();
  }

 private:
  /// Our tests of a file have different names.
  std::string unique_name(std::string name) {
    std::string unique = name;
    for (int i = 2; !names_.insert(unique).second; ++i) unique = fmt::format("{} ({})", name, i);
    return unique;
  }

  void import_panther(const YAML::Node& node) {
    Fields fields(node, fmt::format("Tests[{}]", tests_), file_, findings_);
    const Written name = fields.required_text("Name");
    const auto expected = fields.flag("ExpectedResult");
    // Policies are tested with the `Resource` that they look at.
    const YAML::Node log_node = fields.node(fields.has("Log") ? "Log" : "Resource");
    if (fields.has("RuleOutputs")) {
      fields.error("RUL0310", "RuleOutputs",
                   "a correlation rule is tested with what other rules found, not with logs");
      return;
    }
    if (!expected || !log_node.IsMap()) {
      fields.error("RUL0310", "", "a test needs `ExpectedResult` and an object `Log`");
      return;
    }
    const WrittenValue log = with_declared_names(written_value(log_node));
    note_columns(log);
    text_ += fmt::format("- name: {}\n", json_string(unique_name(name.text)));
    // The log's own time is a moment before the run.
    const auto time = time_in(log);
    if (time) {
      const Datetime at = *parse_datetime(*time);
      text_ += fmt::format("  now: {}\n", to_text(Datetime{at.ticks + ticks_per_minute}));
    }
    text_ += fmt::format("  given:\n    {}:\n    - ", options_.table);
    bool first = true;
    const auto add = [&](std::string_view column, const std::string& value) {
      if (!first) text_ += "      ";
      first = false;
      fmt::format_to(std::back_inserter(text_), "{}: {}\n", json_string(column), value);
    };
    if (time) add("TimeGenerated", *time);
    for (size_t i = 0; i < log.items.size(); ++i) {
      if (log.names[i].text == "TimeGenerated") continue;
      add(log.names[i].text, flow(log.items[i]));
    }
    if (first) text_ += "{}\n";
    note_mocks(fields.node("Mocks"));
    text_ += fmt::format("  expect: {{ alert: {} }}\n", *expected ? "true" : "false");
    ++tests_;
  }

  /// Python objects have no meaning here; whoever takes the test over has to know of them.
  void note_mocks(const YAML::Node& mocks) {
    if (!mocks.IsDefined() || !mocks.IsSequence()) return;
    for (const auto& mock : mocks) {
      const WrittenValue value = written_value(mock);
      text_ += fmt::format("    # mock: {}\n", flow(value));
      findings_.warning("RUL0311", file_, value.place, "Mocks",
                        "a mock of Python code cannot be taken over; it is a comment now",
                        "give the rows of the function or watchlist that the query reads");
    }
  }

  const std::string* declared(std::string_view name) const {
    for (const auto& [column, type] : options_.columns) {
      if (equal_ignoring_case(column, name)) return &column;
    }
    return nullptr;
  }

  /// The log as a row of a declared table: `eventName` is its column EventName, and what stands in
  /// `userIdentity` under `type` also its column UserIdentityType.
  WrittenValue with_declared_names(WrittenValue log) const {
    const auto has = [&](std::string_view name) {
      return std::ranges::any_of(log.names, [&](const Written& each) { return each.text == name; });
    };
    const size_t fields = log.items.size();
    for (size_t i = 0; i < fields; ++i) {
      const std::string* column = declared(log.names[i].text);
      if (column != nullptr && !has(*column)) log.names[i].text = *column;
    }
    for (size_t i = 0; i < fields; ++i) {
      std::vector<std::pair<std::string, WrittenValue>> inner;
      add_inner(log.items[i], {log.names[i].text}, inner);
      for (auto& [column, value] : inner) {
        if (has(column)) continue;
        log.names.push_back({column, value.place});
        log.items.push_back(std::move(value));
      }
    }
    return log;
  }

  /// The values inside of an object whose path, or at least the last two names of it, is that of a
  /// column.
  void add_inner(const WrittenValue& value, std::vector<std::string> path,
                 std::vector<std::pair<std::string, WrittenValue>>& found) const {
    if (value.kind == WrittenValue::Kind::Object) {
      for (size_t i = 0; i < value.items.size(); ++i) {
        path.push_back(value.names[i].text);
        add_inner(value.items[i], path, found);
        path.pop_back();
      }
      return;
    }
    if (!value.is_text()) return;
    for (size_t first = 0; first + 1 < path.size(); ++first) {
      const std::string name = fmt::format("{}", fmt::join(path.begin() + first, path.end(), ""));
      const std::string* column = declared(name);
      if (column == nullptr) continue;
      found.emplace_back(*column, value);
      return;
    }
  }

  /// A log has the fields that its event has; a query may name all that any of them has.
  void note_columns(const WrittenValue& log) {
    ++logs_;
    for (size_t i = 0; i < log.items.size(); ++i) {
      const std::string& name = log.names[i].text;
      if (name == "TimeGenerated" || declared(name) != nullptr) continue;
      auto column = std::ranges::find(columns_, name, &LogColumn::name);
      if (column == columns_.end()) column = columns_.insert(column, {name});
      ++column->logs;
      const auto type = type_of(log.items[i]);
      if (!type || column->type == type) continue;
      const bool numbers = column->type == Type::Long && type == Type::Real;
      column->type = !column->type || numbers ? *type : Type::String;
    }
  }

  /// Nothing when all logs have the same fields, unless a declared table lacks them.
  std::string columns_text() const {
    const bool alike = std::ranges::all_of(
        columns_, [&](const LogColumn& column) { return column.logs == logs_; });
    if (columns_.empty() || (alike && options_.columns.empty())) return "";
    std::string text = fmt::format("tables:\n  {}:\n    columns:\n", options_.table);
    for (const LogColumn& column : columns_) {
      text += fmt::format("      {}: {}\n", json_string(column.name),
                          name_of(column.type.value_or(Type::String)));
    }
    return text;
  }

  /// contentctl itself does not run these; the reason is good to know.
  static std::string manual_test_of(const YAML::Node& tags) {
    if (!tags || !tags.IsMap() || !tags["manual_test"] || !tags["manual_test"].IsScalar())
      return "";
    return fmt::format("# Tested by hand there: {}\n", on_one_line(tags["manual_test"].Scalar()));
  }

  static std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
  }

  void import_contentctl(const YAML::Node& node) {
    Fields fields(node, fmt::format("tests[{}]", tests_), file_, findings_);
    const Written name = fields.required_text("name");
    std::vector<std::string> data, notes;
    for (Fields& attack : fields.objects("attack_data")) {
      const Written path = attack.required_text("data");
      data.push_back(path.text);
      for (const char* field : {"source", "sourcetype", "custom_index", "host"}) {
        const auto value = attack.text(field);
        if (value) notes.push_back(fmt::format("{}: {}", field, value->text));
      }
      if (path.text.starts_with("http://") || path.text.starts_with("https://")) {
        const std::string local = path.text.substr(path.text.rfind('/') + 1);
        findings_.warning(
            "RUL0312", file_, path.place, "attack_data.data",
            fmt::format("the logs are on the web: save {} as fixtures/{}", path.text, local));
        data.back() = "fixtures/" + local;
      }
    }
    if (data.empty()) {
      fields.error("RUL0310", "attack_data", "a test needs `attack_data`");
      return;
    }
    text_ += fmt::format("- name: {}\n", json_string(unique_name(name.text)));
    for (const std::string& note : notes) text_ += fmt::format("  # {}\n", on_one_line(note));
    for (const char* field : {"pass_condition", "earliest_time", "latest_time"}) {
      const auto value = fields.text(field);
      if (value) text_ += fmt::format("  # {}: {}\n", field, on_one_line(value->text));
    }
    // Recorded logs have times of their own.
    text_ += "  scope: none\n";
    text_ += fmt::format("  given:\n    {}:\n      files: [", options_.table);
    for (size_t i = 0; i < data.size(); ++i) {
      text_ += (i > 0 ? ", " : "") + json_string(data[i]);
    }
    text_ += "]\n  expect: { alert: true }\n";
    ++tests_;
  }

  struct LogColumn {
    std::string name;
    std::optional<Type> type = {};
    size_t logs = 0;  // that have it
  };

  const std::string& file_;
  const ImportOptions& options_;
  Findings& findings_;
  std::string text_;  // of the tests
  std::vector<LogColumn> columns_;
  size_t logs_ = 0;
  std::set<std::string> names_;
  size_t tests_ = 0;
};

}  // namespace

std::string import_tests(std::string_view text, const std::string& file,
                         const ImportOptions& options, Findings& findings) {
  try {
    return Importer(file, options, findings).import(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& problem) {
    const Place place =
        problem.mark.is_null() ? Place{} : Place{problem.mark.line + 1, problem.mark.column + 1};
    findings.error("RUL0002", file, place, "",
                   fmt::format("the file is not YAML: {}", problem.msg));
    return {};
  }
}

}  // namespace vedette::rules
