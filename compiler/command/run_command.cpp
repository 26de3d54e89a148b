#include "compiler/command/run_command.h"

#include <algorithm>
#include <cctype>

#include "compiler/command/commands.h"
#include "compiler/command/journal.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/table/system_time.h"

namespace vedette::command {
namespace {

constexpr std::string_view unknown_command = "KQL0050";
constexpr std::string_view wrong_command = "KQL0051";

/// The offset of the first character that is neither blank nor part of a comment.
size_t skip_comments(std::string_view text) {
  size_t at = 0;
  for (;;) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (text.substr(at, 2) != "//") return at;
    at = std::min(text.find('\n', at), text.size());
  }
}

/// A pattern without what may be left out, to tell people.
std::string first_words(std::string_view pattern) {
  std::string words;
  while (!pattern.empty()) {
    const std::string_view word = pattern.substr(0, pattern.find(' '));
    if (word[0] >= 'A' && word[0] <= 'Z') break;
    if (word[0] != '[') {
      if (!words.empty()) words += ' ';
      words += word.substr(0, word.find('|'));
    }
    pattern.remove_prefix(std::min(word.size() + 1, pattern.size()));
  }
  return words;
}

Diagnostic what_is_wrong(std::string_view text) {
  Reading furthest;
  std::vector<std::string> expected;
  for (const Command& command : commands()) {
    Reading reading = read_along(command.pattern, text);
    if (reading.elements < furthest.elements || reading.elements == 0) continue;
    if (reading.elements > furthest.elements) expected.clear();
    if (std::find(expected.begin(), expected.end(), reading.expected) == expected.end()) {
      expected.push_back(reading.expected);
    }
    if (reading.elements > furthest.elements || !reading.wrong.empty()) {
      furthest = std::move(reading);
    }
  }
  Diagnostic diagnostic{.kind = ErrorKind::Syntax, .code = unknown_command};
  if (furthest.elements == 0) {
    std::vector<std::string> known;
    for (const Command& command : commands()) known.push_back(first_words(command.pattern));
    const std::string words(text.substr(0, text.find_first_of("(<|\n")));
    diagnostic.message = "this is not a command that is known here";
    diagnostic.span = {0, static_cast<uint32_t>(std::min(text.find_first_of(" \n"), text.size()))};
    diagnostic.suggestion = did_you_mean(most_similar(words, known));
    return diagnostic;
  }
  diagnostic.code = wrong_command;
  diagnostic.span = furthest.stopped;
  std::string list;
  for (size_t i = 0; i < expected.size(); ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : i + 1 < expected.size() ? ", " : " or ", expected[i]);
  }
  diagnostic.message = furthest.wrong.empty()
                           ? fmt::format("the command goes on with {} here", list)
                           : furthest.wrong;
  std::vector<std::string> words;
  for (const std::string& word : expected) {
    if (word.starts_with('\'')) words.push_back(word.substr(1, word.size() - 2));
  }
  const std::string_view found = text.substr(furthest.stopped.start, furthest.stopped.length);
  diagnostic.suggestion = did_you_mean(most_similar(found, words));
  return diagnostic;
}

/// Runs `| where ...` over the result of a command, beside the tables of the database.
QueryResult run_pipe(CommandContext& context, const ResultTable& table, const Rest& pipe) {
  const auto snapshot = context.snapshot();
  std::string name = "_";
  while (snapshot->find(name) != nullptr) name += '_';
  const std::unique_ptr<Database> database =
      Database::in_memory(*snapshot, context.database_name());
  TableSchema schema{.name = name, .columns = {}};
  for (const auto& [column, type] : table.columns) schema.columns.push_back({column, type});
  database->create_table(std::move(schema));
  Appender appender = database->append(name);
  for (size_t first = 0; first < table.rows; first += batch_rows) {
    std::vector<Vector> vectors;
    for (const ColumnBuilder& column : table.data) vectors.push_back(column.vector(first));
    appender.append_rows(
        vectors,
        {nullptr, static_cast<uint32_t>(std::min<size_t>(batch_rows, table.rows - first))});
  }
  appender.commit();
  // The name is as long as what stands before the pipe, so that places stay what they are.
  name.resize(std::max<size_t>(pipe.start, name.size()), ' ');
  Session session(context.library, database.get());
  return session.run(name + pipe.text, context.options);
}

/// What kind of command a pattern means, in the order of words that logs of Kusto have:
/// TableCreate, FunctionCreateOrAlter, TablesShow.
std::string kind_of(std::string_view pattern) {
  const std::string words = first_words(pattern);
  std::string verb, rest;
  bool in_verb = true, at_start = true;
  for (const char c : words) {
    if (c == ' ') in_verb = false;
    at_start = at_start || c == ' ' || c == '-' || c == '.' || c == '_';
    if (!std::isalpha(static_cast<unsigned char>(c))) continue;
    (in_verb ? verb : rest) +=
        at_start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    at_start = false;
  }
  if (verb == "Ingest") return rest.starts_with("Inline") ? "DataIngestInline" : "DataIngestPull";
  if (verb.starts_with("Set") || verb == "Append") return "Table" + verb;
  return rest + verb;
}

/// Finds a command and runs it; adds what kind it was.
QueryResult answer(CommandHost& host, const Library& library, std::string_view text,
                   const QueryOptions& options, std::string& kind) {
  const auto started = std::chrono::steady_clock::now();
  const size_t skipped = skip_comments(text);
  QueryResult result;
  CommandContext context{host, library, options};
  try {
    const Command* found = nullptr;
    std::optional<Arguments> arguments;
    for (const Command& command : commands()) {
      Reading reading = read_along(command.pattern, text.substr(skipped));
      if (!reading.arguments) continue;
      found = &command;
      arguments = std::move(reading.arguments);
      break;
    }
    if (found == nullptr) {
      result.diagnostics.push_back(what_is_wrong(text.substr(skipped)));
    } else {
      kind = kind_of(found->pattern);
      ResultTable table = found->run(context, *arguments);
      if (arguments->pipe) {
        result = run_pipe(context, table, *arguments->pipe);
      } else {
        result.ok = true;
        result.tables.push_back(std::move(table));
      }
    }
  } catch (const QueryError& error) {
    result.diagnostics.push_back(
        {.kind = error.kind, .code = error.code, .message = error.message, .span = error.span});
  } catch (const std::exception& error) {
    result.diagnostics.push_back({.kind = ErrorKind::Runtime,
                                  .code = "KQL0799",
                                  .message = std::string("internal error: ") + error.what(),
                                  .span = {}});
  }
  for (Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.span != Span{}) diagnostic.span.start += static_cast<uint32_t>(skipped);
  }
  result.diagnostics.insert(result.diagnostics.end(), context.warnings.begin(),
                            context.warnings.end());
  result.statistics.elapsed = std::chrono::steady_clock::now() - started;
  return result;
}

}  // namespace

const std::vector<CommandFamily>& command_families() {
  static const std::vector<CommandFamily> families = {
      {"Tables", show_commands()},
      {"The database as a whole", schema_commands()},
      {"The program, and what it was asked", service_commands()},
      {"Changing tables", table_commands()},
      {"Bringing rows", ingest_commands()},
      {"Removing rows", delete_commands()},
      {"Policies", policy_commands()},
      {"Functions", function_commands()},
      {"Entity groups", entity_group_commands()},
  };
  return families;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> all;
    for (const CommandFamily& family : command_families()) {
      all.insert(all.end(), family.commands.begin(), family.commands.end());
    }
    return all;
  }();
  return all;
}

std::vector<CommandHelp> command_help() {
  std::vector<CommandHelp> help;
  for (const CommandFamily& family : command_families()) {
    for (const Command& command : family.commands) {
      help.push_back({family.name, command.pattern, syntax_of(command.pattern), command.summary});
    }
  }
  return help;
}

std::optional<std::string_view> pattern_of(std::string_view text) {
  text.remove_prefix(skip_comments(text));
  for (const Command& command : commands()) {
    if (read_along(command.pattern, text).arguments) return command.pattern;
  }
  return std::nullopt;
}

bool is_command(std::string_view text) {
  const size_t at = skip_comments(text);
  return at < text.size() && text[at] == '.';
}

bool makes_things(std::string_view text) {
  if (!is_command(text)) return false;
  text.remove_prefix(skip_comments(text) + 1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.starts_with("create") || text.starts_with("set");
}

bool is_complete(std::string_view text) {
  text.remove_prefix(skip_comments(text));
  bool unfinished = false;
  for (const Command& command : commands()) {
    const Reading reading = read_along(command.pattern, text);
    if (reading.arguments) return reading.arguments->rest.start == 0;
    unfinished = unfinished || (reading.elements > 0 && reading.unfinished);
  }
  return !unfinished;
}

QueryResult run_command(CommandHost& host, const Library& library, std::string_view text,
                        const QueryOptions& options) {
  const Datetime started = system_time();
  std::string kind = "Unknown";
  QueryResult result = answer(host, library, text, options, kind);
  host.journal().add(kind, text, started, result);
  return result;
}

// What handlers share.

std::shared_ptr<const Snapshot> CommandContext::snapshot() const {
  Database* database = host.database();
  return database == nullptr ? std::make_shared<const Snapshot>(std::vector<Table>())
                             : database->snapshot();
}

std::string CommandContext::database_name() const {
  Database* database = host.database();
  return database == nullptr ? "memory" : database->name();
}

ResultTable CommandContext::run(const Rest& rest) {
  std::string ignored_kind;
  QueryResult result = is_command(rest.text)
                           ? answer(host, library, rest.text, options, ignored_kind)
                           : host.session().run(rest.text, options);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    Span span = diagnostic.span;
    if (span != Span{}) span.start += rest.start;
    if (diagnostic.severity == Severity::Error) {
      throw QueryError(diagnostic.kind, diagnostic.code, diagnostic.message, span);
    }
    warnings.push_back(diagnostic);
    warnings.back().span = span;
  }
  if (result.tables.empty()) {
    throw QueryError(ErrorKind::Semantic, "KQL0191", "this query has no result",
                     {rest.start, static_cast<uint32_t>(rest.text.size())});
  }
  return std::move(result.tables.front());
}

Rows::Rows(plan::TableColumns columns) {
  for (const auto& [name, type] : columns) table_.data.emplace_back(type);
  table_.columns = std::move(columns);
}

void Rows::add(std::initializer_list<Value> values) {
  check(values.size() == table_.data.size(), "a row of a command has a value a column");
  size_t at = 0;
  for (const Value& value : values) {
    if (value.is_null()) {
      table_.data[at++].append_null();
    } else {
      table_.data[at++].append(value);
    }
  }
  ++table_.rows;
}

ResultTable Rows::finish(std::string name) && {
  table_.name = std::move(name);
  return std::move(table_);
}

void check_database(const CommandContext& context, const NameAt& name) {
  const std::string database = context.database_name();
  if (name.text == database) return;
  throw QueryError(
      ErrorKind::Semantic, "KQL0606",
      fmt::format("there is no database '{}'; the one that is open is '{}'", name.text, database),
      name.span);
}

const Table& existing_table(const Snapshot& snapshot, const NameAt& name) {
  const Table* table = snapshot.find(name.text);
  if (table != nullptr) return *table;
  std::vector<std::string> names;
  for (const Table& other : snapshot.tables()) names.push_back(other.schema->name);
  const std::string hint = did_you_mean(most_similar(name.text, names));
  throw QueryError(
      ErrorKind::Semantic, "KQL0606",
      fmt::format("there is no table '{}'{}{}", name.text, hint.empty() ? "" : "; ", hint),
      name.span);
}

}  // namespace vedette::command
