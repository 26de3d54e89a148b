// Runs the cases of a test file on the whole grid.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/case_file.h"
#include "tests/harness/grid.h"

namespace vedette {

/// A case that did not answer as it should.
struct CaseFailure {
  std::string place;  // file:line
  std::string title;
  std::string point;  // of the grid; empty when the case does not run on it
  std::string reason;
  std::string expected;
  std::string actual;
};

/// What a query answers, as a test file shows it.
struct CaseAnswer {
  std::string text;
  bool ordered = false;  // the rows have an order
};

class CaseRunner {
 public:
  explicit CaseRunner(CaseFile file);
  ~CaseRunner();

  /// Every case of the file on every point of the grid that matters to it.
  std::vector<CaseFailure> run();
  /// The file's text with what its cases answer now, on the first point of the grid.
  std::string accept();

  const CaseFile& file() const { return file_; }

 private:
  Session& session(EncodingChoice encoding);
  QueryOptions options_at(const GridPoint& point) const;
  std::string answer(const TestCase& test, const GridPoint& point);
  std::string counters(const TestCase& test);
  std::string commands(const TestCase& test, const GridPoint& point);

  CaseFile file_;
  std::map<EncodingChoice, std::unique_ptr<Database>> databases_;
  std::map<EncodingChoice, std::unique_ptr<Session>> sessions_;
};

/// The result of a query as a test file shows it: rows, or the errors.
std::string answer_of(std::string_view query, const QueryResult& result);

/// Why `actual` is not `expected`, or an empty text. Both are answers of `query`.
std::string compare_answers(std::string_view query, const std::string& expected,
                            const std::string& actual);

/// A failure for people.
std::string to_text(const CaseFailure& failure);

}  // namespace vedette
