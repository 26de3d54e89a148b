// Random well-typed programs over random batches, made from the signatures of the library.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "runtime/function/library.h"
#include "runtime/kernel/program.h"

namespace vedette::testing {

/// Decisions read from bytes, so that a fuzzer can steer them; zeros after the end.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  uint64_t word();
  /// A number below `count`.
  uint32_t below(uint32_t count) { return count == 0 ? 0 : (byte() | byte() << 8) % count; }
  bool exhausted() const { return at_ >= bytes_.size(); }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

/// A batch that owns its memory.
struct RandomBatch {
  Batch batch;
  Arena arena;
  std::vector<std::unique_ptr<Dictionary>> dictionaries;
  std::vector<uint16_t> selected;
};

/// Columns of these types stand ready for programs: two of each.
std::span<const Type> random_column_types();

/// Calls of pure functions of the library, with narrows in between; at least one result.
Program random_program(Choices& choices, const Library& library);

/// Rows of every shape, with nulls, extremes and odd values.
std::unique_ptr<RandomBatch> random_batch(Choices& choices);

/// Runs a program as it is and fused, on equal batches. Empty when selections and results agree,
/// else what differs.
std::string compare_with_fused(const Program& program, Choices& choices);

/// The same with a program that was fused before.
std::string compare_programs(const Program& program, const Program& fused, Choices& choices);

}  // namespace vedette::testing
