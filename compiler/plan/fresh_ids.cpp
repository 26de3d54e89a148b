#include "compiler/plan/fresh_ids.h"

#include <unordered_map>

#include "compiler/plan/walk.h"

namespace vedette::plan {
namespace {

class Renumbering {
 public:
  explicit Renumbering(ColumnId& next) : next_(next) {}

  void run(Node& node) {
    for_each_input(node, [&](Plan& input) { run(*input); });
    for (Column& column : node.output) renew(column.id);
    for_each_expression(node, [&](Expression& expression) {
      for_each_below(expression, [&](Expression& part) {
        if (auto* reference = std::get_if<Expression::ColumnRef>(&part.node)) {
          renew(reference->column);
        }
      });
    });
    std::visit([&](auto& step) { renew_step(step); }, node.step);
  }

 private:
  void renew(ColumnId& id) {
    const auto [found, added] = new_id_.try_emplace(id, next_);
    if (added) ++next_;
    id = found->second;
  }

  template <typename Step> void renew_step(Step&) {}
  void renew_step(Scan& scan) {
    for (Scan::Stored& stored : scan.columns) renew(stored.id);
    for (PruneTerm& term : scan.prune) renew(term.column);
    if (scan.row_id) renew(*scan.row_id);
  }
  void renew_step(Fetch& fetch) {
    for (Scan::Stored& stored : fetch.columns) renew(stored.id);
    renew(fetch.row_id);
  }
  void renew_step(Aggregate& aggregate) {
    for (AggregateCall& call : aggregate.aggregates) {
      for (Column& column : call.results) renew(column.id);
    }
  }
  void renew_step(Join& join) {
    if (join.copies) renew(join.copies->id);
  }
  void renew_step(Union& step) {
    for (auto& columns : step.columns) {
      for (std::optional<ColumnId>& id : columns) {
        if (id) renew(*id);
      }
    }
  }
  void renew_step(Expand& expand) {
    for (Expand::Item& item : expand.items) renew(item.result.id);
    if (expand.index) renew(expand.index->id);
  }
  void renew_step(Parse& parse) {
    for (Parse::Part& part : parse.parts) {
      if (part.result) renew(part.result->id);
    }
  }
  void renew_step(Window& window) {
    for (Window::Call& call : window.calls) renew(call.result.id);
  }
  void renew_step(Apply& apply) {
    for (Column& column : apply.scope) renew(column.id);
  }

  ColumnId& next_;
  std::unordered_map<ColumnId, ColumnId> new_id_;
};

ColumnId largest_id(const Node& node) {
  ColumnId largest = 0;
  for (const auto& column : node.output) largest = std::max(largest, column.id);
  for_each_input(node, [&](const Plan& input) { largest = std::max(largest, largest_id(*input)); });
  if (const auto* shared = std::get_if<Shared>(&node.step)) {
    largest = std::max(largest, largest_id(*shared->input));
  }
  return largest;
}

}  // namespace

void give_fresh_ids(Node& node, ColumnId& next) {
  Renumbering(next).run(node);
}

ColumnId free_id(const Node& node) {
  return largest_id(node) + 1'000'000;
}

}  // namespace vedette::plan
