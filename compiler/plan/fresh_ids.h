// Plans that are used more than once: each use under ids of its own.
#pragma once

#include "compiler/plan/plan.h"

namespace vedette::plan {

/// Gives every column that the plan produces a new id, counting on from `next`. What Shared steps
/// share stays as it is; their uses get new ids.
void give_fresh_ids(Node& node, ColumnId& next);

}  // namespace vedette::plan
