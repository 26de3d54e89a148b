#include "tests/harness/row_wishes.h"

#include <algorithm>

#include "compiler/bind/binder.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "compiler/syntax/parse.h"
#include "stdlib/stdlib.h"

namespace vedette {
namespace {

using plan::ColumnId;
using plan::Expression;

/// Expressions that take the place of columns.
using Replacements = std::unordered_map<ColumnId, const Expression*>;

/// What is asked of the rows of one step's output.
struct Asked {
  std::vector<Wish> wishes;
  std::vector<MeetingPlace> meetings;
  std::map<ColumnId, PartOfValue> parts;

  void replace(const Replacements& replacements) {
    for (Wish& wish : wishes) {
      for (Expression& expression : wish) plan::substitute(expression, replacements);
    }
    for (MeetingPlace& meeting : meetings) plan::substitute(meeting.place, replacements);
    for (auto& [id, part] : parts) plan::substitute(part.whole, replacements);
  }
};

class Collector {
 public:
  Collector(int64_t now, std::vector<RowRecipe>& recipes) : now_(now), recipes_(recipes) {}

  void visit(const plan::Node& node, Asked asked) {
    if (++visits_ > 3000) return;  // shared plans that share plans
    plan::for_each_expression(node, [&](const Expression& e) { visit_subqueries(e, asked); });
    std::visit([&](const auto& step) { visit_step(step, node, asked); }, node.step);
  }

 private:
  /// The plans inside of an expression; what is looked up in one meets its first column.
  void visit_subqueries(const Expression& expression, Asked& asked) {
    plan::for_each_below(expression, [&](const Expression& below) {
      const auto* call = std::get_if<Expression::Call>(&below.node);
      if (const auto* query = std::get_if<Expression::Subquery>(&below.node)) {
        if (!met_.contains(query->plan.get())) visit(*query->plan, {});
      } else if (call != nullptr && call->arguments.size() > 1) {
        const auto* list = std::get_if<Expression::Subquery>(&call->arguments.back().node);
        if (list == nullptr || list->plan->output.empty()) return;
        Asked inner;
        const plan::Column& first = list->plan->output.front();
        inner.meetings.push_back({next_pool_, plan::column(first)});
        met_.insert(list->plan.get());
        visit(*list->plan, inner);
        if (call->function->name.starts_with("in")) {
          asked.meetings.push_back({next_pool_, call->arguments.front()});
        }
        ++next_pool_;
      }
    });
  }

  void visit_step(const plan::Scan& step, const plan::Node& node, Asked& asked) {
    RowRecipe& recipe = recipes_.emplace_back();
    recipe.table = step.table;
    for (size_t i = 0; i < step.columns.size(); ++i) {
      recipe.columns[node.output[i].id] = step.columns[i].name;
    }
    recipe.wishes = asked.wishes;
    recipe.meetings = asked.meetings;
    recipe.parts = asked.parts;
    for (Wish& wish : recipe.wishes) {
      for (Expression& expression : wish) plan::fold_constants(expression, now_);
    }
  }

  void visit_step(const plan::Filter& step, const plan::Node&, Asked& asked) {
    for (Expression& conjunct : plan::split_conjunction(step.predicate)) {
      asked.wishes.push_back({std::move(conjunct)});
    }
    visit(*step.input, std::move(asked));
  }

  void visit_step(const plan::Project& step, const plan::Node& node, Asked& asked) {
    Replacements replacements;
    for (size_t i = 0; i < step.expressions.size(); ++i) {
      replacements[node.output[i].id] = &step.expressions[i];
    }
    asked.replace(replacements);
    visit(*step.input, std::move(asked));
  }

  void visit_step(const plan::Aggregate& step, const plan::Node& node, Asked& asked) {
    Replacements replacements;
    for (size_t i = 0; i < step.keys.size(); ++i) {
      replacements[node.output[i].id] = &step.keys[i];
    }
    for (const plan::AggregateCall& call : step.aggregates) {
      // take_any(a), arg_max(a, b), max(a): the answer is an argument.
      const size_t shift = call.arguments.size() > call.results.size() ? 1 : 0;
      const std::string_view name = call.function->name;
      const bool counts = name.starts_with("count") || name.starts_with("dcount") ||
                          name.starts_with("hll") || name.starts_with("sum");
      for (size_t i = 0; i < call.results.size() && !counts; ++i) {
        if (call.arguments.empty()) break;
        const Expression& argument = call.arguments[std::min(i + shift, call.arguments.size() - 1)];
        if (argument.type == call.results[i].type) replacements[call.results[i].id] = &argument;
      }
    }
    asked.replace(replacements);
    Wish conditions;
    for (const plan::AggregateCall& call : step.aggregates) {
      for (const Expression& condition : call.condition) conditions.push_back(condition);
    }
    if (!conditions.empty()) asked.wishes.push_back(std::move(conditions));
    for (const Expression& key : step.keys) {
      if (plan::constant_of(key) == nullptr) asked.meetings.push_back({next_pool_++, key});
    }
    visit(*step.input, std::move(asked));
  }

  void visit_step(const plan::Join& step, const plan::Node&, Asked& asked) {
    Asked left = asked, right = asked;
    const bool anti =
        step.kind == plan::JoinKind::LeftAnti || step.kind == plan::JoinKind::RightAnti;
    keep_own(left, *step.left, asked);
    keep_own(right, *step.right, asked);
    if (!anti) {
      for (size_t i = 0; i < step.left_keys.size(); ++i) {
        left.meetings.push_back({next_pool_, step.left_keys[i]});
        right.meetings.push_back({next_pool_, step.right_keys[i]});
        ++next_pool_;
      }
    }
    visit(*step.left, std::move(left));
    visit(*step.right, std::move(right));
  }

  void visit_step(const plan::Union& step, const plan::Node& node, Asked& asked) {
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      std::vector<Expression> sources;
      sources.reserve(node.output.size());
      Replacements replacements;
      for (size_t k = 0; k < node.output.size(); ++k) {
        Expression source = plan::constant(Value::null(node.output[k].type));
        if (k < step.columns[i].size() && step.columns[i][k]) {
          source = plan::column({*step.columns[i][k], node.output[k].name, node.output[k].type});
        }
        sources.push_back(std::move(source));
        replacements[node.output[k].id] = &sources.back();
      }
      Asked inner = asked;
      inner.replace(replacements);
      visit(*step.inputs[i], std::move(inner));
    }
  }

  void visit_step(const plan::Expand& step, const plan::Node&, Asked& asked) {
    for (const auto& item : step.items) {
      asked.parts.insert_or_assign(item.result.id, PartOfValue{item.source});
    }
    visit(*step.input, std::move(asked));
  }

  void visit_step(const plan::Parse& step, const plan::Node&, Asked& asked) {
    for (size_t i = 0; i < step.parts.size(); ++i) {
      if (!step.parts[i].result) continue;
      asked.parts.insert_or_assign(step.parts[i].result->id, PartOfValue{step.source, &step, i});
    }
    visit(*step.input, std::move(asked));
  }

  void visit_step(const plan::Shared& step, const plan::Node& node, Asked& asked) {
    std::vector<Expression> sources;
    sources.reserve(node.output.size());
    Replacements replacements;
    for (size_t i = 0; i < node.output.size(); ++i) {
      sources.push_back(plan::column(step.input->output[i]));
      replacements[node.output[i].id] = &sources.back();
    }
    asked.replace(replacements);
    visit(*step.input, std::move(asked));
  }

  /// Steps that hand on rows, or whose rows are new ones.
  template <typename Step> void visit_step(const Step&, const plan::Node& node, Asked& asked) {
    plan::for_each_input(node, [&](const plan::Plan& input) { visit(*input, asked); });
  }

  /// Leaves what one side of a join can answer.
  static void keep_own(Asked& asked, const plan::Node& side, const Asked& all) {
    plan::ColumnSet own;
    for (const plan::Column& column : side.output) own.insert(column.id);
    const auto known = [&](const Expression& expression) {
      const plan::ColumnSet columns = plan::columns_of(expression);
      return std::ranges::all_of(
          columns, [&](ColumnId id) { return own.contains(id) || all.parts.contains(id); });
    };
    std::erase_if(asked.wishes,
                  [&](const Wish& wish) { return !std::ranges::all_of(wish, known); });
    std::erase_if(asked.meetings,
                  [&](const MeetingPlace& meeting) { return !known(meeting.place); });
  }

  int64_t now_;
  std::vector<RowRecipe>& recipes_;
  uint32_t next_pool_ = 0;
  size_t visits_ = 0;
  std::unordered_set<const plan::Node*> met_;
};

}  // namespace

RowWishes::RowWishes(std::string_view query, const plan::SchemaSource& schemas, Datetime now) {
  Diagnostics diagnostics;
  const ast::Query tree = parse(query, diagnostics);
  if (diagnostics.any_errors()) return;
  BindEnvironment environment{.library = standard_library(), .now = now};
  environment.schemas.push_back(&schemas);
  environment.check_only = true;
  plan_ = bind(tree, environment, diagnostics);
  if (diagnostics.any_errors()) return;
  Collector collector(now.ticks, recipes_);
  for (const auto& output : plan_.outputs) collector.visit(*output.plan, {});
}

std::vector<const RowRecipe*> RowWishes::of(std::string_view table) const {
  std::vector<const RowRecipe*> found;
  for (const RowRecipe& recipe : recipes_) {
    if (recipe.table == table) found.push_back(&recipe);
  }
  return found;
}

}  // namespace vedette
