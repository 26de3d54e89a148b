// Plan to pipelines and programs.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "compiler/plan/plan.h"
#include "runtime/exec/buffer.h"
#include "runtime/exec/filter_project.h"
#include "runtime/exec/pipeline.h"
#include "runtime/exec/values.h"
#include "runtime/table/database.h"

namespace vedette {

/// What lowering needs to know beside the plan.
struct LowerEnvironment {
  std::shared_ptr<const Snapshot> snapshot;  // where scans read; nullptr: no stored tables
  /// Scans that read another table than the one of their name.
  const std::unordered_map<const plan::Scan*, std::shared_ptr<const Table>>* scan_tables = nullptr;
  /// Lets the JIT in: wraps a program that will see about `rows` rows.
  std::function<exec::AdaptiveProgram(Program program, int64_t rows)> adapt;
  /// Opens the sources of an externaldata step; throws QueryError when it may or can not.
  std::function<std::function<exec::ExternalSource::Read()>(const plan::External&,
                                                            const plan::Schema&)>
      open_external;
};

/// A query ready to run: pipelines in order, and where the rows of each output end up.
struct Lowered {
  std::vector<exec::Pipeline> pipelines;
  std::vector<std::shared_ptr<exec::Rows>> outputs;  // one an output of the query
};

/// Lowers all outputs of a query; shared steps become one pipeline. Throws QueryError when a
/// constant argument is wrong (a bad regular expression), with its place.
Lowered lower(const plan::QueryPlan& query, const LowerEnvironment& environment);

}  // namespace vedette
