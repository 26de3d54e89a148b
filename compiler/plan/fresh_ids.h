// Plans that are used more than once: each use under ids of its own.
#pragma once

#include "compiler/plan/plan.h"

namespace vedette::plan {

/// Gives every column that the plan produces a new id, counting on from `next`. What Shared steps
/// share stays as it is; their uses get new ids.
void give_fresh_ids(Node& node, ColumnId& next);

/// An id, and others above it, that no column has: neither of the plan nor, as ids are given one by
/// one, of the query that it is part of.
ColumnId free_id(const Node& node);

}  // namespace vedette::plan
