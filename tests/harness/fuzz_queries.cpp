// Fuzz target: any text ends in rows or in diagnostics, soon, and within its limits.
#include <cstdlib>

#include "runtime/base/format.h"
#include "runtime/shell/diagnostic_view.h"
#include "stdlib/stdlib.h"
#include "tests/harness/grid.h"
#include "tests/harness/test_tables.h"

namespace {

using namespace vedette;

constexpr std::string_view tables = R"(
table Logins  extents of 2 rows
Time:datetime     User:string  Ok:bool  Tries:long  Details:dynamic
2024-05-01 09:00  ann          true     1           {"ip":"10.0.0.1","tags":["a","b"]}
2024-05-01 09:01  bob          false    2           [1,2,3]
2024-05-02 09:02  ""           null     null        null

table Users
User:string  Team:string  Id:guid                               Rate:real  Budget:decimal
ann          red          74be27de-1e4e-49d9-b579-fe0b331d3642  0.5        1.25
bob          blue         null                                  nan        null
)";

QueryOptions limits() {
  QueryOptions options;
  options.threads = 1;
  options.timeout = std::chrono::milliseconds(200);
  options.memory_bytes = 64 << 20;
  options.now = default_clock();
  options.allow_local_files = false;
  return options;
}

[[noreturn]] void fail(std::string_view what, std::string_view text) {
  fmt::print(stderr, "{}: {}\n", what, text);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto database =
      make_database(parse_case_file("fuzz", tables), EncodingChoice::Measured);
  static Session session(standard_library(), database.get());

  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const QueryResult result = session.run(text, limits());
  bool any_error = false;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    any_error = any_error || diagnostic.severity == Severity::Error;
    if (diagnostic.code.empty() || diagnostic.message.empty()) fail("an empty diagnostic", text);
    if (diagnostic.span.end() > size + 1) fail("a place outside of the text", text);
    shell::to_human_text(text, diagnostic);
    shell::to_json(text, diagnostic);
  }
  if (any_error == result.ok) fail("errors and result do not agree", text);
  for (const ResultTable& table : result.tables) {
    if (table.data.size() != table.columns.size()) fail("columns without data", text);
    to_test_table(table);
  }
  return 0;
}
