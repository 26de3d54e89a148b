#include "runtime/shell/help.h"

#include <algorithm>

#include "compiler/bind/operators.h"
#include "compiler/bind/plugins/plugin.h"
#include "compiler/command/run_command.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/shell/signature.h"

namespace vedette::shell {
namespace {

std::string parameter_lines(const std::vector<Parameter>& parameters) {
  size_t width = 0;
  for (const Parameter& parameter : parameters) width = std::max(width, parameter.name.size());
  std::string text;
  for (const Parameter& parameter : parameters) {
    text += fmt::format("  {:<{}}  {}{}\n", parameter.name, width, parameter.meaning,
                        parameter.constant ? " Must be a constant." : "");
  }
  return text.empty() ? text : '\n' + text;
}

std::string notes(std::string_view null_rule, std::string_view difference) {
  std::string text;
  if (!null_rule.empty()) text += fmt::format("\nNulls: {}\n", null_rule);
  if (!difference.empty()) text += fmt::format("\nDifference from Kusto: {}\n", difference);
  return text;
}

template <typename Record> std::string head_of(const Record& record) {
  std::string text = fmt::format("{}\n  {}\n", call_of(record), record.summary);
  text += parameter_lines(record.parameters) + '\n';
  for (const std::string& signature : signatures_of(record)) {
    text += fmt::format("  {}\n", signature);
  }
  return text;
}

std::string about(const ScalarFunction& function) {
  std::string text = head_of(function);
  size_t width = 0;
  for (const Example& example : function.examples) width = std::max(width, example.call.size());
  text += "\nExamples\n";
  for (const Example& example : function.examples) {
    text += fmt::format("  {:<{}}  -> {}\n", example.call, width, example.result);
  }
  return text + notes(function.null_rule, function.difference);
}

std::string indented(std::string_view text) {
  std::string out = "  ";
  for (const char byte : text) {
    out += byte;
    if (byte == '\n') out += "  ";
  }
  return out + '\n';
}

std::string about(const AggregateFunction& aggregate) {
  std::string text = head_of(aggregate);
  if (!aggregate.conditional.empty()) {
    text += fmt::format("\nWith a condition: {}\n", aggregate.conditional);
  }
  text += "\nExamples\n";
  for (const Example& example : aggregate.examples) {
    text += indented(example.call) + '\n' + indented(example.result);
  }
  return text + notes(aggregate.null_rule, aggregate.difference);
}

std::string about(const TabularOperator& record) {
  std::string text = fmt::format("{}\n  {}\n", record.syntax, record.summary);
  for (const std::string_view alias : record.aliases) text += fmt::format("\nAlso: {}\n", alias);
  text += "\nExamples\n";
  for (const OperatorExample& example : record.examples) {
    text += indented(example.query) + '\n' + indented(example.result);
  }
  return text + notes({}, record.difference);
}

std::string about(const Plugin& plugin) {
  std::string text = fmt::format("{}\n  {}\n", plugin.syntax, plugin.summary);
  size_t width = 0;
  for (const auto& parameter : plugin.parameters) width = std::max(width, parameter.name.size());
  if (!plugin.parameters.empty()) text += '\n';
  for (const auto& parameter : plugin.parameters) {
    text += fmt::format("  {:<{}}  {}{}\n", parameter.name, width, parameter.meaning,
                        parameter.kind == PluginParameter::Constant ? " Must be a constant." : "");
  }
  if (!plugin.examples.empty()) text += "\nExamples\n";
  for (const OperatorExample& example : plugin.examples) {
    text += indented(example.query) + '\n' + indented(example.result);
  }
  return text + notes({}, plugin.difference);
}

/// The record of an operator, by its name or another one it has.
const TabularOperator* find_operator(std::string_view word) {
  for (const TabularOperator& record : tabular_operators()) {
    const bool alias =
        std::find(record.aliases.begin(), record.aliases.end(), word) != record.aliases.end();
    if (record.name == word || alias) return &record;
  }
  return nullptr;
}

std::vector<std::string_view> operator_names() {
  std::vector<std::string_view> names;
  for (const TabularOperator& record : tabular_operators()) names.push_back(record.name);
  return names;
}

std::vector<std::string_view> plugin_names() {
  std::vector<std::string_view> names;
  for (const Plugin& plugin : plugins()) names.push_back(plugin.name);
  return names;
}

std::vector<std::string_view> words_of(const Library& library) {
  std::vector<std::string_view> words = operator_names();
  for (const Plugin& plugin : plugins()) words.push_back(plugin.name);
  for (const ScalarFunction& function : library.functions()) {
    if (!function.hidden) words.push_back(function.name);
  }
  for (const AggregateFunction& aggregate : library.aggregates()) {
    if (!aggregate.hidden) words.push_back(aggregate.name);
  }
  return words;
}

std::string in_columns(std::vector<std::string_view> words, int width) {
  std::sort(words.begin(), words.end());
  size_t widest = 0;
  for (const std::string_view word : words) widest = std::max(widest, word.size());
  const size_t across = std::max<size_t>(1, static_cast<size_t>(width) / (widest + 2));
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool last = (i + 1) % across == 0 || i + 1 == words.size();
    text += last ? fmt::format("{}\n", words[i]) : fmt::format("{:<{}}", words[i], widest + 2);
  }
  return text;
}

/// `.drop table` of `.drop table NAME [ifexists]`.
std::string_view fixed_words(std::string_view pattern) {
  size_t end = 0;
  while (end < pattern.size()) {
    const size_t word = end == 0 ? 0 : end + 1;
    if (pattern[word] == '[' || (pattern[word] >= 'A' && pattern[word] <= 'Z')) break;
    end = std::min(pattern.find(' ', word), pattern.size());
  }
  return pattern.substr(0, end);
}

/// Management commands that begin with the words.
std::string about_commands(std::string_view words) {
  std::string text;
  for (const command::CommandHelp& record : command::command_help()) {
    const std::string_view rest =
        record.pattern.substr(std::min(words.size(), record.pattern.size()));
    const bool meant =
        record.pattern.starts_with(words) && (rest.empty() || rest[0] == ' ' || rest[0] == '-');
    if (meant) text += fmt::format("{}\n  {}\n", record.syntax, record.summary);
  }
  return text;
}

std::vector<std::string_view> command_words() {
  std::vector<std::string_view> words;
  for (const command::CommandHelp& record : command::command_help()) {
    const std::string_view word = record.pattern.substr(0, record.pattern.find(' '));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

}  // namespace

std::optional<std::string> help_about(const Library& library, std::string_view word) {
  const ScalarFunction* function = library.find_function(word);
  const AggregateFunction* aggregate = library.find_aggregate(word);
  const TabularOperator* tabular = find_operator(word);
  std::string text;
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : "\n") + more; };
  if (tabular != nullptr) add(about(*tabular));
  if (const Plugin* plugin = find_plugin(word)) add(about(*plugin));
  if (function != nullptr && !function->hidden) add(about(*function));
  if (aggregate != nullptr && !aggregate->hidden) add(about(*aggregate));
  if (word.starts_with('.')) add(about_commands(word));
  if (text.empty()) return std::nullopt;
  return text;
}

std::string help_overview(const Library& library, int width) {
  std::vector<std::string_view> functions;
  for (const ScalarFunction& function : library.functions()) {
    if (!function.hidden) functions.push_back(function.name);
  }
  std::vector<std::string_view> aggregates;
  for (const AggregateFunction& aggregate : library.aggregates()) {
    if (!aggregate.hidden) aggregates.push_back(aggregate.name);
  }
  return fmt::format(
      "Operators\n{}\nPlugins of evaluate\n{}\nFunctions\n{}\nAggregates\n{}\n"
      "Management commands\n{}\n"
      "`help NAME` explains one of them.\n",
      in_columns(operator_names(), width), in_columns(plugin_names(), width),
      in_columns(functions, width), in_columns(aggregates, width),
      in_columns(command_words(), width));
}

std::string_view similar_word(const Library& library, std::string_view word) {
  if (!word.starts_with('.')) return most_similar(word, words_of(library));
  std::vector<std::string_view> words = command_words();
  for (const command::CommandHelp& record : command::command_help()) {
    words.push_back(fixed_words(record.pattern));
  }
  return most_similar(word, words);
}

}  // namespace vedette::shell
