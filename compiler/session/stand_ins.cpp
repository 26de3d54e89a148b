#include "compiler/session/stand_ins.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/plan/walk.h"

namespace vedette::session {
namespace {

using plan::JoinKind;

class Finder {
 public:
  Finder(StandIns& from, ScanTables& found) : from_(from), found_(found) {}

  void visit(const plan::Node& node, std::vector<const plan::Expression*> filters) {
    if (const auto* filter = std::get_if<plan::Filter>(&node.step)) {
      filters.insert(filters.begin(), &filter->predicate);
      return visit(*filter->input, std::move(filters));
    }
    if (const auto* scan = std::get_if<plan::Scan>(&node.step)) return ask(node, *scan, filters);
    if (const auto* shared = std::get_if<plan::Shared>(&node.step)) {
      if (seen_.insert(shared->input.get()).second) visit(*shared->input, {});
      return;
    }
    plan::for_each_input(node, [&](const plan::Plan& input) { visit(*input, {}); });
  }

  size_t replaced() const { return replaced_; }

 private:
  void ask(const plan::Node& node, const plan::Scan& scan,
           const std::vector<const plan::Expression*>& filters) {
    found_.erase(&scan);  // of another plan that lay there once
    ScanUse use{node, scan, scan.prune, {}};
    for (const plan::Expression* filter : filters) {
      for (plan::Expression& conjunct : plan::split_conjunction(*filter)) {
        use.conjuncts.push_back(std::move(conjunct));
      }
    }
    if (auto table = from_.find(use)) {
      found_.emplace(&scan, std::move(table));
      ++replaced_;
    }
  }

  StandIns& from_;
  ScanTables& found_;
  std::unordered_set<const plan::Node*> seen_;
  size_t replaced_ = 0;
};

bool join_gives_nothing(JoinKind kind, bool no_left, bool no_right) {
  switch (kind) {
    case JoinKind::InnerUnique:
    case JoinKind::Inner:
    case JoinKind::LeftSemi:
    case JoinKind::RightSemi:
      return no_left || no_right;
    case JoinKind::LeftOuter:
    case JoinKind::LeftAnti:
      return no_left;
    case JoinKind::RightOuter:
    case JoinKind::RightAnti:
      return no_right;
    case JoinKind::FullOuter:
      return no_left && no_right;
  }
  return false;
}

}  // namespace

size_t find_stand_ins(const plan::Node& node, StandIns& from, ScanTables& found) {
  Finder finder(from, found);
  finder.visit(node, {});
  return finder.replaced();
}

bool gives_nothing(const plan::Node& node, const ScanTables& tables) {
  const auto nothing = [&](const plan::Plan& input) { return gives_nothing(*input, tables); };
  return std::visit(
      plan::Overloaded{
          [&](const plan::Scan& scan) {
            const auto found = tables.find(&scan);
            return found != tables.end() && found->second->extents.empty();
          },
          [](const plan::Values& values) { return values.rows.empty(); },
          [&](const plan::Aggregate& step) { return !step.keys.empty() && nothing(step.input); },
          [&](const plan::Join& step) {
            return join_gives_nothing(step.kind, nothing(step.left), nothing(step.right));
          },
          [&](const plan::Union& step) { return std::ranges::all_of(step.inputs, nothing); },
          [&](const plan::Shared& step) { return gives_nothing(*step.input, tables); },
          // Files may hold anything, a range makes rows, and so may functions of tables.
          [](const plan::External&) { return false; },
          [](const plan::Range&) { return false; },
          [](const plan::Apply&) { return false; },
          [&](const auto& step) { return nothing(step.input); },
      },
      node.step);
}

}  // namespace vedette::session
