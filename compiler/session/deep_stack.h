// Runs work that recurses along a query's nesting on a stack that is deep enough for it.
#pragma once

#include <functional>

namespace vedette::session {

/// Runs `work` on a thread with a stack of 256 MB and waits for it; what it throws is thrown here.
/// Work that is on such a thread already stays on it: a host that runs many queries saves a thread
/// for each by running its loop in here.
void run_on_deep_stack(const std::function<void()>& work);

}  // namespace vedette::session
