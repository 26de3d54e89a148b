// Calls every function, aggregate and operator with generated arguments, in every way:
//   run_calls [--calls N] [--verbose] [functions|aggregates|operators] [NAME...]
// Exit status 0 when no two ways differ and nothing of the language is left out.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "runtime/base/format.h"
#include "runtime/shell/kusto_names.h"
#include "stdlib/stdlib.h"
#include "tests/harness/call_check.h"

namespace {

using namespace vedette;

/// Those that no call over a table can say much about, and why.
struct Exception {
  std::string_view name;
  std::string_view reason;
};
constexpr Exception exceptions[] = {
    {"extent_tags", "always null"},
    {"rowstore_ordinal_range", "always null"},
    {"geo_info_from_ip_address", "null without a database file; ip_location_test has one"},
    {"like", "refused: undocumented"},
    {"notlike", "refused: undocumented"},
    {"likecs", "refused: undocumented"},
    {"notlikecs", "refused: undocumented"},
};

std::string_view exception_of(std::string_view name) {
  for (const Exception& exception : exceptions) {
    if (exception.name == name) return exception.reason;
  }
  return {};
}

/// Says which names of the language are in no call, beyond those that stand for tables, graphs or
/// names and those that are internal to the service.
size_t report_left_out(const Library& library) {
  size_t left_out = 0;
  const auto report = [&](std::string_view name) {
    fmt::print("{}: no call of it is made\n", name);
    ++left_out;
  };
  const auto special = shell::kusto_special_functions();
  for (const std::string_view name : shell::kusto_functions()) {
    const ScalarFunction* function = library.find_function(name);
    if (function != nullptr
            ? !function->hidden
            : name.starts_with("__") ||
                  std::ranges::find(special, name, &shell::Probe::name) != special.end()) {
      continue;
    }
    report(name);
  }
  for (const std::string_view name : shell::kusto_aggregates()) {
    const AggregateFunction* aggregate = library.find_aggregate(name);
    if (aggregate == nullptr || aggregate->hidden) report(name);
  }
  return left_out;
}

}  // namespace

int main(int count, char** texts) {
  size_t most_calls = 40;
  bool verbose = false;
  std::optional<Callable::Kind> kind;
  std::set<std::string> only;
  for (int i = 1; i < count; ++i) {
    const std::string text = texts[i];
    if (text == "--calls" && i + 1 < count) {
      most_calls = static_cast<size_t>(std::atoi(texts[++i]));
    } else if (text == "--verbose") {
      verbose = true;
    } else if (text == "functions") {
      kind = Callable::Kind::Function;
    } else if (text == "aggregates") {
      kind = Callable::Kind::Aggregate;
    } else if (text == "operators") {
      kind = Callable::Kind::Operator;
    } else {
      only.insert(text);
    }
  }
  const Library& library = standard_library();
  ArgumentPool pool(library);
  size_t callables = 0, calls = 0, values = 0, failed = 0;
  for (const Callable& callable : callables_of(library)) {
    if (kind && callable.kind != *kind) continue;
    if (!only.empty() && !only.contains(callable.name)) continue;
    if (verbose) fmt::print("{}\n", callable.name);
    std::fflush(stdout);
    const auto begun = std::chrono::steady_clock::now();
    const CallReport report = check_calls(callable, pool, most_calls);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begun;
    ++callables, calls += report.calls, values += report.values;
    if (verbose) {
      fmt::print("  {} calls, {} with values, {:.2f} s\n", report.calls, report.values,
                 elapsed.count());
    }
    for (const std::string& failure : report.failures) {
      fmt::print("{}: {}\n", callable.name, failure);
    }
    const bool empty = report.values == 0 && exception_of(callable.name).empty();
    if (empty) fmt::print("{}: no call of it answers a value\n", callable.name);
    failed += empty || !report.failures.empty() ? 1 : 0;
  }
  if (only.empty()) failed += report_left_out(library);
  fmt::print("{} names, {} calls, {} with values, {} names failed\n", callables, calls, values,
             failed);
  return failed == 0 && callables > 0 ? 0 : 1;
}
