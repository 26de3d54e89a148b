// Plugins that count who was active when: activity_metrics and its kin.
#pragma once

#include <memory>

#include "runtime/function/table_function.h"
#include "runtime/plugin/axis.h"

namespace vedette::plugin {

/// Which figures of activity are wanted. The input has the id, the time, and the dimensions; the
/// output has the period (for Cohorts: two periods), the dimensions, and the figures.
struct Activity {
  enum Kind {
    Counts,       // activity_counts_metrics
    Metrics,      // activity_metrics
    Engagement,   // activity_engagement: `window` is the outer window
    Sliding,      // sliding_window_counts: `window` is how far back a period looks
    ActiveUsers,  // active_users_count: `window`, `period` and `least`
    Sessions,     // session_count: `window` is the longest pause within a session
    Cohorts,      // new_activity_metrics: the second input has ids that are not new
  } kind;
  AxisParameters axis;
  Value window = Value::null(Type::Long);
  Value period = Value::null(Type::Long);
  int64_t least = 0;
  Value cohort = Value::null(Type::Long);  // null: all of them
};
std::shared_ptr<const TableFunction> activity(Activity parameters);

}  // namespace vedette::plugin
