#include "runtime/shell/reference_page.h"

#include <algorithm>

#include "compiler/bind/operators.h"
#include "compiler/bind/plugins/plugin.h"
#include "compiler/command/run_command.h"
#include "runtime/base/format.h"
#include "runtime/shell/compatibility_page.h"
#include "runtime/shell/error_codes.h"
#include "runtime/shell/signature.h"

namespace vedette::shell {
namespace {

constexpr std::string_view origin =
    "Written by `make docs` from the records in the code; every example is run as a test.\n\n";

template <typename Record> std::string common_part(const Record& record) {
  std::string text = fmt::format("## {}\n\n{}\n\n", record.name, record.summary);
  if (!record.aliases.empty()) {
    text += "Also called";
    for (size_t i = 0; i < record.aliases.size(); ++i) {
      text += fmt::format("{} `{}`", i == 0 ? "" : ",", record.aliases[i]);
    }
    text += ".\n\n";
  }
  text += "```text\n";
  for (const std::string& signature : signatures_of(record)) text += signature + '\n';
  text += "```\n\n";
  for (const Parameter& parameter : record.parameters) {
    text += fmt::format("* `{}`{}: {}{}\n", parameter.name,
                        parameter.optional ? " (may be left out)" : "", parameter.meaning,
                        parameter.constant ? " Must be a constant." : "");
  }
  if (!record.parameters.empty()) text += '\n';
  if (!record.null_rule.empty()) text += fmt::format("Nulls: {}\n\n", record.null_rule);
  if (!record.difference.empty()) {
    text += fmt::format("Difference from Kusto: {}\n\n", record.difference);
  }
  return text;
}

std::string section_of(const ScalarFunction& function) {
  std::string text = common_part(function) + "| call | answer |\n|---|---|\n";
  const auto cell = [](std::string_view value) {
    std::string escaped;
    for (const char byte : value) {
      if (byte == '|') escaped += '\\';
      escaped += byte;
    }
    // A code span that holds backticks is fenced by two of them.
    const bool backtick = escaped.find('`') != std::string::npos;
    if (escaped.empty()) return std::string("(empty)");
    return backtick ? "`` " + escaped + " ``" : '`' + escaped + '`';
  };
  for (const Example& example : function.examples) {
    text += fmt::format("| {} | {} |\n", cell(example.call), cell(example.result));
  }
  return text + '\n';
}

std::string section_of(const AggregateFunction& aggregate) {
  std::string text = common_part(aggregate);
  if (!aggregate.conditional.empty()) {
    text += fmt::format("`{}` takes a condition as one more argument.\n\n", aggregate.conditional);
  }
  for (const Example& example : aggregate.examples) {
    text += fmt::format("```text\n{}\n----\n{}\n```\n\n", example.call, example.result);
  }
  return text;
}

template <typename Records> std::string page_of(std::string_view title, const Records& records) {
  std::vector<const typename Records::value_type*> sorted;
  for (const auto& record : records) {
    if (!record.hidden) sorted.push_back(&record);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  std::string text = fmt::format("# {}\n\n{}", title, origin);
  for (const auto* record : sorted) text += section_of(*record);
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string operators_page() {
  std::string text = fmt::format("# Tabular operators\n\n{}", origin);
  for (const TabularOperator& record : tabular_operators()) {
    text += fmt::format("## {}\n\n{}\n\n", record.name, record.summary);
    for (const std::string_view alias : record.aliases) {
      text += fmt::format("Also called `{}`.\n\n", alias);
    }
    text += fmt::format("```text\n{}\n```\n\n", record.syntax);
    for (const OperatorExample& example : record.examples) {
      text += fmt::format("```text\n{}\n----\n{}\n```\n\n", example.query, example.result);
    }
    if (!record.difference.empty()) {
      text += fmt::format("Difference from Kusto: {}\n\n", record.difference);
    }
  }
  text.pop_back();
  return text;
}

std::string plugins_page() {
  std::string text = fmt::format("# Plugins of evaluate\n\n{}", origin);
  for (const Plugin& plugin : plugins()) {
    text += fmt::format("## {}\n\n{}\n\n```text\n{}\n```\n\n", plugin.name, plugin.summary,
                        plugin.syntax);
    for (const PluginParameter& parameter : plugin.parameters) {
      text +=
          fmt::format("* `{}`{}: {}{}\n", parameter.name,
                      parameter.optional ? " (may be left out)" : "", parameter.meaning,
                      parameter.kind == PluginParameter::Constant ? " Must be a constant." : "");
    }
    if (!plugin.parameters.empty()) text += '\n';
    if (!plugin.difference.empty()) {
      text += fmt::format("Difference from Kusto: {}\n\n", plugin.difference);
    }
    for (const OperatorExample& example : plugin.examples) {
      text += fmt::format("```text\n{}\n----\n{}\n```\n\n", example.query, example.result);
    }
  }
  text.pop_back();
  return text;
}

std::string commands_page() {
  std::string text =
      "# Management commands\n\nWritten by `make docs` from the records in the code. What they "
      "mean "
      "together, and where Vedette differs from Kusto, is in "
      "[commands.md](../commands.md).\n";
  std::string_view family;
  for (const command::CommandHelp& record : command::command_help()) {
    if (record.family != family) {
      family = record.family;
      text += fmt::format("\n## {}\n\n| command | |\n|---|---|\n", family);
    }
    std::string syntax;
    for (const char c : record.syntax) syntax += c == '|' ? std::string("\\|") : std::string(1, c);
    text += fmt::format("| `{}` | {} |\n", syntax, record.summary);
  }
  return text;
}

}  // namespace

std::vector<ReferencePage> reference_pages(const Library& library) {
  return {{"functions.md", page_of("Functions", library.functions())},
          {"aggregates.md", page_of("Aggregates", library.aggregates())},
          {"operators.md", operators_page()},
          {"plugins.md", plugins_page()},
          {"commands.md", commands_page()},
          {"errors.md", errors_page()},
          {"../compatibility.md", compatibility_page(library)}};
}

}  // namespace vedette::shell
