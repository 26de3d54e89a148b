// Runs of rules as they happen: a live table on a terminal, JSON lines for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "rules/state/records.h"
#include "runtime/shell/terminal.h"

namespace vedette::shell {

/// `{"run":1,"rule":"...","outcome":"Alerted",...}` and a line feed.
std::string run_as_json(const rules::RunRecord& run);

/// One line of the table, at most `width` columns, without a line feed.
std::string run_as_line(const rules::RunRecord& run, int width);
std::string run_table_head(int width);

/// Shows runs on stdout. On a terminal those at which somebody may want to look (alerts, failures,
/// gaps) are lines of a table, and all are counted below it.
class RunView {
 public:
  /// `quiet` shows nothing but the counts at the end.
  RunView(bool json, bool quiet);
  ~RunView();

  void show(const rules::RunRecord& run);
  /// The line below the table: what there was so far, what comes next.
  void show_progress(std::optional<Datetime> next);
  /// `3 runs: 1 alert, 1 failed`, on stderr.
  void finish();

 private:
  void wipe();
  std::string counts() const;

  const Terminal terminal_;
  const bool json_;
  const bool quiet_;
  bool head_shown_ = false;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point drawn_at_ = {};
  int64_t runs_ = 0, alerts_ = 0, failed_ = 0, skipped_ = 0;
};

}  // namespace vedette::shell
