#include "rules/test/test_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "rules/load/documents.h"
#include "rules/load/duration.h"
#include "rules/load/files.h"
#include "rules/test/read_expectations.h"
#include "rules/test/read_given.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/datetime.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view endings[] = {".test.yaml", ".test.yml"};

bool holds_tests(const std::string& name) {
  return std::any_of(std::begin(endings), std::end(endings),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The rule file beside a test file: the same name with another ending. A rule may have several
/// files of tests: `Rule.test.yaml`, `Rule.slow.test.yaml`.
std::string rule_beside(const std::string& test_file) {
  std::string stem = test_file;
  for (const std::string_view ending : endings) {
    if (stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  }
  const std::string first = stem + ".yaml";
  const size_t name = stem.rfind('/') == std::string::npos ? 0 : stem.rfind('/') + 1;
  std::error_code problem;
  while (stem.size() > name) {
    for (const char* ending : {".yaml", ".yml", ".json"}) {
      if (fs::exists(stem + ending, problem)) return stem + ending;
    }
    const size_t dot = stem.rfind('.');
    stem.resize(dot == std::string::npos || dot < name ? name : dot);
  }
  return first;
}

/// The line as an object when it is a whole test: `- name: benign   expect: { alert: false }`.
std::optional<std::string> as_object(std::string_view line) {
  constexpr std::string_view begin = "- name: ", special = "'\"{}[]#:";
  constexpr std::string_view keys[] = {"expect: ", "given: ", "scope: ", "now: ", "error: "};
  const size_t start = line.find_first_not_of(' ');
  if (start == std::string_view::npos || !line.substr(start).starts_with(begin)) {
    return std::nullopt;
  }
  const std::string_view rest = trimmed(line.substr(start + begin.size()));
  const size_t gap = rest.find("  ");
  if (gap == std::string_view::npos) return std::nullopt;
  const std::string_view name = rest.substr(0, gap), more = trimmed(rest.substr(gap));
  const bool is_key =
      std::ranges::any_of(keys, [&](std::string_view key) { return more.starts_with(key); });
  if (!is_key || name.find_first_of(special) != std::string_view::npos) return std::nullopt;
  return fmt::format("{}- {{ name: {}, {} }}", line.substr(0, start), name, more);
}

/// No YAML, but what is meant is plain: tests on one line, with two spaces before the next key.
std::string with_tests_as_objects(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    result += as_object(line).value_or(std::string(line));
    if (end < text.size()) result += '\n';
    at = end + 1;
  }
  return result;
}

class TestFileReader {
 public:
  TestFileReader(const std::string& file, Findings& findings) : file_(file), findings_(findings) {}

  TestFile read(const YAML::Node& root) {
    TestFile result{.file = file_};
    const size_t slash = file_.rfind('/');
    if (slash != std::string::npos) result.directory = file_.substr(0, slash + 1);
    Fields fields(root, "", file_, findings_);
    if (!root.IsMap() || !fields.node("tests").IsSequence()) {
      findings_.error("RUL0300", file_, {1, 1}, "tests", "the file has no list `tests`");
      return result;
    }
    if (const auto rule = fields.text("rule")) {
      const bool absolute = rule->text.starts_with('/');
      result.rule_file = absolute ? rule->text : result.directory + rule->text;
      result.rule_place = rule->place;
    } else {
      result.rule_file = rule_beside(file_);
      result.rule_place = {1, 1};
    }
    result.rule_name = fields.text("rule_name").value_or(Written{}).text;
    now_ = time(fields, "now").value_or(default_test_time());
    result.tables = read_given(fields, "tables", file_, findings_);
    for (Fields& test : fields.objects("tests")) result.tests.push_back(read_test(test));
    fields.report_unknown({}, FindingLevel::Error);
    if (result.tests.empty()) fields.error("RUL0300", "tests", "the file has no tests");
    check_names(result);
    return result;
  }

 private:
  RuleTest read_test(Fields& fields) {
    RuleTest test;
    test.name = fields.required_text("name");
    test.now = time(fields, "now").value_or(now_);
    if (fields.node("scope").IsMap()) {
      read_range(*fields.object("scope"), test);
    } else if (const auto scope = fields.text("scope")) {
      test.any_time = equal_ignoring_case(scope->text, "none");
      if (!test.any_time) test.scope = fields.duration("scope");
    }
    const YAML::Node tables = fields.node("tables");
    if (tables.IsDefined()) {
      const auto written = tables.IsScalar() ? fields.text("tables") : std::nullopt;
      test.file_tables = !written || !equal_ignoring_case(written->text, "none");
      if (test.file_tables) {
        fields.error("RUL0013", "tables", "a test's `tables` can only be `none`",
                     "rows of one test go to `given`");
      }
    }
    test.given = read_given(fields, "given", file_, findings_);
    if (auto range = fields.object("simulate")) {
      const auto from = time(*range, "from");
      const auto to = time(*range, "to");
      for (const char* bound : {"from", "to"}) {
        if (!range->has(bound)) {
          range->error("RUL0010", bound, fmt::format("'{}' is missing", range->path_of(bound)));
        }
      }
      range->report_unknown({}, FindingLevel::Error);
      if (from && to) {
        if (*to <= *from) range->error("RUL0014", "to", "'simulate.to' must be after 'from'");
        test.simulate = {*from, *to};
        // Relative times are before the end of what is simulated.
        if (!fields.has("now")) test.now = *to;
      }
    }
    test.expect = read_expectations(fields, file_, findings_);
    check_expectations(fields, test);
    fields.report_unknown({}, FindingLevel::Error);
    return test;
  }

  /// `scope: { from: -2d, to: now }`.
  void read_range(Fields scope, RuleTest& test) {
    const auto bound = [&](const char* name) -> std::optional<Datetime> {
      const auto written = scope.text(name);
      if (!written) return std::nullopt;
      if (const auto span = relative_time(written->text)) return {{test.now.ticks + span->ticks}};
      return time(scope, name);
    };
    const auto from = bound("from"), to = bound("to");
    if (!scope.has("from")) scope.error("RUL0010", "from", "'scope.from' is missing");
    scope.report_unknown({}, FindingLevel::Error);
    if (!from) return;
    test.scope_range = {*from, to.value_or(test.now)};
    if (test.scope_range->to <= *from) {
      scope.error("RUL0014", "to", "'scope.to' must be after 'from'");
    }
  }

  /// What only a run, or only a simulation, can tell.
  void check_expectations(Fields& fields, const RuleTest& test) {
    const Expectations& expect = test.expect;
    if (test.simulate && (expect.rows || expect.columns || !expect.contains.empty() ||
                          !expect.lacks.empty() || expect.error)) {
      fields.error(
          "RUL0308", "expect",
          "a simulation has many runs: rows, contains, lacks, columns and error are of one",
          "expect alerts, incidents, runs_failed, duplicates, entities");
    }
    if (!test.simulate && (expect.runs || expect.runs_failed)) {
      fields.error("RUL0308", "expect", "only a simulation has several runs",
                   "add `simulate: { from: ..., to: ... }`");
    }
  }

  std::optional<Datetime> time(Fields& fields, std::string_view name) {
    const auto written = fields.text(name);
    if (!written) return std::nullopt;
    const auto time = parse_datetime(written->text);
    if (!time) {
      fields.error("RUL0014", name,
                   fmt::format("'{}' is not a time: '{}'", fields.path_of(name), written->text),
                   "write 2026-01-02T12:00:00Z");
    }
    return time;
  }

  void check_names(const TestFile& file) {
    std::map<std::string_view, Place> seen;
    for (const RuleTest& test : file.tests) {
      if (test.name.text.empty()) continue;
      const auto [first, fresh] = seen.emplace(test.name.text, test.name.place);
      if (fresh) continue;
      findings_.error("RUL0302", file_, test.name.place, "name",
                      fmt::format("two tests have the name '{}'", test.name.text),
                      fmt::format("the other is in line {}", first->second.line));
    }
  }

  const std::string& file_;
  Findings& findings_;
  Datetime now_ = {};
};

/// A rule stands for its tests.
std::vector<std::string> tests_beside(const std::string& rule) {
  const size_t slash = rule.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : rule.substr(0, slash + 1);
  std::vector<std::string> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, problem)) {
    std::string file = folder + entry.path().filename().string();
    if (holds_tests(file) && rule_beside(file) == rule) files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Datetime default_test_time() {
  return *datetime_of({.year = 2026, .month = 1, .day = 1, .hour = 12});
}

std::vector<std::string> test_files(const std::string& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (!fs::exists(status)) {
    throw QueryError(ErrorKind::Runtime, "RUL0001",
                     fmt::format("there is no file or directory '{}'", path));
  }
  if (!fs::is_directory(status)) {
    if (holds_tests(path)) return {path};
    return tests_beside(path);
  }
  return files_below(path, [](const std::string& name) { return holds_tests(name); });
}

TestFile read_test_file(std::string_view text, const std::string& file, Findings& findings) {
  const std::optional<std::string> decoded = text_of_bytes(text);
  if (!decoded) {
    findings.error("RUL0002", file, {}, "", "the file is neither UTF-8 nor UTF-16",
                   "save it as UTF-8");
    return {.file = file};
  }
  const auto parsed = [&] {
    try {
      return documents_of(*decoded);
    } catch (const YAML::Exception&) {
      const std::string again = with_tests_as_objects(*decoded);
      if (again == *decoded) throw;
      return documents_of(again);
    }
  };
  try {
    const std::vector<YAML::Node> documents = parsed();
    if (documents.size() > 1) {
      findings.error("RUL0300", file, place_of(documents[1]), "",
                     "a file of tests is one document; this is a second one",
                     "put all tests into one list, without `---` between them");
    }
    return TestFileReader(file, findings).read(documents.empty() ? YAML::Node() : documents[0]);
  } catch (const YAML::Exception& problem) {
    const Place place =
        problem.mark.is_null() ? Place{} : Place{problem.mark.line + 1, problem.mark.column + 1};
    findings.error("RUL0002", file, place, "", fmt::format("the file is not YAML: {}", problem.msg),
                   "texts with `{`, `: ` or `#` need quotes");
    return {.file = file};
  }
}

TestFile load_test_file(const std::string& file, Findings& findings) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    findings.error("RUL0001", file, {}, "", fmt::format("'{}' cannot be read", file));
    return {.file = file};
  }
  return read_test_file(text.str(), file, findings);
}

}  // namespace vedette::rules
