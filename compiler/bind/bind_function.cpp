// Functions that a query declares: parameters, defaults, bodies.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/format.h"

namespace vedette::binding {

QueryBinder::Result QueryBinder::bind_body(const ast::FunctionDeclaration& declaration,
                                           ScopePtr inner) {
  const Temporarily keep_scope(scope, std::move(inner));
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily no_right_rows(right_rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  const Temporarily not_searching(searching, false);
  const Temporarily no_aggregates(aggregates, static_cast<AggregateCalls*>(nullptr));
  const Temporarily no_windows(windows_, static_cast<WindowSteps*>(nullptr));
  const Temporarily own_numbers(next_default_column_, 1);
  for (const ast::Statement& statement : declaration.statements) bind_statement(statement, false);
  if (!declaration.result) return failed(declaration.body_span);
  if (is_tabular(*declaration.result)) return bind_table(*declaration.result);
  return bind(*declaration.result);
}

UserFunction QueryBinder::declare_function(const ast::FunctionDeclaration& declaration) {
  UserFunction function{&declaration, scope};
  Diagnostics problems;
  ScopePtr inner = scope;
  bool after_scalar = false;
  std::vector<std::string_view> names;
  for (const ast::FunctionParameter& parameter : declaration.parameters) {
    if (std::find(names.begin(), names.end(), parameter.name.text) != names.end()) {
      error(code::already_declared, parameter.name.span,
            fmt::format("there are two parameters '{}'", parameter.name.text));
    }
    names.push_back(parameter.name.text);
    if (parameter.schema) {
      if (after_scalar) {
        error(code::bad_argument_name, parameter.span,
              "parameters that are tables come before all others");
      }
      Table table =
          empty_table(columns_of(*parameter.schema), parameter.span, parameter.schema->star);
      inner = declare(inner, parameter.name.text,
                      NamedTable{std::make_shared<const Table>(std::move(table))});
      continue;
    }
    after_scalar = true;
    const Type type = type_of(parameter.type);
    if (parameter.default_value) {
      const Bound value = bind(*parameter.default_value);
      const bool fits =
          value.type() == type || promotable(value.type(), type) || promotable(type, value.type());
      if (!fits) check_type(value, type);
    }
    Bound opaque{.value = plan::column(fresh(parameter.name.text, type), parameter.span)};
    opaque.constant = opaque.literal = true;
    inner = declare(inner, parameter.name.text, std::move(opaque));
  }
  const size_t before = diagnostics_->all().size();
  const Temporarily checking(declaring_, declaring_ + 1);
  Result result = bind_body(declaration, std::move(inner));
  function.tabular = std::holds_alternative<Table>(result);
  for (size_t i = before; i < diagnostics_->all().size(); ++i) {
    if (diagnostics_->all()[i].severity == Severity::Error) function.broken = true;
  }
  return function;
}

QueryBinder::Result QueryBinder::call_function(const UserFunction& function, const ast::Call* call,
                                               std::string_view name, Span span, Table* piped) {
  const ast::FunctionDeclaration& declaration = *function.declaration;
  const std::vector<ast::FunctionParameter>& parameters = declaration.parameters;
  const Span name_span = call != nullptr ? call->function.span : span;
  if (auto broken = broken_result(function, name, span)) return std::move(*broken);
  const auto give_up = [&]() -> Result {
    if (function.tabular) return unknown_table(span);
    return failed(span);
  };

  std::vector<const ast::Expression*> given(parameters.size(), nullptr);
  const size_t shift = piped != nullptr ? 1 : 0;
  const size_t count = shift + (call != nullptr ? call->arguments.size() : 0);
  const size_t least = static_cast<size_t>(
      std::count_if(parameters.begin(), parameters.end(),
                    [](const ast::FunctionParameter& p) { return !p.default_value; }));
  if (!check_argument_count(name, count, least, parameters.size(), name_span)) return give_up();
  for (size_t i = 0; call != nullptr && i < call->arguments.size(); ++i) {
    const ast::NamedExpression& argument = call->arguments[i];
    size_t at = i + shift;
    if (!argument.names.empty()) {
      const auto found = std::find_if(
          parameters.begin(), parameters.end(),
          [&](const ast::FunctionParameter& p) { return p.name.text == argument.names[0].text; });
      if (found == parameters.end()) {
        error(code::bad_argument_name, argument.names[0].span,
              fmt::format("'{}' has no parameter '{}'", name, argument.names[0].text));
        return give_up();
      }
      at = static_cast<size_t>(found - parameters.begin());
    }
    given[at] = argument.value.get();
  }

  ScopePtr inner = function.scope;
  bool good = true;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const ast::FunctionParameter& parameter = parameters[i];
    if (parameter.schema) {
      std::shared_ptr<const Table> table;
      if (i == 0 && piped != nullptr) {
        table = std::make_shared<const Table>(std::move(*piped));
      } else if (given[i] != nullptr) {
        table = std::make_shared<const Table>(bind_argument_table(*given[i]));
      } else {
        error(code::argument_count, name_span,
              fmt::format("'{}' needs a table for '{}'", name, parameter.name.text));
        return give_up();
      }
      const Span place_of = given[i] != nullptr ? given[i]->span : name_span;
      good &= check_table_argument(parameter, *table, place_of);
      inner = declare(inner, parameter.name.text, NamedTable{std::move(table)});
      continue;
    }
    const ast::Expression* expression =
        given[i] != nullptr ? given[i] : parameter.default_value.get();
    if (expression == nullptr) {
      error(code::argument_count, name_span,
            fmt::format("'{}' needs an argument for '{}'", name, parameter.name.text));
      return give_up();
    }
    Bound value = bind(*expression);
    if (!check_scalar(value)) good = false;
    const std::optional<Type> type = type_of_name(parameter.type.text);
    if (type && value.type() != Type::Error) value.value = convert(std::move(value.value), *type);
    if (value.type() == Type::Error && type) value.value.type = *type;
    value.column.reset();
    inner = declare(inner, parameter.name.text, std::move(value));
  }
  if (!good || function.broken) return give_up();
  if (calling_.size() > 64) {
    error(code::recursion, name_span, "functions call each other too deeply");
    return give_up();
  }
  calling_.push_back(&declaration);
  Diagnostics problems;
  Diagnostics* outer = diagnostics_;
  diagnostics_ = &problems;
  Result result = bind_body(declaration, std::move(inner));
  diagnostics_ = outer;
  calling_.pop_back();
  report_inside(name, span, problems);
  if (auto* scalar = std::get_if<Bound>(&result)) {
    scalar->value.span = span;
    scalar->column.reset();
  } else {
    std::get<Table>(result).name.clear();
  }
  return result;
}

Table QueryBinder::bind_argument_table(const ast::Expression& expression) {
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily no_right_rows(right_rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  return bind_table(expression);
}

bool QueryBinder::check_table_argument(const ast::FunctionParameter& parameter, const Table& table,
                                       Span span) {
  if (table.open) return true;
  for (const ast::ColumnDeclaration& wanted : parameter.schema->columns) {
    if (wanted.name.text.empty() || wanted.type.text == "*") continue;
    const std::optional<Type> type = type_of_name(wanted.type.text);
    const auto found =
        std::find_if(table.columns().begin(), table.columns().end(),
                     [&](const plan::Column& column) { return column.name == wanted.name.text; });
    if (found == table.columns().end() || (type && found->type != *type)) {
      error(code::table_expected, span,
            fmt::format("the table for '{}' must have a column '{}: {}'", parameter.name.text,
                        wanted.name.text, wanted.type.text));
      return false;
    }
  }
  return true;
}

void QueryBinder::report_inside(std::string_view name, Span span, const Diagnostics& problems) {
  // What is wrong inside for these arguments is told once, at the call.
  for (const Diagnostic& problem : problems.all()) {
    if (problem.severity != Severity::Error) continue;
    Diagnostic told = problem;
    told.span = span;
    told.message = fmt::format("in '{}': {}", name, problem.message);
    diagnostics_->add(std::move(told));
    return;
  }
}

}  // namespace vedette::binding
