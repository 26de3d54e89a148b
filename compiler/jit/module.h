// A loop as LLVM IR, on its way from the emitter to the engine.
#pragma once

#include <llvm/ExecutionEngine/Orc/ThreadSafeModule.h>
#include <llvm/IR/Module.h>

#include "compiler/jit/loop.h"

namespace vedette::jit {

/// The module's one function, `name`, has the signature of CompiledLoop::Entry.
llvm::orc::ThreadSafeModule emit(const Loop& loop, const std::string& name,
                                 const llvm::DataLayout& layout);

}  // namespace vedette::jit
