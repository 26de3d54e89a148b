#include "runtime/tabular/scan.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

using tabular::ScanParameters;

/// Puts the parts of a scan together: columns that its expressions may read, and what they are.
class ScanBinder {
 public:
  ScanBinder(StepContext& context, const ast::Scan& scan)
      : binder_(context.binder),
        scan_(scan),
        span_(context.span()),
        input_(context.input.columns()),
        open_(context.input.open) {}

  Table bind(Table input) {
    for (const auto& declaration : scan_.declarations) declare(declaration);
    add_states();
    for (const ast::Scan::State& state : scan_.states) bind_step(state);
    input = in_order(std::move(input));
    plan::Apply apply;
    apply.arguments.emplace_back();
    for (const plan::Column& column : input_) {
      apply.arguments[0].push_back(plan::column(column, span_));
    }
    for (plan::Expression& key : partition_) apply.arguments[0].push_back(std::move(key));
    apply.inputs.push_back(std::move(input.plan));
    plan::Schema output = show();
    choose_scope(apply);
    apply.expressions = std::move(expressions_);
    apply.function = tabular::scan(std::move(parameters_));
    Table result{.plan = plan::make(std::move(apply), std::move(output), span_)};
    result.open = open_;
    result.serialized = true;
    return result;
  }

 private:
  struct Visible {
    plan::Column column;
    ScanParameters::Seen meaning;
  };

  void declare(const ast::Scan::Declaration& declaration) {
    const Type type = binder_.type_of(declaration.type);
    Value otherwise = Value::null(type == Type::Error ? Type::Long : type);
    if (declaration.default_value) {
      Bound bound = binder_.bind(*declaration.default_value);
      if (binder_.check_scalar(bound) && bound.type() != Type::Error && type != Type::Error) {
        if (const auto value = binder_.value_now(binder_.convert(std::move(bound.value), type))) {
          otherwise = *value;
        } else {
          binder_.cannot_run_yet(declaration.default_value->span,
                                 "the default of a column must be known before the query runs");
        }
      }
    }
    declared_.push_back(binder_.fresh(declaration.name.text, type));
    parameters_.slots.push_back({otherwise.type(), otherwise, std::nullopt});
  }

  void add_states() {
    for (uint32_t i = 0; i < input_.size(); ++i) {
      visible_.push_back({input_[i], {std::nullopt, false, i}});
    }
    for (uint32_t i = 0; i < declared_.size(); ++i) {
      visible_.push_back({declared_[i], {std::nullopt, true, i}});
    }
    for (const Visible& visible : visible_) row_columns_.push_back(visible.column);
    for (uint32_t step = 0; step < scan_.states.size(); ++step) {
      StepState state{scan_.states[step].name.text, {}};
      // A declared column hides one of the input.
      for (uint32_t i = 0; i < declared_.size(); ++i) {
        add_remembered(state, declared_[i], {step, true, i});
      }
      for (uint32_t i = 0; i < input_.size(); ++i) {
        add_remembered(state, input_[i], {step, false, i});
      }
      states_.push_back(std::move(state));
    }
  }

  void add_remembered(StepState& state, const plan::Column& column, ScanParameters::Seen meaning) {
    state.columns.push_back(binder_.fresh(column.name, column.type));
    visible_.push_back({state.columns.back(), meaning});
  }

  void bind_step(const ast::Scan::State& state) {
    ScanParameters::Step step{.name = state.name.text, .optional = state.optional};
    if (!state.output.text.empty() && state.output.text != "all" && state.output.text != "last" &&
        state.output.text != "none") {
      binder_.error(code::bad_parameter, state.output.span,
                    "'output' must be one of: all, last, none");
    }
    if (state.output.text == "last") step.output = ScanParameters::Output::Last;
    if (state.output.text == "none") step.output = ScanParameters::Output::None;
    const Temporarily rows(binder_.rows, std::optional(RowScope{&row_columns_, open_}));
    const Temporarily steps(binder_.steps, static_cast<const std::vector<StepState>*>(&states_));
    Bound condition = binder_.bind(*state.condition);
    if (binder_.check_scalar(condition) && condition.type() != Type::Error) {
      add_condition(step, binder_.convert(std::move(condition.value), Type::Bool));
    }
    for (const ast::Scan::Assignment& assignment : state.assignments) {
      const std::optional<uint32_t> slot = slot_of(assignment.name);
      Bound value = binder_.bind(*assignment.value);
      if (!binder_.check_scalar(value) || !slot || value.type() == Type::Error) continue;
      const Type type = parameters_.slots[*slot].type;
      step.assignments.push_back({*slot, add(binder_.convert(std::move(value.value), type))});
    }
    parameters_.steps.push_back(std::move(step));
  }

  /// What reads the input alone is asked for whole batches of rows, before any step is looked at.
  void add_condition(ScanParameters::Step& step, plan::Expression condition) {
    std::vector<plan::Expression> of_row, of_state;
    for (plan::Expression& part : plan::split_conjunction(std::move(condition))) {
      const plan::ColumnSet read = plan::columns_of(part);
      const bool row_only = std::all_of(read.begin(), read.end(), [&](plan::ColumnId id) {
        return std::any_of(input_.begin(), input_.end(),
                           [&](const plan::Column& column) { return column.id == id; });
      });
      (row_only ? of_row : of_state).push_back(std::move(part));
    }
    if (!of_row.empty()) step.row_condition = add(binder_.all_of(std::move(of_row)));
    if (!of_state.empty()) step.condition = add(binder_.all_of(std::move(of_state)));
  }

  uint32_t add(plan::Expression expression) {
    expressions_.push_back(std::move(expression));
    return static_cast<uint32_t>(expressions_.size() - 1);
  }

  std::optional<uint32_t> slot_of(const ast::Name& name) {
    for (uint32_t i = 0; i < declared_.size(); ++i) {
      if (declared_[i].name == name.text) return i;
    }
    for (uint32_t i = 0; i < input_.size(); ++i) {
      if (input_[i].name != name.text) continue;
      for (uint32_t k = 0; k < parameters_.slots.size(); ++k) {
        if (parameters_.slots[k].column == i) return k;
      }
      parameters_.slots.push_back({input_[i].type, Value::null(input_[i].type), i});
      return static_cast<uint32_t>(parameters_.slots.size() - 1);
    }
    if (!open_) {
      binder_.error(code::unknown_name, name.span,
                    fmt::format("'{}' is neither declared nor a column of the input", name.text));
    }
    return std::nullopt;
  }

  /// The input as `partition by` and `order by` want it.
  Table in_order(Table input) {
    if (scan_.order_by.empty() && scan_.partition_by.empty()) return input;
    plan::Sort sort;
    const Temporarily rows(binder_.rows, std::optional(rows_of(input)));
    for (const ast::ExpressionPtr& expression : scan_.partition_by) {
      Bound key = binder_.bind(*expression);
      if (!binder_.check_scalar(key)) continue;
      sort.keys.push_back({key.value, false, true});
      partition_.push_back(std::move(key.value));
    }
    for (const ast::OrderedExpression& key : scan_.order_by) {
      sort.keys.push_back(sort_key(binder_, key, false));
    }
    parameters_.partition_columns = static_cast<uint32_t>(partition_.size());
    plan::Schema columns = input.columns();
    sort.input = std::move(input.plan);
    input.plan = plan::make(std::move(sort), std::move(columns), span_);
    return input;
  }

  plan::Schema show() {
    plan::Schema output;
    for (uint32_t i = 0; i < input_.size(); ++i) {
      ScanParameters::Shown shown{i, std::nullopt};
      for (uint32_t k = 0; k < parameters_.slots.size(); ++k) {
        if (parameters_.slots[k].column == i) shown = {std::nullopt, k};
      }
      output.push_back(binder_.fresh(input_[i].name, input_[i].type));
      parameters_.shown.push_back(shown);
    }
    for (uint32_t i = 0; i < declared_.size(); ++i) {
      output.push_back(binder_.fresh(declared_[i].name, declared_[i].type));
      parameters_.shown.push_back({std::nullopt, i});
    }
    const std::string match_id = QueryBinder::word_of(scan_.parameters, "with_match_id");
    if (!match_id.empty()) {
      output.push_back(binder_.fresh(match_id, Type::Long));
      parameters_.shown.push_back({});
    }
    return output;
  }

  /// Only columns that some expression reads are handed to expressions.
  void choose_scope(plan::Apply& apply) {
    plan::ColumnSet read;
    for (const plan::Expression& expression : expressions_) {
      plan::add_columns_of(expression, read);
    }
    for (const Visible& visible : visible_) {
      if (!read.contains(visible.column.id)) continue;
      ScanParameters::Seen meaning = visible.meaning;
      if (!meaning.slot) {
        // A step may have put another value into a column of the input.
        for (uint32_t k = 0; k < parameters_.slots.size(); ++k) {
          if (meaning.step && parameters_.slots[k].column == meaning.at)
            meaning = {meaning.step, true, k};
        }
      }
      apply.scope.push_back(visible.column);
      parameters_.scope.push_back(meaning);
    }
  }

  QueryBinder& binder_;
  const ast::Scan& scan_;
  const Span span_;
  const plan::Schema input_;
  const bool open_;
  plan::Schema declared_;
  plan::Schema row_columns_;
  std::vector<StepState> states_;
  std::vector<Visible> visible_;
  std::vector<plan::Expression> expressions_;
  std::vector<plan::Expression> partition_;
  ScanParameters parameters_;
};

}  // namespace

Table bind_scan(StepContext context, const ast::Scan& scan) {
  context.binder.check_parameters(
      scan.parameters,
      {{"kind", ParameterRule::Word, {"partial", "full"}}, {"with_match_id", ParameterRule::Name}});
  Table input = std::move(context.input);
  context.input = context.binder.empty_table(input.columns(), context.span(), input.open);
  return ScanBinder(context, scan).bind(std::move(input));
}

}  // namespace vedette::binding
