// What a kernel may know and say while it runs.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/arena.h"

namespace vedette {

/// Handed to every body. Kernels never throw: a body that cannot go on calls `fail` and returns;
/// the pipeline reads the failure once per batch and ends the query.
struct KernelContext {
  Arena* arena = nullptr;                   // for text and values that live as long as the batch
  int64_t now = 0;                          // the session's clock, in datetime ticks
  uint64_t random = 0x9e3779b97f4a7c15ull;  // state of `rand()`; one per thread

  /// `code` and `message` are string literals or live in the query's plan.
  void fail(std::string_view code, std::string_view message) {
    if (failure_code.empty()) failure_code = code, failure_message = message;
  }
  std::string_view failure_code = {};
  std::string_view failure_message = {};
};

}  // namespace vedette
