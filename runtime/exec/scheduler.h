// The threads of the process, lent to queries.
#pragma once

#include <cstddef>
#include <functional>

namespace vedette::exec {

/// Runs `work(0) ... work(count - 1)`, each once, on up to `count` threads including the caller's.
/// Returns when all calls that were begun have returned; calls no thread had time for are made by
/// the caller. The first exception is thrown on in the caller.
void run_on_threads(int count, const std::function<void(int)>& work);

/// Runs `work(i)` for all i below `count` on up to `threads` threads, in ascending order of start.
void run_in_parallel(int threads, size_t count, const std::function<void(size_t)>& work);

}  // namespace vedette::exec
