// What a command works with: a database or tables from files, a session over it, query options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/command/journal.h"
#include "compiler/command/run_command.h"
#include "compiler/session/session.h"
#include "runtime/shell/exit_code.h"
#include "runtime/table/database.h"

namespace vedette::shell {

/// The command line is wrong in a way that only shows when it is used.
class UsageError : public std::exception {
 public:
  explicit UsageError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Options of all commands that run or bind queries, as text from the command line.
struct WorkspaceOptions {
  std::string database;             // a directory; empty: none
  bool may_make_database = false;   // commands such as .create table make the directory
  std::string schema_file;          // --schema: tables that can be bound but have no rows
  bool declared_tables = false;     // those of the catalogue, also without a database
  std::vector<std::string> tables;  // NAME=FILE: tables of this run, read from files
  std::string now;
  std::vector<std::string> parameters;  // k=v
  int threads = 0;
  std::string timeout;
  std::string memory;
  std::string jit = "auto";
  std::vector<std::string> externals;  // URL=PATH: what externaldata reads instead; @FILE: many
};

/// Keeps what a session refers to alive.
class Workspace : private command::CommandHost {
 public:
  /// Throws UsageError for options that cannot be read, QueryError for data that cannot.
  explicit Workspace(const WorkspaceOptions& options);
  ~Workspace() override;

  /// Runs a query or a management command, and adds it to the journal. A command that changes the
  /// database opens it for writing; it stays open so.
  QueryResult run(std::string_view text, const QueryOptions& options);
  QueryResult run(std::string_view text) { return run(text, options_); }

  Session& session() override { return *session_; }
  const QueryOptions& options() const { return options_; }
  /// Tables that can be bound without rows; nullptr when there are none.
  const plan::SchemaSource* declared() const { return schemas_.get(); }
  /// nullptr without --db and --table.
  Database* database() override { return database_.get(); }

 private:
  Database& writable_database() override;
  std::string_view version() const override;
  command::Journal& journal() override { return journal_; }
  void begin_session();
  void load_tables(const std::vector<std::string>& tables);

  std::unique_ptr<Database> database_;
  std::string to_be_made_;  // the directory of a database that is not there yet
  command::Journal journal_;
  std::unique_ptr<plan::SchemaSource> schemas_;
  QueryOptions options_;
  ExternalReader external_;
  std::unique_ptr<Session> session_;
};

/// `4G`, `512MB`, `1.5GiB`, `1000` in bytes; all units are powers of 1024. Throws UsageError.
int64_t parse_size(std::string_view text);

/// `30s`, `500ms`, `00:05:00`, or a plain number of seconds. Throws UsageError.
std::chrono::milliseconds parse_duration(std::string_view text);

/// `name=value` as its two halves. Throws UsageError that names the option.
std::pair<std::string, std::string> split_assignment(const std::string& text,
                                                     std::string_view option);

/// A datetime as `todatetime()` reads it. Throws UsageError.
Datetime parse_time(std::string_view text);

/// As `parse_time`; the system's clock for an empty text.
Datetime time_or_now(std::string_view text);

/// What the process should end with after this result; Done for a good one.
ExitCode exit_code_of(const std::vector<Diagnostic>& diagnostics);

/// Prints diagnostics for people to stderr.
void print_diagnostics(std::string_view query, const std::vector<Diagnostic>& diagnostics);

/// A whole file, or standard input for "-". Throws QueryError.
std::string read_text(const std::string& path);

/// Writes to stdout. Throws QueryError when it cannot.
void print_text(std::string_view text);

}  // namespace vedette::shell
