// Plans that work for each group of rows by itself: mv-apply, partition.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "compiler/bind/query_binder.h"

namespace vedette::binding {

/// A plan that gives each group once; its output is the groups' columns.
using GroupList = std::function<plan::Plan()>;

/// Changes a plan that was bound over all rows of one of its leaves so that it answers for each
/// group of those rows by itself. Columns that tell groups apart go through all steps.
class PerGroup {
 public:
  /// `leaf` has the columns `groups` in its output, or gets them there; `in_order` says that its
  /// rows come group after group, and that no group is null.
  PerGroup(QueryBinder& binder, const plan::Node* leaf, plan::Schema groups, GroupList all_groups,
           bool in_order);

  /// Can all steps of a plan work by group?
  bool possible(const plan::Node& plan) const;

  /// Answers under which ids the groups' columns are in the plan's output; nothing when a step
  /// cannot work by group, which was reported.
  std::optional<plan::Schema> apply(plan::Plan& plan);

 private:
  using Answer = std::optional<plan::Schema>;

  Answer visit(plan::Plan& plan, plan::Aggregate& step);
  Answer visit(plan::Plan& plan, plan::Sort& step);
  Answer visit(plan::Plan& plan, plan::Limit& step);
  Answer visit(plan::Plan& plan, plan::Project& step);
  Answer visit(plan::Plan& plan, plan::Window& step);
  Answer visit(plan::Plan& plan, plan::Sample& step);
  Answer visit(plan::Plan& plan, plan::Apply& step);
  Answer visit(plan::Plan& plan, plan::Shared& step);
  Answer visit(plan::Plan& plan, plan::Union& step);
  Answer visit(plan::Plan& plan, plan::Join& step);
  Answer pass(plan::Plan& plan, plan::Plan& input);
  bool contains_leaf(const plan::Node& plan) const;
  bool possible_join(const plan::Join& step) const;
  /// Do rows come group after group, and that no group is null. Asked of a plan that already works by group.
  bool in_group_order(const plan::Node& plan) const;
  void join_groups(plan::Join& join, const plan::Schema& left, const plan::Schema& right,
                   Span span);
  Answer give_up(const plan::Node& node);
  /// Repeats the rows of a plan that is the same for all groups for each of them.
  plan::Schema for_each_group(plan::Plan& plan);
  /// Adds the groups' columns of the side that is there, behind a full outer join.
  plan::Schema either(plan::Plan& plan, const plan::Schema& left, const plan::Schema& right);

  void add_empty_groups(plan::Plan& plan, plan::Schema& groups);
  plan::Plan first_rows(plan::Plan input, const plan::Schema& groups, int64_t rows, Span span);
  plan::Plan order_by_group(plan::Plan input, const plan::Schema& groups,
                            std::vector<plan::Sort::Key> keys, Span span);
  /// Adds for each group column its value in the row `offset` before (or after).
  plan::Plan add_neighbours(plan::Plan input, const plan::Schema& groups, std::string_view function,
                            const plan::Expression& offset, plan::Schema& neighbours, Span span);
  plan::Expression differs(const plan::Schema& groups, const plan::Schema& neighbours, Span span);

  QueryBinder& binder_;
  const plan::Node* leaf_;
  plan::Schema groups_;
  GroupList all_groups_;
  bool leaf_in_order_;
  std::map<uint32_t, plan::Schema> shared_;  // the groups' columns of shared plans, by their id
};

}  // namespace vedette::binding
