#include "runtime/exec/filter_project.h"

namespace vedette::exec {
namespace {

// Fewer rows than this part of a batch are moved together, so that later steps work on them only.
constexpr uint32_t sparse = 8;

}  // namespace

struct FilterProjectStage::Work : Local {
  explicit Work(const AdaptiveProgram& program) : runner(program) {}
  AdaptiveRunner runner;
};

FilterProjectStage::FilterProjectStage(AdaptiveProgram program, bool keep_columns)
    : program_(std::move(program)), keep_columns_(keep_columns) {}

FilterProjectStage::~FilterProjectStage() = default;

std::string FilterProjectStage::describe() const {
  const auto program = program_.current();
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
  return std::make_unique<Work>(program_);
}

bool FilterProjectStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  const auto results = static_cast<Work&>(*local).runner.run(batch, worker);
  if (batch.selection.count == 0) return true;
  if (!keep_columns_) batch.columns.assign(results.begin(), results.end());
  if (batch.selection.rows != nullptr && batch.selection.count * sparse < batch.rows) {
    for (Vector& column : batch.columns) column = gather(column, batch.selection, *batch.arena);
    batch.rows = batch.selection.count;
    batch.selection = {nullptr, batch.rows};
  }
  return onward.push(batch);
}

}  // namespace vedette::exec
