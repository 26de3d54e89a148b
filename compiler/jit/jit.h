// Programs with fused, compiled steps. Turn it off and everything still works.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/kernel/program.h"

namespace vedette {

/// What fusing did, added up.
struct FuseCounters {
  int64_t compiled = 0;  // loops that went through LLVM
  int64_t reused = 0;    // loops found in the process's cache
};

/// True when `fuse` would compile at least one loop of the program.
bool can_fuse(const Program& program);

/// The program with every run of two or more symbolic steps (calls, and the narrows that use them)
/// replaced by one compiled loop. Results and selection are the same as before. Loops are cached by
/// their text, as many as `CodeLimits` allow. Safe to call from several threads. A loop that cannot
/// be compiled stays as it is.
///
/// With `OnlyCached` nothing is compiled: loops that are not in the cache stay as they are, and
/// `complete` (if given) says whether there were none such.
enum class FuseMode { Compile, OnlyCached };
Program fuse(const Program& program, FuseCounters& counters, FuseMode mode = FuseMode::Compile,
             bool* complete = nullptr);

/// How much code the process keeps for later. Loops in use are never unloaded; when they and what
/// is kept take twice the bytes, no more is compiled.
struct CodeLimits {
  size_t loops = 8192;
  size_t bytes = size_t{128} << 20;
};

struct CodeUse {
  size_t loops_kept = 0, bytes_kept = 0;      // in the cache
  size_t loops_loaded = 0, bytes_loaded = 0;  // these, and others that programs still use
};

void limit_code(CodeLimits limits);
CodeUse code_use();

}  // namespace vedette
