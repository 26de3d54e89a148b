// SQLite as rules need it: a connection, statements that are kept, transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace vedette::rules {

/// A statement while it is bound and stepped through; given back to its connection at the end.
class Statement {
 public:
  Statement(sqlite3* connection, sqlite3_stmt* statement,
            const std::function<void(std::string_view)>& before_write);
  ~Statement();
  Statement(const Statement&) = delete;

  /// Binds the next parameter.
  Statement& bind(int64_t value);
  Statement& bind(std::string_view value);
  Statement& bind_bytes(std::string_view value);
  Statement& bind(std::optional<int64_t> value);

  /// Goes on to the next row; false at the end.
  bool step();
  /// Runs a statement that has no rows.
  void run();

  int64_t integer(int column) const;
  std::optional<int64_t> optional_integer(int column) const;
  std::string text(int column) const;

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_;
  const std::function<void(std::string_view)>& before_write_;
  int bound_ = 0;
};

/// One file, one connection, one thread. Errors are QueryErrors: RUL0601 when the file cannot be
/// opened, RUL0602 when it cannot be read or written.
class Sqlite {
 public:
  /// `path` may be `:memory:`. Made when there is none and `writable`.
  Sqlite(const std::string& path, bool writable);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;

  /// A statement; its text is prepared once.
  Statement statement(std::string_view text);
  /// Any number of statements without parameters and rows.
  void execute(const std::string& text);
  int64_t last_row() const;

  /// Called with the text of each statement that writes, before it does: tests end the process
  /// there.
  std::function<void(std::string_view)> before_write = {};

 private:
  sqlite3* connection_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// What is written in its life is written together, and not at all without `commit`.
class Transaction {
 public:
  explicit Transaction(Sqlite& sqlite);
  ~Transaction();
  Transaction(const Transaction&) = delete;

  void commit();

 private:
  Sqlite& sqlite_;
  bool open_ = true;
};

}  // namespace vedette::rules
