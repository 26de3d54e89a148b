#include "runtime/shell/compatibility_page.h"

#include <map>

#include "compiler/bind/operators.h"
#include "compiler/bind/plugins/plugin.h"
#include "compiler/session/session.h"
#include "runtime/base/format.h"
#include "runtime/shell/contradictions.h"
#include "runtime/shell/kusto_names.h"
#include "runtime/value/datetime.h"

namespace vedette::shell {
namespace {

enum class State { Full, Differs, NotYet, Refused };

struct Entry {
  std::string_view name;
  State state = State::Full;
  std::string note;
};

std::string_view name_of(State state) {
  switch (state) {
    case State::Full:
      return "full";
    case State::Differs:
      return "differs";
    case State::NotYet:
      return "not yet";
    case State::Refused:
      return "refused";
  }
  return {};
}

Entry entry_of(std::string_view name, std::string_view difference) {
  if (difference.empty()) return {name, State::Full, {}};
  return {name, State::Differs, std::string(difference)};
}

/// Does its query run?
Entry entry_of(const Probe& probe, Session& session, std::string_view difference) {
  if (!probe.refused.empty()) return {probe.name, State::Refused, std::string(probe.refused)};
  const QueryResult result =
      session.run(probe.query, {.threads = 1, .jit = JitMode::Off, .now = Datetime{}});
  if (result.ok) return entry_of(probe.name, difference);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity == Severity::Error) {
      return {probe.name, State::NotYet, diagnostic.message};
    }
  }
  return {probe.name, State::NotYet, {}};
}

std::string_view difference_of_operator(std::string_view name) {
  for (const TabularOperator& record : tabular_operators()) {
    if (record.name == name) return record.difference;
  }
  return {};
}

std::vector<Entry> operator_entries(Session& session) {
  std::vector<Entry> entries;
  for (const Probe& probe : kusto_operators()) {
    entries.push_back(entry_of(probe, session, difference_of_operator(probe.name)));
  }
  return entries;
}

std::vector<Entry> plugin_entries(Session& session) {
  std::vector<Entry> entries;
  for (const Probe& probe : kusto_plugins()) {
    const Plugin* record = find_plugin(probe.name);
    entries.push_back(entry_of(probe, session, record != nullptr ? record->difference : ""));
  }
  return entries;
}

std::vector<Entry> function_entries(const Library& library, Session& session) {
  std::map<std::string_view, const Probe*> special;
  for (const Probe& probe : kusto_special_functions()) special[probe.name] = &probe;
  std::vector<Entry> entries;
  for (const std::string_view name : kusto_functions()) {
    if (const ScalarFunction* record = library.find_function(name)) {
      entries.push_back(entry_of(name, record->difference));
    } else if (special.contains(name)) {
      entries.push_back(entry_of(*special[name], session, ""));
    } else if (name.starts_with("__")) {
      entries.push_back({name, State::Refused, "internal to the service, without documentation"});
    } else {
      entries.push_back({name, State::NotYet, {}});
    }
  }
  return entries;
}

std::vector<Entry> aggregate_entries(const Library& library) {
  std::vector<Entry> entries;
  for (const std::string_view name : kusto_aggregates()) {
    const AggregateFunction* record = library.find_aggregate(name);
    entries.push_back(record != nullptr ? entry_of(name, record->difference)
                                        : Entry{name, State::NotYet, {}});
  }
  return entries;
}

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char byte : text) {
    if (byte == '|') escaped += '\\';
    escaped += byte == '\n' ? ' ' : byte;
  }
  return escaped;
}

std::string section(std::string_view title, const std::vector<Entry>& entries) {
  std::map<State, size_t> counts;
  for (const Entry& entry : entries) ++counts[entry.state];
  std::string text = fmt::format("## {}\n\n{} names", title, entries.size());
  for (const auto& [state, count] : counts) text += fmt::format(", {} {}", count, name_of(state));
  text += ".\n\n| name | state | |\n|---|---|---|\n";
  for (const Entry& entry : entries) {
    text += fmt::format("| `{}` | {} | {} |\n", entry.name, name_of(entry.state), cell(entry.note));
  }
  return text + '\n';
}

}  // namespace

std::string compatibility_page(const Library& library) {
  Session session(library, nullptr);
  std::string text =
      "# Compatibility with Kusto\n\n"
      "Every operator, function, aggregate and plugin of Kusto, and what becomes of it here. "
      "Written by `make docs`: functions and aggregates from their records, operators and plugins "
      "by running a query of each.\n\n"
      "* **full**: as the reference says, as far as we know.\n"
      "* **differs**: works, with the difference that is named.\n"
      "* **refused**: never; the error says why.\n"
      "* **not yet**: an error says so.\n\n";
  text += section("Tabular operators", operator_entries(session));
  text += section("Functions", function_entries(library, session));
  text += section("Aggregates", aggregate_entries(library));
  text += section("Plugins", plugin_entries(session));
  return text + std::string(contradictions());
}

}  // namespace vedette::shell
