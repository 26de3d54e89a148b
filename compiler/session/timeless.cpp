#include "compiler/session/timeless.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "compiler/optimize/optimizer.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "compiler/session/stand_ins.h"

namespace vedette::session {
namespace {

using plan::Expression;
using plan::TimeScope;

// Later than any datetime, so that no query can mean one of them.
constexpr int64_t first_mark = std::numeric_limits<int64_t>::max() - 3;
constexpr std::optional<Datetime> TimeScope::* bounds[] = {
    &TimeScope::from, &TimeScope::to, &TimeScope::ingested_from, &TimeScope::ingested_before};

std::optional<size_t> mark_of(const Expression& expression) {
  const Value* value = plan::constant_of(expression);
  if (value == nullptr || value->type() != Type::Datetime || value->is_null()) return std::nullopt;
  if (value->as_word() < first_mark) return std::nullopt;
  return static_cast<size_t>(value->as_word() - first_mark);
}

/// Puts a bound in the place of its mark; false when the expression is none.
bool settle_mark(Expression& part, const TimeScope& scope) {
  const auto mark = mark_of(part);
  if (!mark) return false;
  const std::optional<Datetime>& bound = scope.*bounds[*mark];
  check(bound.has_value(), "a run bounds time as its plan was made for");
  part.node = Expression::Constant{Value::datetime(*bound)};
  return true;
}

class Copier {
 public:
  explicit Copier(const TimeScope& scope) : scope_(scope) {}

  plan::Plan copy(const plan::Node& node) {
    plan::Plan result = plan::clone(node);
    settle(*result);
    return result;
  }

 private:
  void settle(plan::Node& node) {
    plan::for_each_input(node, [&](plan::Plan& input) { settle(*input); });
    if (auto* shared = std::get_if<plan::Shared>(&node.step)) shared->input = once(shared->input);
    plan::for_each_expression(node, [&](Expression& expression) {
      plan::for_each_below(expression, [&](Expression& part) {
        if (auto* subquery = std::get_if<Expression::Subquery>(&part.node)) {
          subquery->plan = once(subquery->plan);
        } else {
          settle_mark(part, scope_);
        }
      });
    });
  }

  /// What several places share in the original, their copies share too.
  std::shared_ptr<plan::Node> once(const std::shared_ptr<plan::Node>& node) {
    auto& made = copies_[node.get()];
    if (made == nullptr) made = std::make_shared<plan::Node>(std::move(*copy(*node)));
    return made;
  }

  const TimeScope& scope_;
  std::unordered_map<const plan::Node*, std::shared_ptr<plan::Node>> copies_;
};

/// True when so many terms about columns say all that a conjunct says: they compare a column, and
/// nothing made of it, with times.
bool says_all(const Expression& conjunct, size_t terms) {
  if (const Value* value = plan::constant_of(conjunct))
    return !value->is_null() && value->as_bool();
  const auto* call = std::get_if<Expression::Call>(&conjunct.node);
  if (call == nullptr) return false;
  const std::string_view name = call->function->name;
  const bool between = name == "between";
  if (!between && name != "<" && name != "<=" && name != ">" && name != ">=") return false;
  size_t columns = 0;
  for (const Expression& argument : call->arguments) {
    if (argument.type != Type::Datetime) return false;
    columns += plan::column_of(argument) ? 1 : 0;
  }
  return columns == 1 && terms == (between ? 2 : 1);
}

bool differs_by_windows_only(const plan::Node& node) {
  const plan::Node* below = &node;
  while (const auto* filter = std::get_if<plan::Filter>(&below->step)) below = filter->input.get();
  if (std::holds_alternative<plan::Scan>(below->step)) return true;  // its filters are its window
  if (std::holds_alternative<plan::Apply>(node.step) ||
      std::holds_alternative<plan::External>(node.step) ||
      std::holds_alternative<plan::Sample>(node.step)) {
    return false;
  }
  bool same = true;
  plan::for_each_expression(
      node, [&](const Expression& each) { same = same && same_in_every_run(each); });
  plan::for_each_input(
      node, [&](const plan::Plan& input) { same = same && differs_by_windows_only(*input); });
  if (const auto* shared = std::get_if<plan::Shared>(&node.step)) {
    same = same && differs_by_windows_only(*shared->input);
  }
  return same;
}

class Roots {
 public:
  explicit Roots(const std::function<void(plan::Plan&)>& visit) : visit_(visit) {}

  void look_in(plan::Node& node) {
    plan::for_each_input(node, [&](plan::Plan& input) { look_in(*input); });
    if (auto* shared = std::get_if<plan::Shared>(&node.step)) {
      if (seen_.insert(shared->input.get()).second) look_in(*shared->input);
    }
    plan::for_each_expression(node, [&](Expression& expression) {
      plan::for_each_below(expression, [&](Expression& part) {
        auto* subquery = std::get_if<Expression::Subquery>(&part.node);
        if (subquery == nullptr || !seen_.insert(subquery->plan.get()).second) return;
        look_in(*subquery->plan);
        auto root = std::make_unique<plan::Node>(std::move(*subquery->plan));
        visit_(root);
        *subquery->plan = std::move(*root);
      });
    });
  }

 private:
  const std::function<void(plan::Plan&)>& visit_;
  std::unordered_set<const plan::Node*> seen_;
};

}  // namespace

TimeScope marked_scope(const TimeScope& like) {
  TimeScope scope{.column = like.column};
  for (size_t i = 0; i < std::size(bounds); ++i) {
    if (like.*bounds[i]) scope.*bounds[i] = Datetime{first_mark + static_cast<int64_t>(i)};
  }
  return scope;
}

bool same_in_every_run(const Expression& expression) {
  bool marked = false;
  plan::for_each_below(expression,
                       [&](const Expression& part) { marked |= mark_of(part).has_value(); });
  return !marked && !plan::depends_on_run(expression);
}

plan::QueryPlan with_scope(const plan::QueryPlan& query, const TimeScope& scope) {
  Copier copier(scope);
  plan::QueryPlan result;
  for (const auto& output : query.outputs) {
    result.outputs.push_back(
        {output.name, copier.copy(*output.plan), output.visualization, output.open});
  }
  return result;
}

std::vector<ScanWindow> windows_of(const plan::QueryPlan& query) {
  class Collector : public StandIns {
   public:
    std::shared_ptr<const Table> find(const ScanUse& use) override {
      ScanWindow window{&use.node, &use.scan, {}};
      for (const Expression& conjunct : use.conjuncts) {
        if (!same_in_every_run(conjunct)) window.conjuncts.push_back(conjunct);
      }
      windows.push_back(std::move(window));
      return nullptr;
    }
    std::vector<ScanWindow> windows;
  };
  Collector collector;
  ScanTables none;
  for (const auto& output : query.outputs) find_stand_ins(*output.plan, collector, none);
  return std::move(collector.windows);
}

WindowBounds bounds_in_run(const ScanWindow& window, const TimeScope& scope, Datetime now) {
  WindowBounds bounds;
  for (Expression conjunct : window.conjuncts) {
    plan::for_each_below(conjunct, [&](Expression& part) { settle_mark(part, scope); });
    plan::fold_constants(conjunct, now.ticks);
    const size_t before = bounds.terms.size();
    add_prune_terms(conjunct, bounds.terms);
    bounds.exact = bounds.exact && says_all(conjunct, bounds.terms.size() - before);
  }
  return bounds;
}

bool differs_by_windows_only(const plan::QueryPlan& query) {
  return std::ranges::all_of(
      query.outputs, [](const auto& output) { return differs_by_windows_only(*output.plan); });
}

void for_each_root(plan::QueryPlan& query, const std::function<void(plan::Plan&)>& visit) {
  Roots roots(visit);
  for (auto& output : query.outputs) {
    roots.look_in(*output.plan);
    visit(output.plan);
  }
}

void forget_prune_terms(plan::Node& node) {
  plan::for_each_input(node, [](plan::Plan& input) { forget_prune_terms(*input); });
  if (auto* shared = std::get_if<plan::Shared>(&node.step)) forget_prune_terms(*shared->input);
  if (auto* scan = std::get_if<plan::Scan>(&node.step)) scan->prune.clear();
}

}  // namespace vedette::session
