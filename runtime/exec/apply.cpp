#include "runtime/exec/apply.h"

#include "runtime/exec/result.h"
#include "runtime/exec/values.h"

namespace vedette::exec {
namespace {

struct Work : Local {
  Arena arena;    // batches on their way out
  Arena scratch;  // what expressions compute
  std::vector<AdaptiveRunner> runners;
};

}  // namespace

ApplySource::ApplySource(std::shared_ptr<const TableFunction> function,
                         std::vector<std::shared_ptr<const Rows>> inputs, std::vector<Type> types,
                         std::vector<AdaptiveProgram> programs)
    : function_(std::move(function)),
      inputs_(std::move(inputs)),
      types_(std::move(types)),
      programs_(std::move(programs)) {}

std::unique_ptr<Local> ApplySource::make_local(Worker&) {
  auto work = std::make_unique<Work>();
  for (const AdaptiveProgram& program : programs_) work->runners.emplace_back(program);
  return work;
}

void ApplySource::run(size_t, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  MemoryHold input_memory(worker.query.memory()), own_memory(worker.query.memory());
  std::vector<WholeTable> inputs;
  int64_t bytes = 0;
  for (const auto& rows : inputs_) {
    WholeTable& table =
        inputs.emplace_back(to_columns(*rows, worker.query, /*flat=*/true), rows->count);
    for (const ColumnBuilder& column : table.columns) bytes += static_cast<int64_t>(column.bytes());
    input_memory.set(bytes);
  }
  std::vector<ColumnBuilder> out;
  for (const Type type : types_) out.emplace_back(type);
  TableCall call{.inputs = inputs, .out = out};
  call.check_running = [&] {
    worker.query.check_running();
    int64_t held = 0;
    for (const ColumnBuilder& column : out) held += static_cast<int64_t>(column.bytes());
    input_memory.set(bytes + held);
  };
  call.set_memory = [&](int64_t held) { own_memory.set(held); };
  call.evaluate = [&](size_t expression, std::span<const Vector> scope, uint32_t rows) {
    work.scratch.clear();
    Batch batch{.rows = rows,
                .selection = {nullptr, rows},
                .columns = {scope.begin(), scope.end()},
                .arena = &work.scratch};
    return work.runners[expression].run(batch, worker)[0];
  };
  function_->run(call);
  call.check_running();
  emit_rows(out, work.arena, worker, onward);
}

}  // namespace vedette::exec
