// The state of one lowering: pipelines made so far, and flows still open.
#pragma once

#include <map>
#include <optional>

#include "compiler/lower/lower.h"
#include "compiler/lower/lower_expression.h"
#include "compiler/plan/walk.h"

namespace vedette::lowering {

/// A flow without a sink, and what its batches hold.
struct Open {
  exec::Flow flow;
  std::vector<std::optional<plan::ColumnId>> columns;  // none: a column nobody refers to
  std::vector<Type> types;
  int64_t rows = 0;  // estimated

  void add(std::optional<plan::ColumnId> column, Type type) {
    columns.push_back(column);
    types.push_back(type);
  }
};

/// Lowers plans step by step. Steps that need all of their input (aggregate, sort ...) end a
/// pipeline and open another one over its outcome.
class Lowering {
 public:
  explicit Lowering(const LowerEnvironment& environment) : environment_(environment) {}

  std::shared_ptr<exec::Rows> lower_output(const plan::Node& node);
  std::vector<exec::Pipeline> take() { return std::move(pipelines_); }

 private:
  Open lower_node(const plan::Node& node);
  /// The expressions over the output of `node`, as the columns of a flow, in order. Filters and
  /// projections on top of `node` become one program with them.
  Open lower_over(const plan::Node& node, const std::vector<plan::Expression>& expressions,
                  const std::vector<std::optional<plan::ColumnId>>& names);
  /// The columns of a node, in its order, then further expressions.
  Open lower_columns(const plan::Node& node, const std::vector<plan::Expression>& more = {});

  Open lower_scan(const plan::Scan& scan, const plan::Node& node,
                  const std::vector<const plan::Expression*>& filters);
  Open lower_fetch(const plan::Fetch& step, const plan::Node& node);
  Open lower_external(const plan::External& step, const plan::Node& node);
  Open lower_values(const plan::Values& step, const plan::Node& node);
  Open lower_range(const plan::Range& step, const plan::Node& node);
  Open lower_aggregate(const plan::Aggregate& step, const plan::Node& node);
  Open lower_sort(const plan::Sort& step, const plan::Node& node);
  Open lower_limit(const plan::Limit& step);
  Open lower_join(const plan::Join& step);
  Open lower_union(const plan::Union& step, const plan::Node& node);
  Open lower_expand(const plan::Expand& step, const plan::Node& node);
  Open lower_parse(const plan::Parse& step);
  Open lower_window(const plan::Window& step);
  Open lower_sample(const plan::Sample& step);
  Open lower_apply(const plan::Apply& step, const plan::Node& node);
  Open lower_shared(const plan::Shared& step, const plan::Node& node);

  /// Ends a flow in a buffer and opens a flow that reads it.
  Open keep(Open open, std::optional<int64_t> limit);
  void finish(exec::Flow flow, std::shared_ptr<exec::Sink> sink);

  const LowerEnvironment& environment_;
  std::vector<exec::Pipeline> pipelines_;
  struct Kept {
    std::shared_ptr<exec::Rows> rows;
    int64_t estimate;
  };
  std::map<uint32_t, Kept> shared_;
};

}  // namespace vedette::lowering
