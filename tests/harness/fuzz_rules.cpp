// Fuzz target: any text of a rule file ends in rules or in findings, soon.
#include <cstdlib>

#include "rules/check/check.h"
#include "rules/load/load.h"
#include "runtime/base/format.h"
#include "runtime/shell/schema_file.h"
#include "stdlib/stdlib.h"
#include "tests/harness/grid.h"

namespace {

using namespace vedette;

constexpr std::string_view tables = R"({
  "SigninLogs": {"TimeGenerated": "datetime", "UserPrincipalName": "string", "IPAddress": "string",
                 "ResultType": "string", "Status": "dynamic"}
})";

[[noreturn]] void fail(std::string_view what, std::string_view text) {
  fmt::print(stderr, "{}: {}\n", what, text);
  std::abort();
}

void load(std::string_view text, const std::string& file, Session& session) {
  rules::Findings findings;
  const std::vector<rules::AnalyticRule> found = rules::read_rules(text, file, findings);
  if (found.empty() && findings.all().empty()) fail("neither a rule nor a finding", text);
  QueryOptions options;
  options.now = default_clock();
  options.allow_local_files = false;
  for (const rules::AnalyticRule& rule : found) {
    rules::check_fields(rule, findings);
    rules::check_query(rule, session, options, findings);
    rules::check_habits(rule, findings);
  }
  rules::check_ids(found, findings);
  for (const rules::Finding& finding : findings.all()) {
    if (finding.code.empty() || finding.message.empty()) fail("an empty finding", text);
    if (finding.place.line < 0 || finding.place.column < 0) fail("a place before the text", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto schemas = shell::parse_schemas(tables, "the tables of the fuzzer");
  static Session session(standard_library(), nullptr, schemas.get());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  load(text, "rule.yaml", session);
  load(text, "rules.json", session);
  return 0;
}
