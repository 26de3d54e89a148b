// Ctrl-C and SIGTERM: the first one cancels the running query, a later one ends the process.
#pragma once

#include <atomic>

namespace vedette::shell {

/// Set by either; what QueryOptions::cancelled points to.
std::atomic<bool>& interrupted();

/// From now on SIGINT and SIGTERM set `interrupted()` instead of ending the process.
void catch_interrupts();

}  // namespace vedette::shell
