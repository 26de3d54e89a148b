// The narrow waist: a straight line of typed steps over one batch. Constant folding runs it, the
// interpreter runs it, the JIT rewrites it, the fuzzer generates it, the differential test
// compares.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runtime/column/batch.h"
#include "runtime/function/definition.h"

namespace vedette {

/// A vector made by a step; written once, before it is read.
using Register = uint32_t;

class CompiledLoop;  // runtime/kernel/compiled_loop.h

/// A number no other call has.
uint64_t next_call_id();

/// Steps write registers in order: step i writes register `steps[i].target` unless it is a Narrow.
struct Program {
  /// A column of the batch.
  struct Load {
    uint32_t column;
  };
  struct Constant {
    Value value;
  };
  struct Call {
    const Overload* overload;
    std::vector<Register> arguments;
    std::shared_ptr<const void> tool = {};  // what `prepare` made of constant arguments
    std::string_view name = {};             // of the function, for explain
    Purity purity = Purity::Pure;
    uint64_t id = next_call_id();  // what it answers is remembered under; copies answer the same
  };
  /// Later steps see only rows where the condition is true (not false, not null).
  struct Narrow {
    Register condition;
  };
  /// A run of Calls, Loads, Constants and Narrows made into one loop by the JIT. It writes the
  /// registers `results` and, when it narrows, the selection.
  struct Fused {
    std::shared_ptr<const CompiledLoop> loop;
    std::vector<Register> arguments;  // bool, word and double vectors, of any shape
    std::vector<Register> results;
    bool narrows = false;
    std::string text = {};  // the steps it stands for, for explain
  };
  struct Step {
    std::variant<Load, Constant, Call, Narrow, Fused> work;
    Register target = 0;
  };

  std::vector<Step> steps;
  std::vector<Type> types;        // of each register
  std::vector<Register> results;  // what the program is for
};

/// Text for explain and tests: one step a line, `r2:bool = less(r0, r1)`.
std::string to_text(const Program& program);

}  // namespace vedette
