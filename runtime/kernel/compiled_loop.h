// Machine code for a fused run of steps, and how it is called.
#pragma once

#include <span>

#include "runtime/column/batch.h"

namespace vedette {

/// Rows a compiled loop handles at a time; one 16-bit mask each.
constexpr uint32_t loop_lanes = 16;

/// What the JIT makes of a run of steps. Arguments and results are bool (bytes), word and double
/// arrays; constants of the program are part of the code.
class CompiledLoop {
 public:
  /// Handles rows 0 .. groups * loop_lanes - 1. Validities and masks hold one bit a row, the first
  /// row lowest. `selected` is read and narrowed in place.
  using Entry = void (*)(const void* const* arguments, const uint16_t* const* argument_validities,
                         void* const* results, uint16_t* const* result_validities,
                         uint16_t* selected, uint32_t groups);

  virtual ~CompiledLoop() = default;
  virtual Entry entry() const = 0;
};

/// Runs a loop over the rows of a batch. `results` come with their types set and are filled in as
/// flat vectors in `arena`; `selection` is narrowed when `narrows`.
void run_loop(const CompiledLoop& loop, std::span<const Vector> arguments,
              std::span<Vector> results, bool narrows, uint32_t rows, Selection& selection,
              Arena& arena);

}  // namespace vedette
