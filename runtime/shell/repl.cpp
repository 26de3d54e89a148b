// The conversation: reads queries over several lines, runs them, shows their results.
#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/help.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/line_editor.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/result_view.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

constexpr std::string_view dot_help =
    "A query ends with `;` at the end of a line, or with an empty line.\n"
    "  .help [WORD]    this, or what a function, aggregate or operator does\n"
    "  .tables         the tables of the database\n"
    "  .schema TABLE   the columns of a table\n"
    "  .format NAME    table, json, ndjson, csv or markdown\n"
    "  .show ...       a management command: .show tables, .create table, .ingest inline ...\n"
    "  .quit           leaves; so does Ctrl-D. Ctrl-C cancels a running query.\n";

std::string_view trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

class Conversation {
 public:
  explicit Conversation(const WorkspaceOptions& options)
      : database_(options.database), workspace_(options) {}

  ExitCode run() {
    const bool people = terminal_of(0).is_terminal && terminal_of(1).is_terminal;
    if (people) print_text("Vedette. `.help` explains, a query ends with `;` or an empty line.\n");
    LineEditor editor(people);
    std::string query;
    while (auto line = editor.read(query.empty() ? "kql> " : "...> ")) {
      interrupted() = false;
      const std::string_view text = trimmed(*line);
      if (query.empty() && is_own(text)) {
        editor.remember(std::string(text));
        if (!command(text)) break;
        continue;
      }
      const bool at_once = query.empty() && text.starts_with('.') && command::is_complete(text);
      const bool complete = text.empty() || text.ends_with(';') || at_once;
      query += *line;
      query += '\n';
      if (!complete) continue;
      if (!trimmed(query).empty()) {
        editor.remember(std::string(trimmed(query)));
        answer(query);
      }
      query.clear();
    }
    if (!trimmed(query).empty()) answer(query);
    return people ? ExitCode::Done : last_;
  }

 private:
  /// Is this line for the conversation itself? Other lines with a dot are management commands.
  static bool is_own(std::string_view line) {
    const std::string_view word = line.substr(0, std::min(line.find(' '), line.size()));
    for (const std::string_view own :
         {".help", ".tables", ".schema", ".format", ".quit", ".exit"}) {
      if (word == own) return true;
    }
    return false;
  }

  /// Obeys a line that starts with a dot; false to leave.
  bool command(std::string_view line) {
    const size_t space = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, space);
    const std::string argument(trimmed(line.substr(space)));
    try {
      obey(name, argument);
    } catch (const UsageError& error) {
      fmt::print(stderr, "{}\n", error.what());
    } catch (const QueryError& error) {
      fmt::print(stderr, "error {}: {}\n", error.code, error.message);
    }
    return name != ".quit" && name != ".exit";
  }

  void obey(std::string_view name, const std::string& argument) {
    if (name == ".quit" || name == ".exit") return;
    if (name == ".help" && argument.empty()) {
      print_text(dot_help);
    } else if (name == ".help") {
      run_help({argument});
    } else if (name == ".format") {
      const auto format = output_format_of_name(argument);
      if (!format) throw UsageError("formats are table, json, ndjson, csv and markdown");
      format_ = *format;
    } else if (name == ".tables" || name == ".schema") {
      if (database_.empty()) throw UsageError("there is no database; start with --db DIR");
      if (name == ".tables") {
        run_tables({.database = database_});
      } else if (argument.empty()) {
        throw UsageError("say which table: .schema TABLE");
      } else {
        run_schema({.database = database_, .table = argument});
      }
    } else {
      throw UsageError(fmt::format("there is no command {}; .help lists them", name));
    }
  }

  void answer(std::string query) {
    // The end of what was typed is no part of the rows behind `.ingest inline ... <|`.
    if (command::is_command(query) && trimmed(query).ends_with(';')) query.resize(query.rfind(';'));
    const QueryResult result = workspace_.run(query);
    print_diagnostics(query, result.diagnostics);
    last_ = result.ok ? ExitCode::Done : exit_code_of(result.diagnostics);
    if (result.ok) {
      print_text(write_tables(result.tables, format_, terminal_of(1)));
      if (terminal_of(1).is_terminal) print_text(summary_of(result) + "\n");
    }
    interrupted() = false;
  }

  std::string database_;
  Workspace workspace_;
  OutputFormat format_ = OutputFormat::Table;
  ExitCode last_ = ExitCode::Done;  // of the last query
};

}  // namespace

ExitCode run_repl(const WorkspaceOptions& options) {
  WorkspaceOptions ours = options;
  ours.may_make_database = true;
  return Conversation(ours).run();
}

}  // namespace vedette::shell
