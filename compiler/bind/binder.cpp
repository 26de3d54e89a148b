// Statements: let, set, query parameters, and the results of a query.
#include "compiler/bind/binder.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette {

plan::QueryPlan bind(const ast::Query& query, const BindEnvironment& environment,
                     Diagnostics& diagnostics) {
  return binding::QueryBinder(environment, diagnostics).run(query);
}

namespace binding {

QueryBinder::QueryBinder(const BindEnvironment& environment, Diagnostics& diagnostics)
    : environment(environment), diagnostics_(&diagnostics) {}

plan::QueryPlan QueryBinder::run(const ast::Query& query) {
  for (const ast::Statement& statement : query.statements) bind_statement(statement, true);
  if (result_.outputs.empty() && !diagnostics_->any_errors() && !silent_ &&
      !environment.check_only) {
    error(code::no_result, query.span, "this query has no result: end it with an expression");
  }
  return std::move(result_);
}

void QueryBinder::bind_statement(const ast::Statement& statement, bool outermost) {
  std::visit(plan::Overloaded{
                 [&](const ast::Let& let) { bind_let(let, outermost); },
                 [&](const ast::ExpressionStatement& node) {
                   if (outermost) bind_result(*node.expression);
                 },
                 [&](const ast::Set& set) { bind_set(set); },
                 [&](const ast::DeclareQueryParameters& node) { bind_query_parameters(node); },
                 [&](const ast::DeclarePattern& pattern) {
                   scope = declare(scope, pattern.name.text, Pattern{&pattern, scope});
                 },
                 [&](const ast::Restrict&) {
                   // What a valid query names it may see: nothing is hidden from it.
                 },
                 [&](const ast::Alias& alias) {
                   database_aliases_[alias.name.text] = alias.database.get();
                 },
                 [&](const ast::Command&) {
                   error(code::table_expected, statement.span,
                         "a management command stands by itself: its text begins with the dot");
                 },
             },
             statement.node);
}

void QueryBinder::bind_let(const ast::Let& let, bool outermost) {
  const std::string& name = let.name.text;
  const Scope* before = find(scope, name);
  if (before != nullptr && outermost && !before->from_outside) {
    error(code::already_declared, let.name.span, fmt::format("'{}' is declared already", name));
  }
  if (const auto* function = std::get_if<ast::FunctionDeclaration>(&let.value)) {
    declared_names_.push_back(name);
    UserFunction declared = declare_function(*function);
    declared_names_.pop_back();
    scope = declare(scope, name, std::move(declared));
    return;
  }
  const ast::Expression& expression = *std::get<ast::ExpressionPtr>(let.value);
  if (const auto* group = std::get_if<ast::EntityGroup>(&expression.node)) {
    scope = declare(scope, name, EntityGroup{group});
    return;
  }
  if (is_tabular(expression)) {
    Table table = bind_table(expression);
    scope = declare(scope, name, NamedTable{std::make_shared<const Table>(std::move(table))});
    return;
  }
  Bound value = bind(expression);
  if (value.results) {
    error(code::several_columns, expression.span,
          "an expression with several values cannot be given one name");
  }
  if (!check_scalar(value)) value = failed(expression.span);
  value.column.reset();
  // A constant is computed once, not at each use.
  if (std::optional<Value> constant = plan::evaluate_constant(value.value, environment.now.ticks)) {
    const bool folded = plan::constant_of(value.value) == nullptr;
    value.value = plan::constant(std::move(*constant), expression.span);
    if (folded) value.literal = false;
  }
  scope = declare(scope, name, std::move(value));
}

Table QueryBinder::bind_statements(const std::vector<ast::Statement>& statements, Span span) {
  const Temporarily keep_scope(scope, ScopePtr(scope));
  std::optional<Table> result;
  for (const ast::Statement& statement : statements) {
    const auto* answer = std::get_if<ast::ExpressionStatement>(&statement.node);
    if (answer == nullptr) {
      bind_statement(statement, false);
    } else if (!result) {
      result = bind_table(*answer->expression);
    }
  }
  return result ? std::move(*result) : unknown_table(span);
}

void QueryBinder::bind_query_parameters(const ast::DeclareQueryParameters& declaration) {
  for (const ast::FunctionParameter& parameter : declaration.parameters) {
    const std::string& name = parameter.name.text;
    if (parameter.schema) {
      scope = declare(scope, name,
                      NamedTable{std::make_shared<const Table>(empty_table(
                          columns_of(*parameter.schema), parameter.span, parameter.schema->star))});
      continue;
    }
    const Type type = type_of(parameter.type);
    Bound value = failed(parameter.span);
    value.value.type = type;
    const auto given = environment.parameters.find(name);
    if (given != environment.parameters.end()) {
      value = scalar_of_text(given->second, type, parameter.span);
    } else if (parameter.default_value) {
      value = bind(*parameter.default_value);
      if (value.type() != Type::Error) value.value = convert(std::move(value.value), type);
    } else {
      cannot_run_yet(parameter.span, fmt::format("no value is given for '{}'", name));
    }
    value.constant = true;
    scope = declare(scope, name, std::move(value));
  }
}

void QueryBinder::bind_result(const ast::Expression& expression) {
  if (is_tabular(expression) || is_bare_name(expression)) {
    add_output(bind_table(expression), expression.span);
    return;
  }
  // A scalar on its own is a table of one row.
  Bound bound = bind(expression);
  if (bound.results || !check_scalar(bound)) return;
  Projection projection;
  projection.add({fresh("print_0", bound.type()), std::move(bound.value), 0});
  Table one = one_row(expression.span);
  add_output(project(std::move(one), projection, expression.span), expression.span);
}

bool QueryBinder::is_bare_name(const ast::Expression& expression) {
  if (const auto* pipe = std::get_if<ast::Pipe>(&expression.node)) {
    return pipe->steps.empty() && pipe->source && is_bare_name(*pipe->source);
  }
  const auto* name = std::get_if<ast::NameReference>(&expression.node);
  if (name != nullptr) {
    const Scope* declared = find_declared(name->name.text);
    return declared == nullptr || !std::holds_alternative<Bound>(declared->meaning);
  }
  const auto* call = std::get_if<ast::Call>(&expression.node);
  return call != nullptr && environment.library.find_function(call->function.text) == nullptr &&
         find_declared(call->function.text) == nullptr;
}

Table QueryBinder::one_row(Span span) {
  plan::Values values;
  values.rows.emplace_back();
  return Table{.plan = plan::make(std::move(values), {}, span)};
}

void QueryBinder::add_output(Table table, Span span) {
  if (table.graph) {
    cannot_run_yet(span, "a graph is not a result: add graph-match or graph-to-table");
    table = empty_table({}, span);
  }
  if (table.invisible) {
    silent_ = true;
    return;
  }
  for (Table& other : table.siblings) add_output(std::move(other), {});
  table.siblings.clear();
  if (table.only_siblings) return;
  if (environment.check_only) {
    for (plan::Column& column : table.plan->output) {
      if (column.type == Type::Error) column.type = Type::Dynamic;
    }
  }
  const size_t number = result_.outputs.size();
  std::string name = number == 0 ? "PrimaryResult" : fmt::format("Table_{}", number);
  if (!table.result_name.empty()) name = table.result_name;
  result_.outputs.push_back(
      {std::move(name), std::move(table.plan), table.visualization, table.open});
}

}  // namespace binding
}  // namespace vedette
