// print, range.
#include <array>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/operator_types.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {

Table bind_print(QueryBinder& binder, const ast::Step& step, const ast::Print& print) {
  Projection projection;
  for (size_t i = 0; i < print.columns.size(); ++i) {
    const ast::NamedExpression& expression = print.columns[i];
    binder.add_to(projection, expression, binder.bind(*expression.value),
                  {.style = Style::Print, .unnamed = fmt::format("print_{}", i)});
  }
  return binder.project(binder.one_row(step.span), projection, step.span);
}

Table bind_range(QueryBinder& binder, const ast::Step& step, const ast::Range& range) {
  std::array<Bound, 3> ends = {binder.bind(*range.from), binder.bind(*range.to),
                               binder.bind(*range.step)};
  bool known = true;
  for (const Bound& end : ends) {
    if (!binder.check_types(end, summable_types | Types{Type::Dynamic},
                            "a number, a timespan or a datetime") ||
        end.type() == Type::Error) {
      known = false;
    } else if (end.type() == Type::Dynamic) {
      binder.check_types(end, summable_types, "a number, a timespan or a datetime");
      known = false;
    }
  }
  Type type = Type::Error;
  if (known) {
    const std::array<Type, 2> both = {ends[0].type(), ends[1].type()};
    const Type ends_type = common_type(both).value_or(Type::Error);
    const Type by = ends[2].type();
    const OperatorTypes sum = operator_types("+", ends_type, by);
    type = ends_type == Type::Int && by == Type::Int ? Type::Int : sum.result;
    if (!sum.defined) {
      binder.error(code::operator_undefined, range.step->span,
                   fmt::format("a {} cannot go in steps of a {}", name_of(ends_type), name_of(by)));
    }
  }
  plan::Schema output = {binder.fresh(range.column.text, type)};
  const bool moves_in_time = type == Type::Datetime;
  const Type step_type = moves_in_time ? Type::Timespan : type;
  const auto value_of = [&](Bound& bound, Type wanted) -> std::optional<Value> {
    return binder.value_now(binder.convert(std::move(bound.value), wanted));
  };
  std::optional<Value> first, last, by;
  if (type != Type::Error) {
    first = value_of(ends[0], type);
    last = value_of(ends[1], type);
    by = value_of(ends[2], step_type);
    if (by && !by->is_null() && layout_of(step_type) == Layout::Word && by->as_word() == 0) {
      binder.error(code::invalid_value, range.step->span, "a step of zero leads nowhere");
    }
    if (!first || !last || !by) {
      binder.cannot_run_yet(step.span,
                            "a range whose ends are only known while the query runs is not "
                            "supported yet");
    }
  }
  const Value none = Value::null(type == Type::Error ? Type::Long : type);
  plan::Range node{first.value_or(none), last.value_or(none), by.value_or(none)};
  Table table{.plan = plan::make(std::move(node), std::move(output), step.span)};
  table.serialized = true;
  return table;
}

}  // namespace vedette::binding
