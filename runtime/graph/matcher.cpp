#include "runtime/graph/matcher.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/graph/distances.h"

namespace vedette::graph {
Matcher::Matcher(Graph& graph, const Pattern& pattern, const Candidates& candidates,
                 std::function<void(const Match&)> on_match, std::function<void()> on_work)
    : graph_(graph),
      pattern_(pattern),
      candidates_(candidates),
      on_match_(std::move(on_match)),
      on_work_(std::move(on_work)) {
  match_.nodes.resize(pattern.nodes.size());
  match_.edges.resize(pattern.edges.size());
  match_.path_edges.resize(pattern.edges.size());
  match_.path_nodes.resize(pattern.edges.size());
  if (pattern.cycles == Cycles::UniqueEdges) edge_used_.resize(graph.edges());
  if (pattern.cycles == Cycles::None) node_used_.resize(graph.nodes());
}

void Matcher::run() {
  const auto& counts = candidates_.node_counts;
  start_ = static_cast<size_t>(std::min_element(counts.begin(), counts.end()) - counts.begin());
  if (counts[start_] == 0) return;
  plan_steps();
  const auto& allowed = candidates_.nodes[start_];
  for (NodeIndex node = 0; node < graph_.nodes(); ++node) {
    if (!Candidates::allow(allowed, node)) continue;
    worked();
    match_.nodes[start_] = node;
    if (!node_used_.empty()) node_used_[node] = 1;
    match_from(0);
    if (!node_used_.empty()) node_used_[node] = 0;
  }
}

Matcher::Step Matcher::step_along(size_t edge, const std::vector<uint8_t>& bound) {
  const EdgeElement& element = pattern_.edges[edge];
  Step step{.edge = edge, .from = element.left, .to = element.right};
  if (bound[element.left] == 0) {
    std::swap(step.from, step.to);
    step.reversed = true;
  }
  step.closes = bound[step.to] != 0;
  step.along = &graph_.along(direction_of(element, step.reversed));
  if (element.variable) {
    step.distance = distances_to_end(graph_, pattern_, candidates_, edge, step.reversed, on_work_);
  }
  return step;
}

void Matcher::plan_steps() {
  std::vector<uint8_t> bound(pattern_.nodes.size());
  std::vector<uint8_t> walked(pattern_.edges.size());
  bound[start_] = 1;
  // Checks come first, then single edges, then paths; among equals the fewest candidates.
  const auto cost = [&](const EdgeElement& edge) -> std::pair<int, size_t> {
    const bool left = bound[edge.left] != 0, right = bound[edge.right] != 0;
    if (left && right) return {edge.variable ? 1 : 0, 0};
    return {edge.variable ? 3 : 2, candidates_.node_counts[left ? edge.right : edge.left]};
  };
  for (size_t round = 0; round < pattern_.edges.size(); ++round) {
    std::optional<size_t> best;
    for (size_t i = 0; i < pattern_.edges.size(); ++i) {
      const EdgeElement& edge = pattern_.edges[i];
      if (walked[i] != 0 || (bound[edge.left] == 0 && bound[edge.right] == 0)) continue;
      if (!best || cost(edge) < cost(pattern_.edges[*best])) best = i;
    }
    check(best.has_value(), "the parts of a pattern share nodes");
    steps_.push_back(step_along(*best, bound));
    walked[*best] = 1;
    bound[steps_.back().to] = 1;
  }
}

void Matcher::match_from(size_t step) {
  if (step == steps_.size()) {
    on_match_(match_);
  } else if (pattern_.edges[steps_[step].edge].variable) {
    match_path(step);
  } else {
    match_edge(step);
  }
}

void Matcher::arrive(size_t at, NodeIndex node, uint32_t length) {
  const Step& step = steps_[at];
  if (step.closes) {
    if (match_.nodes[step.to] != node) return;
    if (pattern_.cycles == Cycles::None && length > 0) return;
    return match_from(at + 1);
  }
  if (!Candidates::allow(candidates_.nodes[step.to], node)) return;
  const bool mark = pattern_.cycles == Cycles::None && length > 0;
  if (mark && node_used_[node] != 0) return;
  if (mark) node_used_[node] = 1;
  match_.nodes[step.to] = node;
  match_from(at + 1);
  if (mark) node_used_[node] = 0;
}

void Matcher::match_edge(size_t at) {
  const Step& step = steps_[at];
  for (const Neighbour& other : step.along->of(match_.nodes[step.from])) {
    worked();
    if (!Candidates::allow(candidates_.edges[step.edge], other.edge)) continue;
    if (!edge_used_.empty()) {
      if (edge_used_[other.edge] != 0) continue;
      edge_used_[other.edge] = 1;
    }
    match_.edges[step.edge] = other.edge;
    arrive(at, other.node, 1);
    if (!edge_used_.empty()) edge_used_[other.edge] = 0;
  }
}

bool Matcher::may_pass(const Step& step, NodeIndex node) const {
  return Candidates::allow(candidates_.inner_nodes[step.edge], node) &&
         (node_used_.empty() || node_used_[node] == 0);
}

void Matcher::match_path(size_t at) {
  struct Place {
    NodeIndex node;
    size_t next;
  };
  const Step& step = steps_[at];
  const EdgeElement& element = pattern_.edges[step.edge];
  std::vector<EdgeIndex> edges;
  std::vector<NodeIndex> inner;
  std::vector<Place> path;
  const auto arrive_here = [&](NodeIndex node) {
    if (edges.size() < element.least) return;
    auto& path_edges = match_.path_edges[step.edge];
    auto& path_nodes = match_.path_nodes[step.edge];
    path_edges.assign(edges.begin(), edges.end());
    path_nodes.assign(inner.begin(), inner.end());
    if (step.reversed) {
      std::reverse(path_edges.begin(), path_edges.end());
      std::reverse(path_nodes.begin(), path_nodes.end());
    }
    arrive(at, node, static_cast<uint32_t>(edges.size()));
  };
  const auto give_back_edge = [&] {
    if (!edge_used_.empty()) edge_used_[edges.back()] = 0;
    edges.pop_back();
  };
  arrive_here(match_.nodes[step.from]);
  if (element.most == 0) return;
  path.push_back({match_.nodes[step.from], 0});
  while (!path.empty()) {
    const auto neighbours = step.along->of(path.back().node);
    if (path.back().next == neighbours.size()) {
      path.pop_back();
      if (path.empty()) break;
      if (!node_used_.empty()) node_used_[inner.back()] = 0;
      inner.pop_back();
      give_back_edge();
      continue;
    }
    const Neighbour other = neighbours[path.back().next++];
    worked();
    if (!Candidates::allow(candidates_.edges[step.edge], other.edge)) continue;
    if (!edge_used_.empty() && edge_used_[other.edge] != 0) continue;
    if (!step.distance.empty()) {
      const uint32_t left = step.distance[other.node];
      if (left == no_index || edges.size() + 1 + left > element.most) continue;
    }
    if (!edge_used_.empty()) edge_used_[other.edge] = 1;
    edges.push_back(other.edge);
    arrive_here(other.node);
    if (edges.size() < element.most && may_pass(step, other.node)) {
      if (!node_used_.empty()) node_used_[other.node] = 1;
      inner.push_back(other.node);
      path.push_back({other.node, 0});
    } else {
      give_back_edge();
    }
  }
}

}  // namespace vedette::graph
