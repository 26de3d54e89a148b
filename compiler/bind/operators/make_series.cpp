#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operator_types.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/tabular/series.h"

namespace vedette::binding {
namespace {

using plan::Expression;

/// The type in which an axis is computed.
Type axis_type(Type type) {
  switch (type) {
    case Type::Int:
      return Type::Long;
    case Type::Decimal:
      return Type::Real;
    default:
      return type;
  }
}

/// make-series: rows are aggregated by group and bin; a table function makes arrays of the bins.
class SeriesBinder {
 public:
  SeriesBinder(StepContext& context, const ast::MakeSeries& series)
      : binder_(context.binder), series_(series), span_(context.span()) {}

  Table bind(Table input) {
    bind_columns(input);
    if (!can_run_) {
      plan::Schema output;
      for (const Projection::Item& item : shown_.items()) {
        output.push_back(binder_.fresh(item.column.name, item.column.type));
      }
      return binder_.empty_table(std::move(output), span_, input.open);
    }
    return make_arrays(aggregate(within_ends(std::move(input))));
  }

 private:
  /// One aggregated value of each bin.
  struct Aggregated {
    Expression value;  // over the results of the calls
    Value otherwise;
  };

  void bind_columns(Table& input) {
    const Temporarily scope(binder_.rows, std::optional(rows_of(input)));
    for (const ast::NamedExpression& by : series_.by) {
      binder_.add_to(shown_, by, binder_.bind(*by.value), {});
    }
    for (Projection::Item& item : shown_.items()) keys_.push_back(item.value);
    key_count_ = keys_.size();
    for (const ast::MakeSeries::Aggregate& aggregate : series_.aggregates) {
      bind_aggregate(aggregate);
    }
    Bound on = binder_.bind(*series_.on.value);
    axis_ = axis_type(on.type());
    binder_.add_to(shown_, series_.on, on, {.type = Type::Dynamic});
    from_ = bind_end(series_.from.get(), on.type());
    to_ = bind_end(series_.to.get(), on.type());
    if (series_.step) {
      Bound step = binder_.bind(*series_.step);
      binder_.check_scalar(step);
      check_interval(on.type(), step);
      if (step.type() == Type::Error) can_run_ = false;
      step_ = convert_to(std::move(step.value), axis_ == Type::Datetime ? Type::Timespan : axis_);
    }
    const Types axes = {Type::Long, Type::Real, Type::Datetime, Type::Timespan};
    if (!axes.has(axis_) || !step_) {
      can_run_ = false;
      if (on.type() != Type::Error) {
        binder_.cannot_run_yet(on.span(), "the axis of a series must be a number or a time");
      }
      return;
    }
    on_ = convert_to(std::move(on.value), axis_);
  }

  /// A step leads from one point of the axis to another of the same type.
  void check_interval(Type axis, const Bound& step) {
    if (axis == Type::Error || step.type() == Type::Error) return;
    const OperatorTypes sum = operator_types("+", axis, step.type());
    if (sum.defined && (sum.result == axis || (axis == Type::Int && sum.result == Type::Long))) {
      return;
    }
    can_run_ = false;
    binder_.error(code::type_expected, step.span(),
                  fmt::format("a {} is no step along a {}", name_of(step.type()), name_of(axis)));
  }

  void bind_aggregate(const ast::MakeSeries::Aggregate& aggregate) {
    const Temporarily place(binder_.place, Place::Aggregates);
    const Temporarily target(binder_.aggregates, &calls_);
    const Bound value = binder_.bind(*aggregate.expression.value);
    std::optional<Value> otherwise;
    if (aggregate.default_value) {
      Bound bound = binder_.bind(*aggregate.default_value);
      if (binder_.check_scalar(bound) && bound.type() != Type::Error) {
        otherwise = binder_.value_now(bound.value);
        if (!otherwise) {
          can_run_ = false;
          binder_.cannot_run_yet(aggregate.default_value->span,
                                 "the default must be known before the query runs");
        }
      }
    }
    const size_t first = shown_.items().size();
    binder_.add_to(shown_, aggregate.expression, value,
                   {.style = Style::Summarize, .type = Type::Dynamic});
    for (size_t i = first; i < shown_.items().size(); ++i) {
      Expression& result = shown_.items()[i].value;
      if (result.type == Type::Error) can_run_ = false;
      aggregated_.push_back({result, default_of(result.type, otherwise)});
    }
  }

  Value default_of(Type type, const std::optional<Value>& given) {
    const Value value = given.value_or(Value::int64(0));
    if (type == Type::Error) return value;
    if (!given && !(number_types | Types{Type::Timespan}).has(type)) return Value::null(type);
    if (value.is_null()) return Value::null(type);
    return binder_.constant_value(binder_.convert(plan::constant(value, span_), type))
        .value_or(Value::null(type));
  }

  std::optional<Expression> bind_end(const ast::Expression* end, Type on) {
    if (end == nullptr) return std::nullopt;
    Bound bound = binder_.bind(*end);
    binder_.check_type(bound, on, true);
    if (bound.type() == Type::Error) can_run_ = false;
    if (!plan::columns_of(bound.value).empty()) {
      can_run_ = false;
      binder_.cannot_run_yet(end->span, "the ends of a series must not depend on rows");
    }
    return convert_to(std::move(bound.value), axis_);
  }

  Expression convert_to(Expression expression, Type type) {
    return expression.type == Type::Error ? std::move(expression)
                                          : binder_.convert(std::move(expression), type);
  }

  Expression call(std::string_view name, Expression a, Expression b, Type type) {
    std::vector<Expression> arguments;
    arguments.push_back(std::move(a));
    arguments.push_back(std::move(b));
    return binder_.call(name, std::move(arguments), span_, type);
  }

  Expression bin(Expression value, Type type) {
    return call("bin", std::move(value), *step_, type);
  }

  /// Where a row's bin begins: bins are counted from the start of the axis where there is one.
  Expression bin_of_row() {
    if (!from_ || series_.in_range) return bin(*on_, axis_);
    std::vector<Expression> arguments;
    arguments.push_back(*on_);
    arguments.push_back(*step_);
    arguments.push_back(*from_);
    return binder_.call("bin_at", std::move(arguments), span_, axis_);
  }

  Table within_ends(Table input) {
    std::vector<Expression> conditions;
    if (from_) conditions.push_back(call(">=", *on_, *from_, Type::Bool));
    if (to_) {
      conditions.push_back(call(series_.in_range ? "<=" : "<", *on_, *to_, Type::Bool));
    }
    if (conditions.empty()) {
      std::vector<Expression> value;
      value.push_back(*on_);
      conditions.push_back(binder_.call("isnotnull", std::move(value), span_, Type::Bool));
    }
    plan::Schema columns = input.columns();
    input.plan =
        plan::make(plan::Filter{std::move(input.plan), binder_.all_of(std::move(conditions))},
                   std::move(columns), span_);
    return input;
  }

  /// One row a group and bin.
  Table aggregate(Table input) {
    plan::Aggregate step;
    plan::Schema output;
    for (size_t i = 0; i < key_count_; ++i) {
      output.push_back(binder_.fresh(shown_.items()[i].column.name, keys_[i].type));
      step.keys.push_back(std::move(keys_[i]));
    }
    output.push_back(binder_.fresh("$bin", axis_));
    step.keys.push_back(bin_of_row());
    for (const plan::AggregateCall& call : calls_) {
      output.insert(output.end(), call.results.begin(), call.results.end());
    }
    step.aggregates = std::move(calls_);
    step.input = std::move(input.plan);
    return {.plan = plan::make(std::move(step), std::move(output), span_), .open = input.open};
  }

  Table make_arrays(Table bins) {
    plan::Apply apply;
    const bool open = bins.open;
    auto& arguments = apply.arguments.emplace_back();
    for (size_t i = 0; i <= key_count_; ++i) {
      arguments.push_back(plan::column(bins.columns()[i], span_));
    }
    tabular::SeriesParameters parameters{.groups = key_count_};
    for (Aggregated& aggregated : aggregated_) {
      arguments.push_back(std::move(aggregated.value));
      parameters.otherwise.push_back(std::move(aggregated.otherwise));
    }
    parameters.begins = from_.has_value();
    parameters.ends = to_.has_value();
    parameters.includes_end = series_.in_range;
    parameters.never_empty = QueryBinder::word_of(series_.parameters, "kind") == "nonempty";
    apply.inputs.push_back(std::move(bins.plan));
    apply.inputs.push_back(std::move(binder_.one_row(span_).plan));
    auto& ends = apply.arguments.emplace_back();
    const Expression none = plan::constant(Value::null(axis_), span_);
    ends.push_back(!from_ ? none : series_.in_range ? bin(*from_, axis_) : *from_);
    ends.push_back(to_.value_or(none));
    ends.push_back(*step_);
    apply.function = tabular::make_series(std::move(parameters));
    plan::Schema output;
    for (const Projection::Item& item : shown_.items()) {
      output.push_back(binder_.fresh(item.column.name, item.column.type));
    }
    Table result{.plan = plan::make(std::move(apply), std::move(output), span_)};
    result.open = open;
    return result;
  }

  QueryBinder& binder_;
  const ast::MakeSeries& series_;
  const Span span_;
  bool can_run_ = true;
  Type axis_ = Type::Error;
  std::optional<Expression> on_, from_, to_, step_;
  Projection shown_;
  std::vector<Expression> keys_;
  size_t key_count_ = 0;
  QueryBinder::AggregateCalls calls_;
  std::vector<Aggregated> aggregated_;
};

}  // namespace

Table bind_make_series(StepContext context, const ast::MakeSeries& series) {
  context.binder.check_parameters(series.parameters, {{"kind", ParameterRule::Word, {"nonempty"}}});
  Table input = std::move(context.input);
  context.input = context.binder.unknown_table(context.span());
  return SeriesBinder(context, series).bind(std::move(input));
}

}  // namespace vedette::binding
