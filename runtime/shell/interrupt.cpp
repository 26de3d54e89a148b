#include "runtime/shell/interrupt.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "runtime/shell/exit_code.h"

namespace vedette::shell {
namespace {

/// `timeout` signals the process and then its group, and a service manager may do alike: what comes
/// within this time of the first signal is the same wish, not a second one.
constexpr int64_t same_wish_milliseconds = 300;

std::atomic<int64_t> first_signal = 0;

int64_t now_in_milliseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

void handle_interrupt(int) {
  const int64_t now = now_in_milliseconds();
  if (!interrupted()) {
    first_signal = now;  // first: another thread may handle the next signal at once
    interrupted() = true;
  } else if (now - first_signal >= same_wish_milliseconds) {
    _exit(static_cast<int>(ExitCode::Cancelled));
  }
}

}  // namespace

std::atomic<bool>& interrupted() {
  static std::atomic<bool> flag = false;
  return flag;
}

void catch_interrupts() {
  interrupted();  // made before the handler can run
  struct sigaction action = {};
  action.sa_handler = handle_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace vedette::shell
