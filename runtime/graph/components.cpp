// Connected components: union-find for weak ones, Tarjan's algorithm without recursion for strong
// ones.
#include <numeric>

#include "runtime/graph/graph.h"

namespace vedette::graph {
namespace {

constexpr size_t steps_between_checks = 4096;

/// The same partition with numbers from 0, in the order of the first node of each.
std::vector<uint32_t> numbered(const std::vector<uint32_t>& group_of, size_t groups) {
  std::vector<uint32_t> number(groups, no_index);
  std::vector<uint32_t> result(group_of.size());
  uint32_t next = 0;
  for (size_t node = 0; node < group_of.size(); ++node) {
    uint32_t& known = number[group_of[node]];
    if (known == no_index) known = next++;
    result[node] = known;
  }
  return result;
}

}  // namespace

std::vector<uint32_t> Graph::components(bool strong) {
  return strong && shape_.directed ? strong_components() : weak_components();
}

std::vector<uint32_t> Graph::weak_components() const {
  std::vector<uint32_t> parent(nodes());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root_of = [&](uint32_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (EdgeIndex edge = 0; edge < edges(); ++edge) {
    if (edge % steps_between_checks == 0) call_.check_running();
    const uint32_t a = root_of(sources_[edge]), b = root_of(targets_[edge]);
    if (a != b) parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<uint32_t> group_of(nodes());
  for (uint32_t node = 0; node < nodes(); ++node) group_of[node] = root_of(node);
  return numbered(group_of, nodes());
}

std::vector<uint32_t> Graph::strong_components() {
  const Adjacency& out = along(Along::Out);
  struct Visit {
    NodeIndex node;
    uint32_t next;  // neighbour
  };
  std::vector<uint32_t> order(nodes(), no_index), lowest(nodes()), group_of(nodes(), no_index);
  std::vector<Visit> path;
  std::vector<NodeIndex> open;  // in no component yet
  uint32_t visited = 0, groups = 0;
  size_t steps = 0;
  for (NodeIndex start = 0; start < nodes(); ++start) {
    if (order[start] != no_index) continue;
    const auto enter = [&](NodeIndex node) {
      order[node] = lowest[node] = visited++;
      open.push_back(node);
      path.push_back({node, 0});
    };
    enter(start);
    while (!path.empty()) {
      if (++steps % steps_between_checks == 0) call_.check_running();
      Visit& top = path.back();
      const NodeIndex node = top.node;
      const auto neighbours = out.of(node);
      if (top.next < neighbours.size()) {
        const NodeIndex other = neighbours[top.next++].node;
        if (order[other] == no_index) {
          enter(other);
        } else if (group_of[other] == no_index) {
          lowest[node] = std::min(lowest[node], order[other]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty())
        lowest[path.back().node] = std::min(lowest[path.back().node], lowest[node]);
      if (lowest[node] != order[node]) continue;
      for (;;) {
        const NodeIndex member = open.back();
        open.pop_back();
        group_of[member] = groups;
        if (member == node) break;
      }
      ++groups;
    }
  }
  return numbered(group_of, groups);
}

}  // namespace vedette::graph
