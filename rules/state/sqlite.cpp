#include "rules/state/sqlite.h"

#include <sqlite3.h>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// Others hold a lock for the time of one transaction at most.
constexpr int patience_milliseconds = 10'000;

[[noreturn]] void fail(std::string_view code, sqlite3* connection, std::string_view what) {
  throw QueryError(ErrorKind::Runtime, code,
                   fmt::format("{}: {}", what, sqlite3_errmsg(connection)));
}

}  // namespace

Statement::Statement(sqlite3* connection, sqlite3_stmt* statement,
                     const std::function<void(std::string_view)>& before_write)
    : connection_(connection), statement_(statement), before_write_(before_write) {}

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  sqlite3_bind_text64(statement_, ++bound_, value.data() == nullptr ? "" : value.data(),
                      value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_bytes(std::string_view value) {
  sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(std::optional<int64_t> value) {
  if (value) return bind(*value);
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

bool Statement::step() {
  if (before_write_ && sqlite3_stmt_readonly(statement_) == 0) {
    before_write_(sqlite3_sql(statement_));
  }
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  fail("RUL0602", connection_, "the state of the rules cannot be read or written");
}

void Statement::run() {
  while (step()) {
  }
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return {};
  return integer(column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

Sqlite::Sqlite(const std::string& path, bool writable) {
  const int mode = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path.c_str(), &connection_, mode, nullptr) != SQLITE_OK) {
    const std::string reason = sqlite3_errmsg(connection_);
    sqlite3_close(connection_);
    throw QueryError(
        ErrorKind::Runtime, "RUL0601",
        fmt::format("the state of the rules, '{}', cannot be opened: {}", path, reason));
  }
  sqlite3_busy_timeout(connection_, patience_milliseconds);
}

Sqlite::~Sqlite() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

Statement Sqlite::statement(std::string_view text) {
  auto found = statements_.find(text);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(connection_, text.data(), static_cast<int>(text.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      fail("RUL0602", connection_, "the state of the rules cannot be read or written");
    }
    found = statements_.emplace(text, statement).first;
  }
  return {connection_, found->second, before_write};
}

void Sqlite::execute(const std::string& text) {
  if (before_write) before_write(text);
  if (sqlite3_exec(connection_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail("RUL0602", connection_, "the state of the rules cannot be read or written");
  }
}

int64_t Sqlite::last_row() const {
  return sqlite3_last_insert_rowid(connection_);
}

Transaction::Transaction(Sqlite& sqlite) : sqlite_(sqlite) {
  sqlite_.statement("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    sqlite_.statement("ROLLBACK").run();
  } catch (const QueryError&) {
    // SQLite has rolled back by itself when it could not write.
  }
}

void Transaction::commit() {
  sqlite_.statement("COMMIT").run();
  open_ = false;
}

}  // namespace vedette::rules
