#include "runtime/shell/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "runtime/shell/exit_code.h"

namespace vedette::shell {
namespace {

void handle_interrupt(int) {
  if (interrupted().exchange(true)) _exit(static_cast<int>(ExitCode::Cancelled));
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
