// Pipelines, and how they are run on several threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/exec/stage.h"

namespace vedette::exec {

/// Where the rows of a pipeline come from and what happens to them: a source or, for a union,
/// several flows in order (exactly one of the two is there), then stages.
struct Flow {
  std::unique_ptr<Source> source;
  std::vector<Flow> inputs;
  std::vector<std::unique_ptr<Stage>> stages;
};

/// A flow into a sink. Pipelines that need the outcome of others (the groups of an aggregate, the
/// table of a join) are run after them.
struct Pipeline {
  Flow flow;
  std::shared_ptr<Sink> sink;
};

/// Runs pipelines one after the other, each on up to `query.limits().threads` threads. What a
/// thread throws ends the run and is thrown here.
void run(std::vector<Pipeline>& pipelines, QueryContext& query);

/// Text for explain: a line a part, top down, with rows and time when the query was analyzed.
std::string to_text(const std::vector<Pipeline>& pipelines, bool with_metrics);

}  // namespace vedette::exec
