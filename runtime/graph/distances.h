// How far nodes are from the nearest candidate of an element: what a walk need not try.
#pragma once

#include <functional>
#include <vector>

#include "runtime/graph/pattern.h"

namespace vedette::graph {

/// The direction in which a walk follows an edge of a pattern, from its left end or (reversed) from
/// its right one.
Along direction_of(const EdgeElement& edge, bool reversed);

/// The least number of edges of path `edge` that lead from each node to a candidate of the end that
/// the walk goes to; no_index where there is no such path. Empty when the candidates are so many
/// that it would not help.
std::vector<uint32_t> distances_to_end(Graph& graph, const Pattern& pattern,
                                       const Candidates& candidates, size_t edge, bool reversed,
                                       const std::function<void()>& on_work);

}  // namespace vedette::graph
