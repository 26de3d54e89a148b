// The plain-text test format: tables, and cases with what they should answer.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/type.h"

namespace vedette {

struct TestColumn {
  std::string name;
  Type type;
  bool operator==(const TestColumn&) const = default;
};

/// Rows as text, the way `.test` files show them: a header of `name:type`, then one row a line,
/// cells apart by two or more spaces. A cell is `null`, or the value as KQL prints it; a string
/// that could be mistaken for something else (empty, `null`, with two spaces in a row, with control
/// characters, with a quote in front) is written as a JSON string.
struct TestTable {
  std::vector<TestColumn> columns;
  std::vector<std::vector<std::string>> rows;  // as written in the file
};

/// What a block of a file asks for.
enum class CaseKind {
  Rows,      // case: run the query, compare rows
  Error,     // error: the diagnostics, or the error that ended the query
  Plan,      // plan: the optimized plan
  Counters,  // counters: what the run touched
  Commands,  // commands: commands and queries one after the other, apart by lines of `;`, on a
             // database of their own; the answer is that of the last, or of the first that fails
};

struct TestCase {
  CaseKind kind = CaseKind::Rows;
  std::string title;
  std::string query;
  std::string expected;    // lines between `----` and the next blank line, each with its newline
  int line = 0;            // 1-based, of the heading
  int expected_line = 0;   // 1-based, of the first expected line
  int expected_lines = 0;  // how many there are
};

/// `table Logins` or, to spread the rows over several extents, `table Logins  extents of 2 rows`.
struct NamedTable {
  std::string name;
  TestTable table;
  int extent_rows = 0;  // 0: as many as there are
};

struct CaseFile {
  std::filesystem::path path;
  std::vector<std::string> lines;
  std::vector<NamedTable> tables;
  std::vector<TestCase> cases;
  std::string now;  // the clock of the cases; empty: the harness's own
};

/// A file that is not in the format; the message names file and line.
class CaseFileError : public std::exception {
 public:
  explicit CaseFileError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Reads a whole `.test` file. Throws CaseFileError.
CaseFile read_case_file(const std::filesystem::path& path);

/// Reads the format from `text`; `path` is for messages.
CaseFile parse_case_file(const std::filesystem::path& path, std::string_view text);

/// Reads a header and its rows. Throws CaseFileError with `place` in front.
TestTable parse_table(std::string_view text, std::string_view place);

/// The inverse of `parse_table`: columns aligned, every line with its newline.
std::string write_table(const TestTable& table);

/// How a string cell is written in the format.
std::string quote_cell(std::string_view text);

/// The string that `quote_cell` wrote.
std::string unquote_cell(std::string_view cell);

/// The file's text with the expectations of its cases replaced; one text a case, in order.
std::string with_expectations(const CaseFile& file, const std::vector<std::string>& expectations);

}  // namespace vedette
