// Arithmetic, comparison, logic, text search, lists and ranges.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/operator_types.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

Bound bool_result(plan::Expression value, bool constant) {
  value.type = Type::Bool;
  return {.value = std::move(value), .constant = constant};
}

std::vector<plan::Expression> pair_of(plan::Expression left, plan::Expression right) {
  std::vector<plan::Expression> pair;
  pair.push_back(std::move(left));
  pair.push_back(std::move(right));
  return pair;
}

}  // namespace

Bound QueryBinder::bind_unary(const ast::Unary& unary, Span span) {
  Bound operand = bind(*unary.operand);
  operand.name.reset();
  operand.column.reset();
  const Type type = operand.type();
  if (type == Type::Error) return operand;
  if (!check_scalar(operand)) return failed(span);
  if (!(summable_types | Types{Type::Dynamic}).has(type)) {
    error(code::operator_undefined, Span{span.start, 1},
          fmt::format("a {} has no sign", name_of(type)));
    return failed(span);
  }
  const bool minus = unary.op == ast::UnaryOperator::Minus;
  const Value* value = plan::constant_of(operand.value);
  if (minus && value != nullptr && !value->is_null()) {
    if (std::optional<Value> negated = negated_constant(*value)) {
      operand.value = plan::constant(std::move(*negated), span);
      return operand;
    }
  }
  operand.literal = false;
  if (type == Type::Int) operand.value = convert(std::move(operand.value), Type::Long);
  if (minus) {
    std::vector<plan::Expression> arguments;
    arguments.push_back(std::move(operand.value));
    operand.value = call("negate", std::move(arguments), span, type);
  }
  return operand;
}

Bound QueryBinder::bind_binary(const ast::Binary& binary, Span span) {
  Bound left = bind(*binary.left);
  Bound right = bind(*binary.right);
  return compare(ast::spelling(binary.op), std::move(left), std::move(right), span,
                 binary.operator_span);
}

Bound QueryBinder::compare(std::string_view op, Bound left, Bound right, Span span,
                           Span operator_span) {
  const bool constant = left.constant && right.constant;
  const OperatorFamily family = operator_family(op);
  const bool finds =
      family != OperatorFamily::Arithmetic && family != OperatorFamily::Order && rows.has_value();
  if (left.star && (searching || finds)) {
    return search_all_columns(op, std::move(right), span, operator_span);
  }
  if (!check_scalar(left) || !check_scalar(right)) {
    Bound result = failed(span);
    if (operator_family(op) != OperatorFamily::Arithmetic) result.value.type = Type::Bool;
    return result;
  }
  OperatorTypes types = operator_types(op, left.type(), right.type());
  // A dynamic that is known to be a list or a bag is no term; one that rows or callers bring may
  // be.
  if (operator_family(op) == OperatorFamily::TermSearch && right.type() == Type::Dynamic &&
      plan::constant_of(right.value) != nullptr && calling_.empty() && declaring_ == 0) {
    types.defined = false;
  }
  if (!types.defined) {
    error(code::operator_undefined, operator_span,
          fmt::format("'{}' is not defined between a {} and a {}", op, name_of(left.type()),
                      name_of(right.type())));
  }
  Bound result = failed(span);
  result.value.type = types.result;
  result.constant = constant;
  if (!types.defined || left.type() == Type::Error || right.type() == Type::Error) return result;
  std::string record(op == "<>" ? "!=" : op);
  if (op == ":") {
    const auto term = constant_value(right.value);
    record = "has";
    if (term && term->type() == Type::String) {
      SearchTerm search = search_term_of(term->as_text(), searching_cased);
      record = std::move(search.op);
      right.value = plan::constant(Value::string(std::move(search.text)), right.span());
    }
  }
  left.value = convert(std::move(left.value), types.left);
  right.value = convert(std::move(right.value), types.right);
  result.value =
      call(record, pair_of(std::move(left.value), std::move(right.value)), span, types.result);
  if (result.value.type != types.result) {
    result.value = convert(std::move(result.value), types.result);
  }
  return result;
}

Bound QueryBinder::bind_logical(const ast::Logical& logical, Span span) {
  const std::string_view name = logical.op == ast::LogicalOperator::And ? "and" : "or";
  Bound result = failed(span);
  bool first = true;
  for (const ast::ExpressionPtr& part : logical.operands) {
    Bound operand = searching ? bind_search_term(*part) : bind(*part);
    if (operand.star) operand = bind_search_star(operand);
    const Type type = operand.type();
    if (!Types{Type::Bool, Type::Dynamic, Type::Error}.has(type)) {
      error(code::operator_undefined, part->span,
            fmt::format("'{}' joins conditions; this is a {}", name, name_of(type)));
      operand = failed(part->span);
    }
    plan::Expression value = convert(std::move(operand.value), Type::Bool);
    value.type = Type::Bool;
    if (first) {
      result = bool_result(std::move(value), operand.constant);
      first = false;
      continue;
    }
    result.constant &= operand.constant;
    result.value = call(name, pair_of(std::move(result.value), std::move(value)), span, Type::Bool);
  }
  result.value.type = Type::Bool;
  return result;
}

plan::Expression QueryBinder::all_of(std::vector<plan::Expression> conditions) {
  plan::Expression result = std::move(conditions.front());
  for (size_t i = 1; i < conditions.size(); ++i) {
    const Span span = result.span;
    result = call("and", pair_of(std::move(result), std::move(conditions[i])), span, Type::Bool);
  }
  return result;
}

plan::Expression QueryBinder::any_of(std::vector<plan::Expression> conditions) {
  plan::Expression result = std::move(conditions.front());
  for (size_t i = 1; i < conditions.size(); ++i) {
    const Span span = result.span;
    result = call("or", pair_of(std::move(result), std::move(conditions[i])), span, Type::Bool);
  }
  return result;
}

plan::Expression QueryBinder::negation(plan::Expression condition) {
  const Span span = condition.span;
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(condition));
  return call("not", std::move(arguments), span, Type::Bool);
}

Bound QueryBinder::bind_between(const ast::Between& between, Span span) {
  Bound value = bind(*between.value);
  Bound low = bind(*between.low);
  Bound high = bind(*between.high);
  const std::string_view name = between.negated ? "!between" : "between";
  Bound result = failed(span);
  result.value.type = Type::Bool;
  result.constant = value.constant && low.constant && high.constant;
  if (!check_scalar(value) || !check_scalar(low) || !check_scalar(high)) return result;
  const Type v = value.type(), l = low.type(), h = high.type();
  if (v == Type::Error || l == Type::Error || h == Type::Error) return result;
  const auto number = [](Type type) { return number_types.has(type); };
  const bool of_numbers = number(v) && number(l) && number(h);
  const bool of_one_type = summable_types.has(v) && v == l && v == h;
  const bool from_with_length = v == Type::Datetime && l == Type::Datetime && h == Type::Timespan;
  const bool of_dynamics = (number(v) && l == Type::Dynamic && h == Type::Dynamic) ||
                           (v == Type::Dynamic && number(l) && number(h));
  if (!of_numbers && !of_one_type && !from_with_length && !of_dynamics) {
    error(code::operator_undefined, between.operator_span,
          fmt::format("'{}' is not defined between a {}, a {} and a {}", name, name_of(v),
                      name_of(l), name_of(h)));
    return result;
  }
  if (from_with_length) {
    high.value = call("+", pair_of(plan::Expression(low.value), std::move(high.value)), span,
                      Type::Datetime);
  }
  const std::vector<Type> types = {value.type(), low.value.type, high.value.type};
  const Type common = common_type(types, true).value_or(Type::Error);
  std::vector<plan::Expression> arguments;
  arguments.push_back(convert(std::move(value.value), common));
  arguments.push_back(convert(std::move(low.value), common));
  arguments.push_back(convert(std::move(high.value), common));
  result.value = call(name, std::move(arguments), span, Type::Bool);
  return result;
}

Bound QueryBinder::bind_in_list(const ast::InList& in, Span span) {
  const std::string_view name = ast::spelling(in.op);
  Bound value = bind(*in.value);
  const bool texts = in.op != ast::ListOperator::In && in.op != ast::ListOperator::NotIn;
  Bound result = failed(span);
  result.value.type = Type::Bool;
  result.constant = value.constant;
  if (value.star && searching) {
    std::vector<Bound> ignored = bind_list(in.list);
    cannot_run_yet(span, fmt::format("'* {}' is not supported yet", name));
    return result;
  }
  if (!check_scalar(value)) return result;
  if (texts && !Types{Type::String, Type::Dynamic, Type::Error}.has(value.type())) {
    error(code::type_expected, in.value->span,
          fmt::format("'{}' looks into a string or a dynamic, not a {}", name,
                      name_of(value.type())));
  }
  if (in.list.size() == 1 && is_tabular(*in.list[0])) {
    return in_table(name, std::move(value), *in.list[0], span);
  }
  std::vector<Bound> list = bind_list(in.list);
  bool known = value.type() != Type::Error;
  for (const Bound& item : list) {
    known &= item.type() != Type::Error;
    result.constant &= item.constant;
  }
  if (!known || list.empty()) return result;
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(value.value));
  for (Bound& item : list) arguments.push_back(std::move(item.value));
  result.value = call(name, std::move(arguments), span, Type::Bool);
  return result;
}

std::vector<Bound> QueryBinder::bind_list(const ast::Expressions& expressions) {
  std::vector<Bound> list;
  for (const ast::ExpressionPtr& expression : expressions) {
    Bound item = bind(*expression);
    if (!check_scalar(item)) item = failed(expression->span);
    list.push_back(std::move(item));
  }
  return list;
}

Bound QueryBinder::in_table(std::string_view name, Bound value, const ast::Expression& expression,
                            Span span) {
  Bound result = failed(span);
  result.value.type = Type::Bool;
  Table table = [&] {
    const Temporarily no_rows(rows, std::optional<RowScope>());
    const Temporarily no_right_rows(right_rows, std::optional<RowScope>());
    const Temporarily in_rows(place, Place::Rows);
    const Temporarily not_searching(searching, false);
    return bind_table(expression);
  }();
  if (table.columns().empty() || value.type() == Type::Error) return result;
  plan::Expression list = first_column(std::move(table), expression.span);
  std::vector<plan::Expression> arguments = pair_of(std::move(value.value), std::move(list));
  result.value = call(name, std::move(arguments), span, Type::Bool);
  return result;
}

plan::Expression QueryBinder::first_column(Table table, Span span) {
  return {plan::Expression::Subquery{std::shared_ptr<plan::Node>(std::move(table.plan)),
                                     plan::Expression::Subquery::Gives::FirstColumn},
          Type::Dynamic, span};
}

}  // namespace vedette::binding
