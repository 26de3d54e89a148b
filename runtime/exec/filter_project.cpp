#include "runtime/exec/filter_project.h"

#include "runtime/kernel/interpreter.h"

namespace vedette::exec {
namespace {

// Fewer rows than this part of a batch are moved together, so that later steps work on them only.
constexpr uint32_t sparse = 8;

}  // namespace

/// One thread's runner; replaced when there is a better program.
struct FilterProjectStage::Work : Local {
  std::shared_ptr<const Program> program;
  std::unique_ptr<ProgramRunner> runner;
  uint64_t sequence = ~uint64_t{0};
  int64_t rows = 0;
};

FilterProjectStage::FilterProjectStage(AdaptiveProgram program, bool keep_columns)
    : program_(std::move(program)), keep_columns_(keep_columns) {}

FilterProjectStage::~FilterProjectStage() = default;

std::string FilterProjectStage::describe() const {
  const auto program = program_.current(rows_run_);
  std::string name = keep_columns_ ? "filter" : "project";
  for (const Program::Step& step : program->steps) {
    const auto* fused = std::get_if<Program::Fused>(&step.work);
    if (!keep_columns_ && (std::holds_alternative<Program::Narrow>(step.work) ||
                           (fused != nullptr && fused->narrows))) {
      name = "filter, project";
    }
  }
  return name + "\n" + to_text(*program);
}

std::unique_ptr<Local> FilterProjectStage::make_local(Worker&) {
  return std::make_unique<Work>();
}

bool FilterProjectStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  if (work.sequence != worker.sequence || work.runner == nullptr) {
    work.sequence = worker.sequence;
    const int64_t rows = rows_run_.fetch_add(work.rows, std::memory_order_relaxed) + work.rows;
    work.rows = 0;
    auto program = program_.current(rows);
    if (program != work.program) {
      work.runner = std::make_unique<ProgramRunner>(*program, &worker.query.dictionaries());
      work.program = std::move(program);
    }
  }
  work.rows += batch.selection.count;
  const auto results = work.runner->run(batch, worker.kernel);
  if (!worker.kernel.failure_code.empty()) throw_failure(worker.kernel);
  if (batch.selection.count == 0) return true;
  if (!keep_columns_) batch.columns.assign(results.begin(), results.end());
  if (batch.selection.rows != nullptr && batch.selection.count * sparse < batch.rows) {
    for (Vector& column : batch.columns) column = gather(column, batch.selection, *batch.arena);
    batch.rows = batch.selection.count;
    batch.selection = {nullptr, batch.rows};
  }
  return onward.push(batch);
}

void throw_failure(const KernelContext& context) {
  throw QueryError(ErrorKind::Runtime, context.failure_code, std::string(context.failure_message));
}

}  // namespace vedette::exec
