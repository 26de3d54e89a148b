#include "runtime/shell/workspace.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "compiler/session/catalogue_schemas.h"
#include "rules/load/limits.h"
#include "runtime/base/format.h"
#include "runtime/shell/diagnostic_view.h"
#include "runtime/shell/external_files.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/schema_file.h"
#include "runtime/table/system_time.h"
#include "runtime/value/datetime.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

JitMode parse_jit_mode(std::string_view text) {
  if (text == "on") return JitMode::On;
  if (text == "off") return JitMode::Off;
  if (text == "auto") return JitMode::Auto;
  throw UsageError(fmt::format("--jit takes auto, on or off, not '{}'", text));
}

QueryOptions query_options(const WorkspaceOptions& from) {
  QueryOptions options;
  options.threads = from.threads;
  options.jit = parse_jit_mode(from.jit);
  options.cancelled = &interrupted();
  if (!from.memory.empty()) options.memory_bytes = parse_size(from.memory);
  if (!from.timeout.empty()) options.timeout = parse_duration(from.timeout);
  if (!from.now.empty()) options.now = parse_time(from.now);
  for (const std::string& parameter : from.parameters) {
    options.parameters.insert(split_assignment(parameter, "--param"));
  }
  return options;
}

/// Is there nothing, or an empty directory?
bool is_absent(const std::string& path) {
  std::error_code problem;
  return !std::filesystem::exists(path, problem) ||
         (std::filesystem::is_directory(path, problem) && std::filesystem::is_empty(path, problem));
}

}  // namespace

Workspace::Workspace(const WorkspaceOptions& options) : options_(query_options(options)) {
  if (!options.database.empty() && !options.tables.empty()) {
    throw UsageError("--table reads files into a database of its own; it does not go with --db");
  }
  if (!options.schema_file.empty()) schemas_ = read_schema_file(options.schema_file);
  if (!options.database.empty()) {
    if (options.may_make_database && is_absent(options.database)) {
      database_ = Database::in_memory();
      to_be_made_ = options.database;
    } else {
      database_ = Database::open(options.database, OpenMode::ReadOnly);
    }
  } else if (!options.tables.empty()) {
    database_ = Database::in_memory();
    load_tables(options.tables);
  }
  // Rules name tables whose logs have not come yet.
  const bool declared = options.declared_tables || !options.database.empty();
  if (!schemas_ && declared) schemas_ = std::make_unique<CatalogueSchemas>();
  external_ = external_files(options.externals);
  begin_session();
}

Workspace::~Workspace() = default;

void Workspace::begin_session() {
  session_ = std::make_unique<Session>(standard_library(), database_.get(), schemas_.get());
  session_->set_external_reader(external_);
}

QueryResult Workspace::run(std::string_view text, const QueryOptions& options) {
  if (!to_be_made_.empty() && !command::makes_things(text)) {
    QueryResult result;
    result.diagnostics.push_back(
        {.kind = ErrorKind::Runtime,
         .code = "KQL0601",
         .message = fmt::format("there is no database '{}'", to_be_made_),
         .span = {},
         .suggestion = "`vedette ingest` makes one, and so do .create and .set"});
    return result;
  }
  if (command::is_command(text)) {
    return command::run_command(*this, standard_library(), text, options);
  }
  const Datetime started = system_time();
  QueryResult result = session_->run(text, options);
  journal_.add("", text, started, result);
  return result;
}

std::string_view Workspace::version() const {
  return VEDETTE_VERSION;
}

Database& Workspace::writable_database() {
  if (!to_be_made_.empty()) {
    database_ = Database::open(to_be_made_, OpenMode::Create);
    to_be_made_.clear();
    begin_session();
    return *database_;
  }
  if (database_ != nullptr && database_->mode() != OpenMode::ReadOnly) return *database_;
  if (database_ == nullptr) {
    database_ = Database::in_memory();
  } else {
    database_ = Database::open(database_->directory(), OpenMode::ReadWrite);
  }
  begin_session();
  return *database_;
}

std::pair<std::string, std::string> split_assignment(const std::string& text,
                                                     std::string_view option) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw UsageError(fmt::format("{} takes NAME=VALUE, not '{}'", option, text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

int64_t parse_size(std::string_view text) {
  const auto bytes = rules::parse_bytes(text);
  if (!bytes) throw UsageError(fmt::format("'{}' is not a size; write 512M or 4G", text));
  return *bytes;
}

std::chrono::milliseconds parse_duration(std::string_view text) {
  const bool seconds = text.find_first_not_of("0123456789.") == std::string_view::npos;
  const auto span = parse_timespan(seconds ? fmt::format("{}s", text) : std::string(text));
  if (!span || span->ticks < 0) {
    throw UsageError(fmt::format("'{}' is not a duration; write 30s or 5m", text));
  }
  return std::chrono::milliseconds(span->ticks / ticks_per_millisecond);
}

Datetime parse_time(std::string_view text) {
  const auto time = parse_datetime(text);
  if (!time) throw UsageError(fmt::format("'{}' is not a time; write 2024-05-01T09:00:00Z", text));
  return *time;
}

Datetime time_or_now(std::string_view text) {
  if (!text.empty()) return parse_time(text);
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  constexpr int64_t ticks_of_1970 = days_of_date(1970, 1, 1) * ticks_per_day;
  return {ticks_of_1970 +
          std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count() / 100};
}

ExitCode exit_code_of(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::Error) continue;
    if (interrupted()) return ExitCode::Cancelled;
    if (diagnostic.code == "KQL0601") return ExitCode::DataTrouble;  // no such database
    if (diagnostic.kind == ErrorKind::Runtime) return ExitCode::RunFailed;
    if (diagnostic.kind == ErrorKind::Limit) return ExitCode::LimitReached;
    return ExitCode::QueryRejected;
  }
  return ExitCode::Done;
}

void print_diagnostics(std::string_view query, const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    fmt::print(stderr, "{}", to_human_text(query, diagnostic));
  }
}

std::string read_text(const std::string& path) {
  errno = 0;
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  std::string text;
  char buffer[65536];
  size_t read = 0;
  while (file != nullptr && (read = std::fread(buffer, 1, sizeof buffer, file)) > 0) {
    text.append(buffer, read);
  }
  const int problem = errno;
  const bool failed = file == nullptr || std::ferror(file) != 0;
  if (file != nullptr && file != stdin) std::fclose(file);
  if (failed) {
    throw QueryError(ErrorKind::Runtime, "CLI0001",
                     fmt::format("{}: {}", path, std::strerror(problem)));
  }
  return text;
}

void print_text(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw QueryError(ErrorKind::Runtime, "CLI0002",
                     fmt::format("writing the result: {}", std::strerror(errno)));
  }
}

}  // namespace vedette::shell
