#include "rules/report/report.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// Writes one JSON object, field by field.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  void text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(out_, value);
  }
  void number(std::string_view name, int value) {
    begin(name);
    out_ += fmt::format("{}", value);
  }
  /// The value is written by the caller.
  void begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_json_string(out_, name);
    out_ += ':';
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

std::string_view level_of(const Finding& finding) {
  return finding.level == FindingLevel::Error ? "error" : "warning";
}

std::string whole_message(const Finding& finding) {
  if (finding.hint.empty()) return finding.message;
  return fmt::format("{} ({})", finding.message, finding.hint);
}

/// A path as a reference of RFC 3986: whole ones as `file://`, odd characters as `%20`.
std::string uri_of(std::string_view path) {
  constexpr std::string_view plain = "-._~/!$&'()*+,;=:@";
  std::string uri = path.starts_with('/') ? "file://" : "";
  if (path.starts_with("./")) path.remove_prefix(2);
  for (const char letter : path) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0 || plain.find(letter) != std::string_view::npos) {
      uri += letter;
    } else {
      uri += fmt::format("%{:02X}", byte);
    }
  }
  return uri;
}

void append_location(std::string& out, const Finding& finding) {
  JsonObject location(out);
  location.begin("physicalLocation");
  JsonObject physical(out);
  physical.begin("artifactLocation");
  JsonObject artifact(out);
  artifact.text("uri", uri_of(finding.file));
  artifact.end();
  if (finding.place.line > 0) {
    physical.begin("region");
    JsonObject region(out);
    region.number("startLine", finding.place.line);
    region.number("startColumn", std::max(finding.place.column, 1));
    region.end();
  }
  physical.end();
  location.end();
}

}  // namespace

std::string to_human_text(const Finding& finding) {
  std::string text = finding.file;
  if (finding.place.line > 0) {
    text += fmt::format(":{}:{}", finding.place.line, finding.place.column);
  }
  text += fmt::format(": {} {}: {}\n", level_of(finding), finding.code, finding.message);
  if (!finding.field.empty() || !finding.hint.empty()) {
    const std::string_view between = finding.field.empty() || finding.hint.empty() ? "" : ": ";
    text += fmt::format("  {}{}{}\n", finding.field, between, finding.hint);
  }
  return text;
}

std::string to_json(const std::vector<Finding>& findings) {
  std::string out = "[";
  for (const Finding& finding : findings) {
    out += out.size() == 1 ? "\n" : ",\n";
    JsonObject object(out);
    object.text("level", level_of(finding));
    object.text("code", finding.code);
    object.text("message", finding.message);
    if (!finding.hint.empty()) object.text("hint", finding.hint);
    object.text("file", finding.file);
    if (finding.place.line > 0) {
      object.number("line", finding.place.line);
      object.number("column", finding.place.column);
    }
    if (!finding.field.empty()) object.text("field", finding.field);
    object.end();
  }
  out += findings.empty() ? "]\n" : "\n]\n";
  return out;
}

std::string to_sarif(const std::vector<Finding>& findings, std::string_view version) {
  std::set<std::string> used;
  for (const Finding& finding : findings) used.insert(finding.code);
  std::string out =
      R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[)";
  JsonObject run(out);
  run.begin("tool");
  JsonObject tool(out);
  tool.begin("driver");
  JsonObject driver(out);
  driver.text("name", "vedette");
  driver.text("version", version);
  driver.begin("rules");
  out += '[';
  bool first = true;
  for (const std::string& code : used) {
    if (!first) out += ',';
    first = false;
    JsonObject rule(out);
    rule.text("id", code);
    for (const FindingCode& known : finding_codes()) {
      if (known.code != code) continue;
      rule.begin("shortDescription");
      JsonObject description(out);
      description.text("text", known.meaning);
      description.end();
    }
    rule.end();
  }
  out += ']';
  driver.end();
  tool.end();
  run.begin("results");
  out += '[';
  for (size_t i = 0; i < findings.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    JsonObject result(out);
    result.text("ruleId", findings[i].code);
    result.text("level", level_of(findings[i]));
    result.begin("message");
    JsonObject message(out);
    message.text("text", whole_message(findings[i]));
    message.end();
    result.begin("locations");
    out += '[';
    append_location(out, findings[i]);
    out += ']';
    result.end();
  }
  out += ']';
  run.end();
  out += "]}\n";
  return out;
}

}  // namespace vedette::rules
