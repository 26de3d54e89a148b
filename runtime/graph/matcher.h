// Finds all matches of a pattern: from the element with the fewest candidates along its edges.
#pragma once

#include <functional>
#include <vector>

#include "runtime/graph/pattern.h"

namespace vedette::graph {

class Matcher {
 public:
  /// `on_match` is called for each match; it is valid during the call. `on_work` is called every
  /// few thousand edges.
  Matcher(Graph& graph, const Pattern& pattern, const Candidates& candidates,
          std::function<void(const Match&)> on_match, std::function<void()> on_work);

  void run();

 private:
  /// An edge of the pattern, walked from one of its ends.
  struct Step {
    size_t edge;
    size_t from, to;      // nodes of the pattern
    bool closes = false;  // `to` stands before the step
    bool reversed = false;
    const Adjacency* along = nullptr;
    std::vector<uint32_t> distance = {};  // to a candidate of `to`; see distances_to_end
  };

  void plan_steps();
  Step step_along(size_t edge, const std::vector<uint8_t>& bound);
  void match_from(size_t step);
  void match_edge(size_t step);
  void match_path(size_t step);
  /// Goes on behind a step that arrives at `node` over `length` edges.
  void arrive(size_t step, NodeIndex node, uint32_t length);
  bool may_pass(const Step& step, NodeIndex node) const;
  void worked() {
    if (++work_ % 4096 == 0) on_work_();
  }

  Graph& graph_;
  const Pattern& pattern_;
  const Candidates& candidates_;
  const std::function<void(const Match&)> on_match_;
  const std::function<void()> on_work_;
  size_t start_ = 0;
  std::vector<Step> steps_;
  Match match_;
  std::vector<uint8_t> edge_used_;
  std::vector<uint8_t> node_used_;
  size_t work_ = 0;
};

}  // namespace vedette::graph
