#include "rules/test/test_report.h"

#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";

std::string_view status_name(TestStatus status) {
  switch (status) {
    case TestStatus::Passed:
      return "passed";
    case TestStatus::Failed:
      return "failed";
    default:
      return "broken";
  }
}

std::string milliseconds(double seconds) {
  return fmt::format("{:.0f} ms", seconds * 1000);
}

std::string title_of(const TestResult& test) {
  return test.name.empty() ? test.file : fmt::format("{}: {}", test.file, test.name);
}

/// Everything there is to say about a test, one text a line; nothing when all is well.
std::vector<std::string> details_of(const TestResult& test) {
  std::vector<std::string> lines;
  for (const Finding& finding : test.findings) {
    const std::string text = to_human_text(finding);
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  for (const Mismatch& mismatch : test.mismatches) {
    lines.push_back(fmt::format("{}:{}: {}: {}", test.file, mismatch.place.line, mismatch.field,
                                mismatch.message));
    for (const std::string& line : mismatch.lines) lines.push_back("  " + line);
  }
  if (!test.why.empty()) lines.emplace_back("why:");
  for (const std::string& line : test.why) lines.push_back("  " + line);
  return lines;
}

std::string counts_of(const SuiteResult& result) {
  const auto counted = [](size_t number, const char* one) {
    return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
  };
  std::string text = fmt::format("{} in {}: {} passed", counted(result.tests.size(), "test"),
                                 counted(result.files, "file"), result.count(TestStatus::Passed));
  for (const TestStatus status : {TestStatus::Failed, TestStatus::Broken}) {
    const size_t number = result.count(status);
    if (number > 0) text += fmt::format(", {} {}", number, status_name(status));
  }
  if (result.warnings() > 0) text += ", " + counted(result.warnings(), "warning");
  return text;
}

/// What XML cannot hold is left out.
std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') result += c;
    }
  }
  return result;
}

/// The elements that say why a test did not pass, or what is odd about it.
std::string junit_problem(const TestResult& test) {
  const std::vector<std::string> details = details_of(test);
  const char* element = test.status == TestStatus::Failed ? "failure" : "error";
  std::string text;
  for (const std::string& line : details) text += xml_text(line) + "\n";
  if (test.status == TestStatus::Passed) {
    return text.empty() ? "" : fmt::format("      <system-out>{}</system-out>\n", text);
  }
  return fmt::format("      <{} type=\"{}\" message=\"{}\">{}</{}>\n", element,
                     status_name(test.status), details.empty() ? "" : xml_text(details[0]), text,
                     element);
}

}  // namespace

std::string to_human_text(const SuiteResult& result, bool verbose, bool color) {
  const auto painted = [&](std::string_view paint, std::string_view text) {
    return color ? fmt::format("{}{}{}", paint, text, plain) : std::string(text);
  };
  std::string text;
  for (const TestResult& test : result.tests) {
    const bool passed = test.status == TestStatus::Passed;
    if (passed && !verbose && test.findings.empty()) continue;
    const std::string_view mark =
        passed ? "ok" : (test.status == TestStatus::Failed ? "FAIL" : "BROKEN");
    text += fmt::format("{} {} {}\n", painted(passed ? green : red, mark), title_of(test),
                        painted(dim, fmt::format("({})", milliseconds(test.seconds))));
    for (const std::string& line : details_of(test)) {
      const std::string_view shape = std::string_view(line).substr(0, 4);
      const bool less = shape == "  - ", more = shape == "  + ";
      text += "  " + (less ? painted(green, line) : more ? painted(red, line) : line) + "\n";
    }
  }
  return text + fmt::format("{} ({})\n", painted(result.passed() ? green : red, counts_of(result)),
                            milliseconds(result.seconds));
}

std::string to_junit(const SuiteResult& result) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format(
      "<testsuites name=\"vedette rules test\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "skipped=\"0\" time=\"{:.3f}\">\n",
      result.tests.size(), result.count(TestStatus::Failed), result.count(TestStatus::Broken),
      result.seconds);
  for (size_t first = 0; first < result.tests.size();) {
    size_t end = first;
    SuiteResult file;
    for (; end < result.tests.size() && result.tests[end].file == result.tests[first].file; ++end) {
      file.tests.push_back(result.tests[end]);
      file.seconds += result.tests[end].seconds;
    }
    const std::string name = xml_text(result.tests[first].file);
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "skipped=\"0\" time=\"{:.3f}\">\n",
        name, file.tests.size(), file.count(TestStatus::Failed), file.count(TestStatus::Broken),
        file.seconds);
    for (const TestResult& test : file.tests) {
      const std::string title = test.name.empty() ? "(file)" : test.name;
      text += fmt::format(
          "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\"",
          xml_text(test.rule.empty() ? test.file : test.rule), xml_text(title), name,
          test.place.line, test.seconds);
      const std::string problem = junit_problem(test);
      text += problem.empty() ? "/>\n" : ">\n" + problem + "    </testcase>\n";
    }
    text += "  </testsuite>\n";
    first = end;
  }
  return text + "</testsuites>\n";
}

std::string to_tap(const SuiteResult& result) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", result.tests.size());
  for (size_t i = 0; i < result.tests.size(); ++i) {
    const TestResult& test = result.tests[i];
    std::string title = title_of(test);
    // A `#` would begin a directive, a backslash hide one, and a line is a result.
    for (size_t at = 0; at < title.size(); ++at) {
      if (title[at] == '\n' || title[at] == '\r') title[at] = ' ';
      if (title[at] == '#' || title[at] == '\\') title.insert(at++, 1, '\\');
    }
    const bool passed = test.status == TestStatus::Passed;
    text += fmt::format("{} {} - {}\n", passed ? "ok" : "not ok", i + 1, title);
    if (passed) {
      for (const std::string& line : details_of(test)) text += "# " + line + "\n";
      continue;
    }
    text += fmt::format("  ---\n  severity: {}\n  message: |\n",
                        test.status == TestStatus::Failed ? "fail" : "error");
    for (const std::string& line : details_of(test)) text += "    " + line + "\n";
    text += "  ...\n";
  }
  return text;
}

std::string to_json(const SuiteResult& result) {
  const auto list = [](const std::vector<std::string>& texts) {
    std::string json = "[";
    for (const std::string& text : texts) {
      if (json.size() > 1) json += ", ";
      append_json_string(json, text);
    }
    return json + "]";
  };
  std::string text = "{\"tests\": [";
  for (size_t i = 0; i < result.tests.size(); ++i) {
    const TestResult& test = result.tests[i];
    if (i > 0) text += ",";
    text += fmt::format(
        "\n  {{\"file\": {}, \"name\": {}, \"rule\": {}, \"line\": {}, \"status\": \"{}\", "
        "\"seconds\": {:.6f}",
        json_string(test.file), json_string(test.name), json_string(test.rule), test.place.line,
        status_name(test.status), test.seconds);
    if (!test.mismatches.empty()) {
      text += ", \"mismatches\": [";
      for (size_t k = 0; k < test.mismatches.size(); ++k) {
        const Mismatch& mismatch = test.mismatches[k];
        text += fmt::format("{}{{\"field\": {}, \"line\": {}, \"message\": {}, \"lines\": {}}}",
                            k > 0 ? ", " : "", json_string(mismatch.field), mismatch.place.line,
                            json_string(mismatch.message), list(mismatch.lines));
      }
      text += "]";
    }
    if (!test.why.empty()) text += ", \"why\": " + list(test.why);
    if (!test.findings.empty()) text += ", \"findings\": " + to_json(test.findings);
    text += "}";
  }
  text += fmt::format(
      "\n], \"passed\": {}, \"failed\": {}, \"broken\": {}, \"warnings\": {}, "
      "\"seconds\": {:.6f}}}\n",
      result.count(TestStatus::Passed), result.count(TestStatus::Failed),
      result.count(TestStatus::Broken), result.warnings(), result.seconds);
  return text;
}

}  // namespace vedette::rules
