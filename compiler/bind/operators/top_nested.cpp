#include "runtime/tabular/top_nested.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"

namespace vedette::binding {
namespace {

using tabular::TopNestedParameters;

/// Collects what the levels need of the input, and what they show.
class TopNestedBinder {
 public:
  TopNestedBinder(StepContext& context, const plan::Schema& columns)
      : binder_(context.binder),
        span_(context.span()),
        columns_(columns),
        open_(context.input.open) {}

  void bind_level(const ast::TopNested::Level& level) {
    TopNestedParameters::Level result;
    if (level.count) result.count = binder_.constant_integer(*level.count);
    const Temporarily scope(binder_.rows, std::optional(RowScope{&columns_, open_}));
    Bound of = binder_.bind(*level.of.value);
    if (!binder_.check_scalar(of)) of = failed(span_);
    const bool named = !level.of.names.empty();
    const std::string of_name = names_.take(named ? level.of.names[0].text : of.name.value_or(""));
    output_.push_back(binder_.fresh(of_name, of.type()));
    if (level.others) result.others = others_of(*level.others->value, of.type());
    keys_.push_back(std::move(of.value));

    QueryBinder::AggregateCalls calls;
    const Temporarily place(binder_.place, Place::Aggregates);
    const Temporarily target(binder_.aggregates, &calls);
    const ast::NamedExpression& by = level.by.expression;
    Bound weight = binder_.bind(*by.value);
    if (!binder_.check_scalar(weight)) weight = failed(span_);
    const std::string by_name =
        names_.take(by.names.empty() ? "aggregated_" + of_name : by.names[0].text);
    output_.push_back(binder_.fresh(by_name, weight.type()));
    result.weight = static_cast<uint32_t>(weights_.size());
    weights_.push_back(std::move(weight.value));
    using Direction = ast::OrderedExpression::Direction;
    using Nulls = ast::OrderedExpression::Nulls;
    result.descending = level.by.direction != Direction::Ascending &&
                        level.by.direction != Direction::GrannyAscending;
    result.nulls_first =
        level.by.nulls == Nulls::Default ? !result.descending : level.by.nulls == Nulls::First;
    for (plan::AggregateCall& call : calls) result.calls.push_back(lowered(call));
    parameters_.levels.push_back(std::move(result));
  }

  Table finish(Table input) {
    plan::Apply apply;
    apply.arguments.push_back(std::move(keys_));
    const auto levels = static_cast<uint32_t>(parameters_.levels.size());
    for (plan::Expression& argument : arguments_) {
      apply.arguments[0].push_back(std::move(argument));
    }
    for (TopNestedParameters::Level& level : parameters_.levels) {
      for (TopNestedParameters::Call& call : level.calls) {
        for (uint32_t& argument : call.arguments) argument += levels;
        if (call.condition) *call.condition += levels;
      }
    }
    parameters_.scope = scope_.size();
    apply.inputs.push_back(std::move(input.plan));
    apply.scope = std::move(scope_);
    apply.expressions = std::move(weights_);
    apply.function = tabular::top_nested(std::move(parameters_));
    Table result{.plan = plan::make(std::move(apply), std::move(output_), span_)};
    result.open = open_;
    return result;
  }

  /// Are all types known?
  bool complete() const {
    return std::none_of(output_.begin(), output_.end(),
                        [](const plan::Column& column) { return column.type == Type::Error; });
  }

 private:
  Value others_of(const ast::Expression& expression, Type type) {
    Bound others = binder_.bind(expression);
    if (binder_.check_scalar(others) && others.type() != Type::Error && type != Type::Error) {
      const auto value = binder_.value_now(binder_.convert(std::move(others.value), type));
      if (value) return *value;
      binder_.cannot_run_yet(expression.span, "the name of the others must be a constant");
    }
    return Value::null(type == Type::Error ? Type::Long : type);
  }

  uint32_t argument(plan::Expression expression) {
    arguments_.push_back(std::move(expression));
    return static_cast<uint32_t>(arguments_.size() - 1);
  }

  TopNestedParameters::Call lowered(plan::AggregateCall& call) {
    TopNestedParameters::Call result{.body = call.body};
    for (plan::Expression& expression : call.arguments) {
      result.arguments.push_back(argument(std::move(expression)));
    }
    for (plan::Expression& condition : call.condition) {
      result.condition = argument(std::move(condition));
    }
    result.first_result = static_cast<uint32_t>(scope_.size());
    for (const plan::Column& column : call.results) {
      result.results.push_back(column.type);
      scope_.push_back(column);
    }
    return result;
  }

  QueryBinder& binder_;
  const Span span_;
  const plan::Schema columns_;
  const bool open_;
  UniqueNames names_;
  plan::Schema output_;
  plan::Schema scope_;
  std::vector<plan::Expression> keys_, arguments_, weights_;
  TopNestedParameters parameters_;
};

}  // namespace

Table bind_top_nested(StepContext context, const ast::TopNested& top) {
  TopNestedBinder levels(context, context.input.columns());
  for (const ast::TopNested::Level& level : top.levels) levels.bind_level(level);
  if (levels.complete()) return levels.finish(std::move(context.input));
  const Table shown = levels.finish(context.binder.unknown_table(context.span()));
  return context.binder.empty_table(shown.columns(), context.span(), shown.open);
}

}  // namespace vedette::binding
