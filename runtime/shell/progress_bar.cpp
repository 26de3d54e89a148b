#include "runtime/shell/progress_bar.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/terminal.h"

namespace vedette::shell {

std::string progress_line(const IngestProgress& progress, double seconds, int width) {
  const double bytes = static_cast<double>(progress.bytes);
  const double rate = seconds > 0 ? bytes / seconds : 0;
  std::string facts =
      fmt::format("{} rows  {:.0f} MB/s", grouped(static_cast<int64_t>(progress.rows)), rate / 1e6);
  if (progress.total_bytes == 0) return truncated(facts, width);

  const double share = std::min(1.0, bytes / static_cast<double>(progress.total_bytes));
  if (rate > 0) {
    const auto left =
        static_cast<int64_t>((static_cast<double>(progress.total_bytes) - bytes) / rate);
    facts += fmt::format("  {}:{:02} left", std::max<int64_t>(left, 0) / 60,
                         std::max<int64_t>(left, 0) % 60);
  }
  const int bar = std::min(40, width - display_width(facts) - 4);
  if (bar < 5) return truncated(facts, width);
  const int full = static_cast<int>(share * bar);
  return fmt::format("[{}{}]  {}", std::string(full, '#'), std::string(bar - full, '-'), facts);
}

ProgressBar::ProgressBar(bool enabled) {
  const Terminal terminal = terminal_of(2);
  if (enabled && terminal.is_terminal) width_ = terminal.width > 0 ? terminal.width : 80;
}

ProgressBar::~ProgressBar() {
  clear();
}

void ProgressBar::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

void ProgressBar::show(const IngestProgress& progress) {
  if (width_ == 0) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begun_;
  fmt::print(stderr, "\r\x1b[K{}", progress_line(progress, elapsed.count(), width_ - 1));
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace vedette::shell
