// One line on stderr that shows how far an ingest has come.
#pragma once

#include <chrono>
#include <string>

#include "runtime/ingest/ingest.h"

namespace vedette::shell {

/// `[######------]  1,200,000 rows  310 MB/s  0:04 left`, at most `width` columns.
std::string progress_line(const IngestProgress& progress, double seconds, int width);

/// Draws over itself while stderr is a terminal; does nothing otherwise.
class ProgressBar {
 public:
  explicit ProgressBar(bool enabled);
  ~ProgressBar();

  void show(const IngestProgress& progress);
  /// Wipes the line.
  void clear();

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  int width_ = 0;  // 0: nobody looks
  bool drawn_ = false;
};

}  // namespace vedette::shell
