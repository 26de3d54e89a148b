#include "rules/mutate/mutants.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "compiler/syntax/parse.h"
#include "rules/load/duration.h"
#include "rules/mutate/equivalent.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

using ast::BinaryOperator;
using ast::ListOperator;

/// The operator that is true where this one is not, or next to it.
std::optional<BinaryOperator> flipped(BinaryOperator op) {
  using enum BinaryOperator;
  constexpr std::pair<BinaryOperator, BinaryOperator> pairs[] = {{Equal, NotEqual},
                                                                 {Less, GreaterEqual},
                                                                 {Greater, LessEqual},
                                                                 {EqualCaseless, NotEqualCaseless},
                                                                 {Has, NotHas},
                                                                 {HasCs, NotHasCs},
                                                                 {HasPrefix, NotHasPrefix},
                                                                 {HasSuffix, NotHasSuffix},
                                                                 {Contains, NotContains},
                                                                 {ContainsCs, NotContainsCs},
                                                                 {StartsWith, NotStartsWith},
                                                                 {StartsWithCs, NotStartsWithCs},
                                                                 {EndsWith, NotEndsWith},
                                                                 {EndsWithCs, NotEndsWithCs}};
  for (const auto& [one, other] : pairs) {
    if (op == one) return other;
    if (op == other) return one;
  }
  return std::nullopt;
}

/// The operator that tells upper from lower case, of one that does not.
std::optional<BinaryOperator> minding_case(BinaryOperator op) {
  using enum BinaryOperator;
  constexpr std::pair<BinaryOperator, BinaryOperator> pairs[] = {{EqualCaseless, Equal},
                                                                 {NotEqualCaseless, NotEqual},
                                                                 {Has, HasCs},
                                                                 {NotHas, NotHasCs},
                                                                 {HasPrefix, HasPrefixCs},
                                                                 {NotHasPrefix, NotHasPrefixCs},
                                                                 {HasSuffix, HasSuffixCs},
                                                                 {NotHasSuffix, NotHasSuffixCs},
                                                                 {Contains, ContainsCs},
                                                                 {NotContains, NotContainsCs},
                                                                 {StartsWith, StartsWithCs},
                                                                 {NotStartsWith, NotStartsWithCs},
                                                                 {EndsWith, EndsWithCs},
                                                                 {NotEndsWith, NotEndsWithCs}};
  for (const auto& [folding, minding] : pairs) {
    if (op == folding) return minding;
  }
  return std::nullopt;
}

std::optional<ListOperator> flipped(ListOperator op) {
  using enum ListOperator;
  switch (op) {
    case In:
      return NotIn;
    case NotIn:
      return In;
    case InCaseless:
      return NotInCaseless;
    case NotInCaseless:
      return InCaseless;
    case HasAny:
      return HasAll;
    case HasAll:
      return HasAny;
  }
  return std::nullopt;
}

bool is_ordering(BinaryOperator op) {
  using enum BinaryOperator;
  return op == Less || op == LessEqual || op == Greater || op == GreaterEqual || op == Equal ||
         op == NotEqual;
}

/// Walks through a query and notes what can be changed.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  std::vector<Mutant> run() {
    Diagnostics diagnostics;
    const ast::Query query = parse(text_, diagnostics);
    if (diagnostics.any_errors()) return {};
    for (const ast::Statement& statement : query.statements) note_constants(statement);
    for (const ast::Statement& statement : query.statements) visit(statement);
    std::ranges::sort(mutants_, {}, [](const Mutant& mutant) {
      return std::tuple(mutant.span.start, mutant.kind, std::string_view(mutant.after));
    });
    return std::move(mutants_);
  }

 private:
  std::string_view at(Span span) const { return text_.substr(span.start, span.length); }

  void add(MutantKind kind, Span span, std::string after) {
    std::string query(text_.substr(0, span.start));
    query += after;
    query += text_.substr(span.end());
    mutants_.push_back({kind, span, std::string(at(span)), std::move(after), std::move(query)});
  }

  /// `let threshold = 10;`: what is compared with it is compared with the number.
  void note_constants(const ast::Statement& statement) {
    const auto* let = std::get_if<ast::Let>(&statement.node);
    if (let == nullptr) return;
    const auto* value = std::get_if<ast::ExpressionPtr>(&let->value);
    if (value == nullptr) return;
    lets_.emplace(let->name.text, value->get());
    if (std::holds_alternative<ast::Literal>((*value)->node)) {
      constants_.emplace(let->name.text, value->get());
    }
  }

  void visit(const ast::Statement& statement) {
    if (const auto* let = std::get_if<ast::Let>(&statement.node)) {
      if (const auto* value = std::get_if<ast::ExpressionPtr>(&let->value)) {
        visit(*value);
      } else {
        const auto& function = std::get<ast::FunctionDeclaration>(let->value);
        for (const ast::Statement& inner : function.statements) visit(inner);
        visit(function.result);
      }
    } else if (const auto* query = std::get_if<ast::ExpressionStatement>(&statement.node)) {
      visit(query->expression);
    }
  }

  void visit(const ast::ExpressionPtr& expression) {
    if (expression == nullptr) return;
    if (const auto* call = std::get_if<ast::Call>(&expression->node)) {
      visit_call(*call, expression->span);
      return;
    }
    std::visit([this](const auto& node) { visit_node(node); }, expression->node);
  }
  void visit(const ast::Expressions& expressions) {
    for (const ast::ExpressionPtr& each : expressions) visit(each);
  }
  void visit(const ast::NamedExpressions& expressions) {
    for (const ast::NamedExpression& each : expressions) visit(each.value);
  }

  template <typename Node> void visit_node(const Node&) {}

  void visit_call(const ast::Call& call, Span span) {
    const bool folds = call.function.text == "tolower" || call.function.text == "toupper";
    if (folds && call.arguments.size() == 1) {
      add(MutantKind::LetterCase, span, std::string(at(call.arguments[0].span)));
    }
    visit(call.arguments);
  }

  void visit_node(const ast::Unary& unary) { visit(unary.operand); }
  void visit_node(const ast::Element& element) { visit(element.object); }

  /// What an operator that does not mind letter case looks at need not be folded.
  void visit_operand(const ast::ExpressionPtr& operand, bool caseless) {
    if (caseless && folds_case(*operand)) {
      visit(std::get<ast::Call>(operand->node).arguments);
    } else {
      visit(operand);
    }
  }

  bool minding_case_matters(const ast::Binary& binary) const {
    const auto texts = known_texts(*binary.right, lets_);
    return !folded_.folded_alike(*binary.left, *binary.right) &&
           !(texts && folded_.case_is_moot(*binary.left, *texts));
  }

  void visit_node(const ast::Binary& binary) {
    const auto other_case = minding_case(binary.op);
    visit_operand(binary.left, other_case.has_value());
    visit_operand(binary.right, other_case.has_value());
    if (bounds_time(binary)) return;
    if (const auto other = flipped(binary.op)) {
      add(MutantKind::Operator, binary.operator_span, std::string(spelling(*other)));
    }
    if (const auto& other = other_case; other && minding_case_matters(binary)) {
      add(MutantKind::LetterCase, binary.operator_span, std::string(spelling(*other)));
    }
    if (!is_ordering(binary.op)) return;
    shift(binary.right);
    shift(binary.left);
  }

  /// Is it a comparison of TimeGenerated with a time counted from now?
  bool bounds_time(const ast::Binary& binary) const {
    const std::string_view left = at(binary.left->span), right = at(binary.right->span);
    const auto counted = [](std::string_view side) {
      return side.find("ago(") != side.npos || side.find("now(") != side.npos;
    };
    const bool time = left == "TimeGenerated" || right == "TimeGenerated";
    return time && (counted(left) || counted(right));
  }

  void shift(const ast::ExpressionPtr& side) {
    if (const auto* name = std::get_if<ast::NameReference>(&side->node)) {
      // Each constant once, however often it is used.
      const auto constant = constants_.extract(name->name.text);
      if (constant) shift(*constant.mapped());
      return;
    }
    shift(*side);
  }

  void shift(const ast::Expression& side) {
    const auto* literal = std::get_if<ast::Literal>(&side.node);
    if (literal == nullptr || literal->is_null || at(side.span) != literal->text) return;
    if (literal->kind == ast::LiteralKind::Long || literal->kind == ast::LiteralKind::Int) {
      const auto number = parse_long(literal->text);
      if (number && *number < INT64_MAX) {
        add(MutantKind::Threshold, side.span, fmt::format("{}", *number + 1));
      }
    } else if (literal->kind == ast::LiteralKind::Real) {
      const auto number = parse_real(literal->text);
      if (number) {
        add(MutantKind::Threshold, side.span, fmt::format("real({})", *number * 1.1 + 0.01));
      }
    } else if (literal->kind == ast::LiteralKind::Timespan) {
      const auto span = parse_timespan(literal->text);
      if (span && span->ticks != 0 && std::abs(span->ticks) < INT64_MAX / 2) {
        add(MutantKind::Threshold, side.span,
            fmt::format("time({})", to_text(Timespan{span->ticks * 2})));
      }
    }
  }

  void visit_node(const ast::Logical& logical) {
    if (logical.op == ast::LogicalOperator::And) {
      for (const ast::ExpressionPtr& operand : logical.operands) {
        const bool implied =
            &logical == filter_ && std::ranges::any_of(logical.operands, [&](const auto& other) {
              return is_implied(*operand, *other, text_, lets_);
            });
        if (!implied) drop(operand, "true");
      }
    } else {
      for (const ast::ExpressionPtr& operand : logical.operands) drop(operand, "false");
    }
    visit(logical.operands);
  }

  void drop(const ast::ExpressionPtr& predicate, std::string_view instead) {
    if (predicate == nullptr || std::holds_alternative<ast::Logical>(predicate->node)) return;
    const auto* binary = std::get_if<ast::Binary>(&predicate->node);
    if (binary != nullptr && bounds_time(*binary)) return;
    const auto* between = std::get_if<ast::Between>(&predicate->node);
    if (between != nullptr && at(between->value->span) == "TimeGenerated") return;
    add(MutantKind::Predicate, predicate->span, std::string(instead));
  }

  void visit_node(const ast::Between& between) {
    visit(between.value);
    if (at(between.value->span) == "TimeGenerated") return;
    add(MutantKind::Operator, between.operator_span, between.negated ? "between" : "!between");
    shift(between.low);
    shift(between.high);
  }

  void visit_node(const ast::InList& list) {
    const bool caseless = list.op != ListOperator::In && list.op != ListOperator::NotIn;
    const bool whole = list.op != ListOperator::HasAny && list.op != ListOperator::HasAll;
    visit_operand(list.value, caseless);
    for (const ast::ExpressionPtr& each : list.list) visit_operand(each, caseless);
    const auto texts = known_texts(list.list, lets_);
    // To have any of one text is to have all of it.
    const bool one = !whole && texts && texts->size() == 1;
    if (const auto other = flipped(list.op); other && !one) {
      add(MutantKind::Operator, list.operator_span, std::string(spelling(*other)));
    }
    if (caseless && whole && !(texts && folded_.case_is_moot(*list.value, *texts))) {
      add(MutantKind::LetterCase, list.operator_span,
          list.op == ListOperator::InCaseless ? "in" : "!in");
    }
  }

  void visit_node(const ast::Pipe& pipe) {
    const FoldedColumns outside = std::exchange(folded_, {});
    visit(pipe.source);
    folded_ = {};
    for (const ast::Step& step : pipe.steps) {
      std::visit([&](const auto& node) { visit_step(node, step); }, step.node);
      folded_.pass(step);
    }
    folded_ = outside;
  }

  template <typename Node> void visit_step(const Node&, const ast::Step&) {}
  void visit_step(const ast::Where& where, const ast::Step&) {
    drop(where.predicate, "true");
    filter_ = std::get_if<ast::Logical>(&where.predicate->node);
    visit(where.predicate);
  }
  void visit_step(const ast::Extend& extend, const ast::Step&) { visit(extend.columns); }
  void visit_step(const ast::Project& project, const ast::Step&) { visit(project.columns); }
  void visit_step(const ast::Summarize& summarize, const ast::Step&) {
    visit(summarize.aggregates);
    visit(summarize.by);
  }
  void visit_step(const ast::Distinct& distinct, const ast::Step&) { visit(distinct.columns); }
  void visit_step(const ast::Lookup& lookup, const ast::Step&) { visit(lookup.right); }
  void visit_step(const ast::Union& all, const ast::Step&) { visit(all.tables); }
  void visit_step(const ast::MvApply& apply, const ast::Step&) { visit(apply.subquery); }
  void visit_step(const ast::Partition& partition, const ast::Step&) { visit(partition.subquery); }
  void visit_step(const ast::Join& join, const ast::Step& step) {
    visit(join.right);
    for (const ast::Parameter& parameter : join.parameters) {
      if (parameter.name.text != "kind" || parameter.value == nullptr) continue;
      const std::string_view kind = at(parameter.value->span);
      const bool keeps_left = kind.starts_with("left") || kind == "fullouter";
      add(MutantKind::JoinKind, parameter.value->span, keeps_left ? "inner" : "leftouter");
      return;
    }
    add(MutantKind::JoinKind, step.keyword_span, "join kind=leftouter");
  }

  std::string_view text_;
  LetConstants constants_;  // whose value is still to be changed
  LetConstants lets_;
  FoldedColumns folded_;
  const ast::Logical* filter_ = nullptr;  // of the `where` that is visited
  std::vector<Mutant> mutants_;
};

constexpr Timespan shortest_window{5 * ticks_per_minute};

Trigger flipped(Trigger trigger) {
  switch (trigger) {
    case Trigger::GreaterThan:
      return Trigger::LessThan;
    case Trigger::LessThan:
      return Trigger::GreaterThan;
    case Trigger::Equal:
      return Trigger::NotEqual;
    default:
      return Trigger::Equal;
  }
}

std::string_view spelling_of(Trigger trigger) {
  constexpr std::string_view names[] = {"gt", "lt", "eq", "ne"};
  return names[static_cast<size_t>(trigger)];
}

}  // namespace

std::string_view name_of(MutantKind kind) {
  constexpr std::string_view names[] = {"drop predicate", "flip operator",    "shift threshold",
                                        "change join",    "mind letter case", "halve window"};
  return names[static_cast<size_t>(kind)];
}

std::vector<Mutant> mutants_of(std::string_view query) {
  return Walker(query).run();
}

std::vector<Mutant> mutants_of(const AnalyticRule& rule) {
  std::vector<Mutant> mutants = mutants_of(rule.query.text);
  if (rule.kind != RuleKind::Scheduled) return mutants;
  const auto add = [&](MutantKind kind, std::string field, std::string before, std::string after) {
    mutants.push_back(
        {kind, {}, std::move(before), std::move(after), rule.query.text, std::move(field)});
  };
  add(MutantKind::Operator, "triggerOperator", std::string(spelling_of(rule.trigger)),
      std::string(spelling_of(flipped(rule.trigger))));
  add(MutantKind::Threshold, "triggerThreshold", fmt::format("{}", rule.threshold),
      fmt::format("{}", rule.threshold + 1));
  const Timespan half{rule.period.ticks / 2};
  if (half >= shortest_window) {
    add(MutantKind::Window, "queryPeriod", short_duration(rule.period), short_duration(half));
  }
  return mutants;
}

AnalyticRule mutated(const AnalyticRule& rule, const Mutant& mutant) {
  AnalyticRule changed = rule;
  changed.query.text = mutant.query;
  if (mutant.field == "triggerOperator") changed.trigger = flipped(rule.trigger);
  if (mutant.field == "triggerThreshold") ++changed.threshold;
  if (mutant.field == "queryPeriod") changed.period.ticks = rule.period.ticks / 2;
  return changed;
}

}  // namespace vedette::rules
