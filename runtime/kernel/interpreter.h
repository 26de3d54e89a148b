// Runs programs step by step. The reference: what the JIT makes must answer the same.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "runtime/kernel/dictionary_cache.h"
#include "runtime/kernel/program.h"

namespace vedette {

/// Runs one program over batches. One per thread; keeps what can be kept between batches.
///
/// A pure call whose arguments are one dictionary vector and constants is evaluated once per entry
/// of the dictionary and gives a dictionary vector with the same codes. A call of constants is
/// evaluated once. Bodies do not know about either.
class ProgramRunner {
 public:
  /// `program` and `cache` (may be nullptr: then every row is evaluated) outlive the runner.
  explicit ProgramRunner(const Program& program, DictionaryCache* cache = nullptr);
  ~ProgramRunner();

  /// Narrows `batch.selection` and answers the program's results, valid as long as the batch.
  /// `context.arena` is set to the batch's. A failure is in `context`; the results are then
  /// meaningless.
  std::span<const Vector> run(Batch& batch, KernelContext& context);

 private:
  struct StepState {
    uint64_t dictionary = 0;             // the one last met
    EntryTable* table = nullptr;         // of that dictionary, once it pays
    const EntryTable* source = nullptr;  // that makes that dictionary, if one does
    uint64_t rows_seen = 0;              // of that dictionary
    bool constant = false;               // all arguments are constants of the program
    bool done = false;                   // constant, and evaluated
  };

  void run_call(const Program::Call& call, StepState& state, Register target, Batch& batch,
                KernelContext& context);
  bool run_by_entry(const Program::Call& call, StepState& state, Vector& result, Batch& batch,
                    KernelContext& context);
  void evaluate_entries(const Program::Call& call, EntryTable& table, KernelContext& context);
  void run_fused(const Program::Fused& fused, Batch& batch, KernelContext& context);
  void narrow(const Vector& condition, Batch& batch);

  const Program& program_;
  DictionaryCache* cache_;
  Arena constants_{4096};     // values of constants and of calls of constants
  Arena* entries_ = nullptr;  // text of answers for entries; the cache's
  size_t entries_bytes_ = 0;  // of it, as reported
  std::vector<StepState> states_;
  std::vector<Vector> registers_;
  std::vector<Vector> results_;
  std::vector<Vector> arguments_;
  std::vector<uint32_t> claimed_, awaited_;
};

/// The answer of a program without loads, e.g. of a constant expression. A failure is in `context`.
Value evaluate_constant(const Program& program, KernelContext& context);

}  // namespace vedette
