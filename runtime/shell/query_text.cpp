#include "runtime/shell/query_text.h"

#include "runtime/base/format.h"
#include "runtime/shell/workspace.h"

namespace vedette::shell {

std::string query_text(const std::string& text, const std::string& file) {
  if (text.empty() == file.empty()) {
    throw UsageError("give a query, or a file with one: -f FILE (- is standard input)");
  }
  return file.empty() ? text : read_text(file);
}

std::string summary_of(const QueryResult& result) {
  size_t rows = 0;
  for (const ResultTable& table : result.tables) rows += table.rows;
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(result.statistics.elapsed).count();
  return fmt::format("{} {}, {} scanned, {:.{}f} ms", grouped(static_cast<int64_t>(rows)),
                     rows == 1 ? "row" : "rows", grouped(result.statistics.rows_scanned),
                     static_cast<double>(microseconds) / 1000.0, microseconds < 10'000 ? 1 : 0);
}

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

}  // namespace vedette::shell
