// Plugins about the order of rows: sequence_detect, funnels, rows_near, rolling_percentile.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/function/table_function.h"
#include "runtime/plugin/axis.h"

namespace vedette::plugin {

/// Rows that come within so many rows of one whose first column is true. The output has the other
/// columns.
std::shared_ptr<const TableFunction> rows_near(int64_t before, int64_t after);

/// The percentile of values in windows of bins. The input has the value, the place, and the
/// dimensions; the output has the bin, the dimensions, and the percentile.
struct RollingPercentile {
  double percentile;
  AxisParameters axis;
  int64_t bins;
};
std::shared_ptr<const TableFunction> rolling_percentile(RollingPercentile parameters);

/// Rows that meet conditions one after the other. The input has the time, `steps` conditions, and
/// the dimensions; the output has the dimensions, the time of each step, and the duration.
struct SequenceDetect {
  Type type;
  size_t steps;
  Value longest_step;
  Value longest;
};
std::shared_ptr<const TableFunction> sequence_detect(SequenceDetect parameters);

/// What comes before and after a sequence of states. The input has the id, the time, the state, and
/// the state as text; the output has the period, the states asked for, the ids' number and samples.
struct Funnel {
  AxisParameters axis;
  Value longest_step;
  std::vector<std::string> sequence;
  bool previous;
  bool next;
};
std::shared_ptr<const TableFunction> funnel(Funnel parameters);

/// How many ids come how far in a sequence. Input as for a funnel; the output has the period, the
/// state, the time allowed and the ids' number.
struct FunnelCompletion {
  AxisParameters axis;
  std::vector<std::string> sequence;
  std::vector<Value> allowed;
};
std::shared_ptr<const TableFunction> funnel_completion(FunnelCompletion parameters);

}  // namespace vedette::plugin
