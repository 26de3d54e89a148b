// Management commands: texts that begin with a dot. They look at a database, or change it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/function/library.h"

namespace vedette::command {

class Journal;

/// Who runs commands: knows the database, and how to open it for writing.
class CommandHost {
 public:
  virtual ~CommandHost() = default;
  /// A session over the database as it is now.
  virtual Session& session() = 0;
  /// nullptr when there is none.
  virtual Database* database() = 0;
  /// The database, owned and open for writing; afterwards `session` and `database` are new ones.
  /// Throws QueryError.
  virtual Database& writable_database() = 0;
  virtual std::string_view version() const = 0;
  /// What was asked before.
  virtual Journal& journal() = 0;
};

/// Does a text begin with a dot, blanks and comments aside?
bool is_command(std::string_view text);

/// Is a text a command that makes tables, functions or groups?
bool makes_things(std::string_view text);

/// Runs a command, and the query its result is piped into, and adds it to the journal. Never
/// throws: what goes wrong is in the result's diagnostics.
QueryResult run_command(CommandHost& host, const Library& library, std::string_view text,
                        const QueryOptions& options);

/// Is the command all there, as far as one line can tell? So are texts that more lines would not
/// help.
bool is_complete(std::string_view text);

/// What there is to say about a command.
struct CommandHelp {
  std::string_view family;   // such as Tables
  std::string_view pattern;  // how it is read; tells commands apart
  std::string syntax;        // for people: `.drop table Name [ifexists]`
  std::string_view summary;
};
/// All of them, by family.
std::vector<CommandHelp> command_help();
/// The pattern of the command that a text is; nothing when it is none.
std::optional<std::string_view> pattern_of(std::string_view text);

}  // namespace vedette::command
