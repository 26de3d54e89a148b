// A run of program steps that is to become one loop. No LLVM here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/kernel/compiled_loop.h"
#include "runtime/kernel/program.h"

namespace vedette::jit {

/// Steps of a program, in order: calls of symbolic bodies and narrows.
struct Loop {
  std::vector<const Program::Step*> steps;
  std::vector<Register> arguments;                           // vectors read
  std::vector<std::pair<Register, const Value*>> constants;  // registers known ahead
  std::vector<Register> results;                             // vectors others need
  const std::vector<Type>* types = nullptr;                  // of all registers
  bool narrows = false;
};

/// Says everything the code depends on; equal texts give equal code within one process.
std::string key_of(const Loop& loop);

/// A loop from the cache of the process, or nullptr.
std::shared_ptr<const CompiledLoop> find_compiled(const Loop& loop);

/// Compiles a loop, or finds it in the cache. nullptr when LLVM cannot serve this machine.
std::shared_ptr<const CompiledLoop> compile(const Loop& loop, bool& cached);

}  // namespace vedette::jit
