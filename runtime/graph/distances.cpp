#include "runtime/graph/distances.h"

namespace vedette::graph {

Along direction_of(const EdgeElement& edge, bool reversed) {
  if (edge.direction == EdgeElement::Direction::Any) return Along::Both;
  return (edge.direction == EdgeElement::Direction::Forward) != reversed ? Along::Out : Along::In;
}

std::vector<uint32_t> distances_to_end(Graph& graph, const Pattern& pattern,
                                       const Candidates& candidates, size_t edge, bool reversed,
                                       const std::function<void()>& on_work) {
  constexpr size_t few = 8;  // one node in so many
  const EdgeElement& element = pattern.edges[edge];
  const size_t end = reversed ? element.left : element.right;
  if (candidates.node_counts[end] * few > graph.nodes()) return {};
  const Adjacency& back = graph.along(direction_of(element, !reversed));
  std::vector<uint32_t> distance(graph.nodes(), no_index);
  std::vector<NodeIndex> reached;
  for (NodeIndex node = 0; node < graph.nodes(); ++node) {
    if (!Candidates::allow(candidates.nodes[end], node)) continue;
    distance[node] = 0;
    reached.push_back(node);
  }
  for (size_t i = 0; i < reached.size(); ++i) {
    const NodeIndex node = reached[i];
    if (distance[node] >= element.most) break;
    if (i % 4096 == 0) on_work();
    if (distance[node] > 0 && !Candidates::allow(candidates.inner_nodes[edge], node)) continue;
    for (const Neighbour& other : back.of(node)) {
      if (distance[other.node] != no_index) continue;
      if (!Candidates::allow(candidates.edges[edge], other.edge)) continue;
      distance[other.node] = distance[node] + 1;
      reached.push_back(other.node);
    }
  }
  return distance;
}

}  // namespace vedette::graph
