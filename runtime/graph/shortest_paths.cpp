#include "runtime/graph/shortest_paths.h"

#include <algorithm>

#include "runtime/graph/distances.h"

namespace vedette::graph {

ShortestPaths::ShortestPaths(Graph& graph, const Pattern& pattern, const Candidates& candidates,
                             MatchRows& rows, bool all, TableCall& call)
    : graph_(graph),
      pattern_(pattern),
      candidates_(candidates),
      rows_(rows),
      all_(all),
      call_(call),
      done_(graph.nodes()),
      bound_(pattern.nodes.size()) {
  elements_.push_back(pattern.edges.front().left);
  for (const EdgeElement& edge : pattern.edges) {
    elements_.push_back(edge.right);
    longest_ += std::min(edge.most, graph.edges());
  }
  const bool one_path =
      pattern.edges.size() == 1 && pattern.edges[0].least <= 1 && elements_[0] != elements_[1];
  first_reach_only_ = one_path && pattern.conditions.empty();
  if (first_reach_only_) reached_.resize(size_t{2} * graph.nodes());
  if (pattern.edges.size() == 1 && pattern.edges[0].variable) {
    distance_ =
        distances_to_end(graph, pattern, candidates, 0, false, [&] { call.check_running(); });
  }
  match_.nodes.resize(pattern.nodes.size());
  match_.edges.resize(pattern.edges.size());
  match_.path_edges.resize(pattern.edges.size());
  match_.path_nodes.resize(pattern.edges.size());
}

void ShortestPaths::run() {
  const auto& allowed = candidates_.nodes[elements_.front()];
  for (NodeIndex source = 0; source < graph_.nodes(); ++source) {
    if (Candidates::allow(allowed, source)) run_from(source);
  }
}

void ShortestPaths::run_from(NodeIndex source) {
  const size_t targets = candidates_.node_counts[elements_.back()];
  source_ = source;
  for (Layer& layer : layers_) layer.clear();
  slots_.clear();
  if (layers_.empty()) layers_.resize(1);
  reach(0, {0, 0, source}, no_index, no_index);
  for (uint32_t length = 0;; ++length) {
    give_paths(length);
    flush();
    if (length == longest_ || done_list_.size() == targets) break;
    if (layers_.size() < length + 2) layers_.resize(length + 2);
    slots_.clear();
    extend(length);
    if (layers_[length + 1].entries.empty()) break;
  }
  for (const NodeIndex node : done_list_) done_[node] = 0;
  done_list_.clear();
}

std::pair<uint32_t, bool> ShortestPaths::entry_of(uint32_t length, const State& state) {
  const auto next = static_cast<uint32_t>(layers_[length].entries.size());
  if (first_reach_only_) {
    Reached& reached = reached_[size_t{state.at} * graph_.nodes() + state.node];
    if (reached.source == source_) {
      return {reached.length == length ? reached.entry : no_index, false};
    }
    reached = {source_, length, next};
    return {next, true};
  }
  const uint64_t place = uint64_t{state.at} * (uint64_t{longest_} + 1) + state.hops;
  const auto [slot, added] = slots_.try_emplace(place * graph_.nodes() + state.node, next);
  return {slot->second, added};
}

void ShortestPaths::reach(uint32_t length, const State& state, uint32_t from, EdgeIndex edge) {
  const auto [entry, added] = entry_of(length, state);
  if (entry == no_index || (!added && first_reach_only_ && !all_)) return;
  Layer& layer = layers_[length];
  if (added) layer.entries.push_back({state, no_index});
  if (from != no_index) {
    layer.ways.push_back({from, edge, layer.entries[entry].first_way});
    layer.entries[entry].first_way = static_cast<uint32_t>(layer.ways.size() - 1);
  }
  if (!added || state.at == pattern_.edges.size()) return;
  const EdgeElement& element = pattern_.edges[state.at];
  if (!element.variable || state.hops < element.least) return;
  if (!Candidates::allow(candidates_.nodes[elements_[state.at + 1]], state.node)) return;
  reach(length, {state.at + 1, 0, state.node}, entry, no_index);
}

void ShortestPaths::extend(uint32_t length) {
  for (uint32_t i = 0; i < layers_[length].entries.size(); ++i) {
    const State state = layers_[length].entries[i].state;
    if (state.at == pattern_.edges.size()) continue;
    const EdgeElement& element = pattern_.edges[state.at];
    const uint32_t most = element.variable ? element.most : 1;
    if (state.hops >= most) continue;
    const auto& inner = candidates_.inner_nodes[state.at];
    if (state.hops > 0 && !Candidates::allow(inner, state.node)) continue;
    const auto& edges = candidates_.edges[state.at];
    for (const Neighbour& other : graph_.along(direction_of(element, false)).of(state.node)) {
      if (++work_ % 4096 == 0) call_.check_running();
      if (!Candidates::allow(edges, other.edge)) continue;
      if (!distance_.empty()) {
        const uint32_t left = distance_[other.node];
        if (left == no_index || length + 1 + left > longest_) continue;
      }
      if (element.variable) {
        reach(length + 1, {state.at, state.hops + 1, other.node}, i, other.edge);
      } else if (Candidates::allow(candidates_.nodes[elements_[state.at + 1]], other.node)) {
        reach(length + 1, {state.at + 1, 0, other.node}, i, other.edge);
      }
    }
  }
}

void ShortestPaths::give_paths(uint32_t length) {
  for (uint32_t i = 0; i < layers_[length].entries.size(); ++i) {
    const State& state = layers_[length].entries[i].state;
    if (state.at == pattern_.edges.size() && done_[state.node] == 0) walk_back(length, i);
  }
}

void ShortestPaths::walk_back(uint32_t length, uint32_t entry) {
  const NodeIndex target = layers_[length].entries[entry].state.node;
  const bool first_will_do = !all_ && pattern_.conditions.empty();
  back_.clear();
  const auto enter = [&](uint32_t at_length, uint32_t at_entry) {
    back_.push_back(
        {at_length, at_entry, layers_[at_length].entries[at_entry].first_way, no_index});
  };
  enter(length, entry);
  while (!back_.empty()) {
    if (++work_ % 4096 == 0) call_.check_running();
    Back& top = back_.back();
    if (top.length == 0 && top.entry == 0) {  // the source
      if (add_match(target) && first_will_do) return;
      back_.pop_back();
      continue;
    }
    if (top.next_way == no_index) {
      back_.pop_back();
      continue;
    }
    const Way way = layers_[top.length].ways[top.next_way];
    top.next_way = way.next;
    top.edge = way.edge;
    enter(way.edge == no_index ? top.length : top.length - 1, way.from);
  }
}

bool ShortestPaths::add_match(NodeIndex target) {
  std::fill(bound_.begin(), bound_.end(), uint8_t{0});
  for (auto& edges : match_.path_edges) edges.clear();
  for (auto& nodes : match_.path_nodes) nodes.clear();
  bool fits = true;
  const auto bind = [&](size_t element, NodeIndex node) {
    fits &= bound_[element] == 0 || match_.nodes[element] == node;
    bound_[element] = 1;
    match_.nodes[element] = node;
  };
  const auto state_of = [&](const Back& back) {
    return layers_[back.length].entries[back.entry].state;
  };
  bind(elements_.front(), source_);
  for (size_t i = back_.size() - 1; i > 0; --i) {
    const State from = state_of(back_[i]), to = state_of(back_[i - 1]);
    const EdgeIndex edge = back_[i - 1].edge;
    const bool variable = pattern_.edges[from.at].variable;
    if (edge != no_index && variable) {
      if (from.hops > 0) match_.path_nodes[from.at].push_back(from.node);
      match_.path_edges[from.at].push_back(edge);
    } else {
      if (edge != no_index) match_.edges[from.at] = edge;
      bind(elements_[to.at], to.node);
    }
  }
  if (!fits || (!first_reach_only_ && repeats_an_edge())) return false;
  rows_.add(match_);
  pending_.push_back(target);
  if (rows_.full()) flush();
  return true;
}

bool ShortestPaths::repeats_an_edge() {
  used_.clear();
  for (size_t i = 0; i < pattern_.edges.size(); ++i) {
    if (pattern_.edges[i].variable) {
      used_.insert(used_.end(), match_.path_edges[i].begin(), match_.path_edges[i].end());
    } else {
      used_.push_back(match_.edges[i]);
    }
  }
  std::sort(used_.begin(), used_.end());
  return std::adjacent_find(used_.begin(), used_.end()) != used_.end();
}

void ShortestPaths::flush() {
  const std::span<uint8_t> chosen = rows_.test();
  for (size_t row = 0; row < chosen.size(); ++row) {
    if (chosen[row] == 0) continue;
    uint8_t& done = done_[pending_[row]];
    if (done != 0 && !all_) {
      chosen[row] = 0;
      continue;
    }
    if (done == 0) done_list_.push_back(pending_[row]);
    done = 1;
  }
  rows_.emit(chosen);
  pending_.clear();
}

}  // namespace vedette::graph
