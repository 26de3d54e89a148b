// When programs are compiled: interpret first, compile beside, switch between morsels.
#pragma once

#include <atomic>
#include <memory>

#include "compiler/session/session.h"
#include "runtime/exec/filter_project.h"

namespace vedette::session {

/// Kernels of one query, counted from several threads.
struct KernelCounters {
  std::atomic<int64_t> compiled = 0;
  std::atomic<int64_t> reused = 0;
};

/// Programs are compiled in the background while one of these is alive. The last one to go drops
/// what is still to be compiled and waits for the rest: LLVM must not be at work when the process
/// takes down its statics. Every session has one.
class CompilerUse {
 public:
  CompilerUse();
  ~CompilerUse();
  CompilerUse(const CompilerUse&) = delete;
  CompilerUse& operator=(const CompilerUse&) = delete;
};

/// Wraps a program that will see about `rows` rows.
///   Off: it is interpreted.
///   On: it is compiled before it runs.
///   Auto: what the process has compiled before is used at once; else, when the rows repay it, it
///   is compiled in the background while the interpreter begins.
exec::AdaptiveProgram adapt(Program program, int64_t rows, JitMode mode,
                            std::shared_ptr<KernelCounters> counters);

}  // namespace vedette::session
