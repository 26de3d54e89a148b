// Finds shortest paths between the ends of a pattern that is one chain: from each source in layers
// of equal length, then back from each target.
#pragma once

#include <unordered_map>
#include <vector>

#include "runtime/graph/match_rows.h"

namespace vedette::graph {

class ShortestPaths {
 public:
  /// `all`: every path of the least length between two ends, else one.
  ShortestPaths(Graph& graph, const Pattern& pattern, const Candidates& candidates, MatchRows& rows,
                bool all, TableCall& call);

  void run();

 private:
  /// A place in a walk: `hops` edges into edge `at` of the pattern; behind the last at its end.
  struct State {
    uint32_t at;
    uint32_t hops;
    NodeIndex node;
  };
  /// How a state was reached: over an edge from an entry of the layer before, or (no_index) from an
  /// entry of the same layer, where an edge of the pattern ends.
  struct Way {
    uint32_t from;
    EdgeIndex edge;
    uint32_t next;  // another way to the same state
  };
  struct Entry {
    State state;
    uint32_t first_way;
  };
  /// The states that are so many edges from the source.
  struct Layer {
    std::vector<Entry> entries;
    std::vector<Way> ways;
    void clear() { entries.clear(), ways.clear(); }
  };
  /// A step of a walk from a target back to the source.
  struct Back {
    uint32_t length, entry;
    uint32_t next_way;
    EdgeIndex edge;  // that was taken to the next step
  };

  void run_from(NodeIndex source);
  /// The entry of a state in a layer, and whether it is new; no_index when it does not count.
  std::pair<uint32_t, bool> entry_of(uint32_t length, const State& state);
  void reach(uint32_t length, const State& state, uint32_t from, EdgeIndex edge);
  void extend(uint32_t length);
  void give_paths(uint32_t length);
  void walk_back(uint32_t length, uint32_t entry);
  /// Adds the match of the walk in `back_`; answers false when it is none.
  bool add_match(NodeIndex target);
  bool repeats_an_edge();
  void flush();

  Graph& graph_;
  const Pattern& pattern_;
  const Candidates& candidates_;
  MatchRows& rows_;
  const bool all_;
  TableCall& call_;
  /// Whether a state matters only where it is reached first: then any walk back is a match.
  bool first_reach_only_ = false;
  uint32_t longest_ = 0;
  std::vector<size_t> elements_;    // nodes of the pattern along the chain
  std::vector<uint32_t> distance_;  // see distances_to_end
  std::vector<Layer> layers_;
  // Where states are: by number of the state when only the first counts, else of one layer.
  struct Reached {
    uint32_t source = no_index, length = 0, entry = 0;
  };
  std::vector<Reached> reached_;
  std::unordered_map<uint64_t, uint32_t> slots_;
  NodeIndex source_ = 0;
  std::vector<uint8_t> done_;  // targets of this source
  std::vector<NodeIndex> done_list_;
  std::vector<NodeIndex> pending_;  // the target of each match that is held
  std::vector<Back> back_;
  std::vector<uint8_t> bound_;  // elements of the match being made
  std::vector<EdgeIndex> used_;
  Match match_;
  size_t work_ = 0;
};

}  // namespace vedette::graph
