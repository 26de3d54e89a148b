// From lists of expressions to the columns of a result.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

using Existing = Projection::Existing;

}  // namespace

Projection::Item QueryBinder::pass(const plan::Column& column, Span span) {
  return {column, plan::column(column, span), column.id};
}

void QueryBinder::add_all(Projection& projection, const plan::Schema& columns, bool do_not_repeat) {
  for (const plan::Column& column : columns) {
    if (column.name == ingestion_time_column) continue;
    projection.add(pass(column));
    if (do_not_repeat) projection.shut_out(column.id);
  }
}

plan::Expression QueryBinder::result_of(const Bound& bound, size_t index) {
  const plan::Column& column = (*bound.results)[index];
  if (!bound.result_is_array) return plan::column(column, bound.span());
  std::vector<plan::Expression> arguments;
  arguments.push_back(bound.value);
  arguments.push_back(plan::constant(Value::int64(static_cast<int64_t>(index)), bound.span()));
  return convert(call("[]", std::move(arguments), bound.span(), Type::Dynamic), column.type);
}

void QueryBinder::add_results(Projection& projection, const ast::NamedExpression& expression,
                              const Bound& bound, const Adding& how) {
  const bool replaces = how.style == Style::Replace || how.style == Style::Extend;
  const Existing existing = replaces ? Existing::Replace : Existing::Keep;
  const bool one_name = !expression.parenthesized;
  for (size_t i = 0; i < bound.results->size(); ++i) {
    plan::Column column = (*bound.results)[i];
    plan::Expression value = result_of(bound, i);
    const Type type = how.type.value_or(column.type);
    const plan::ColumnId source =
        i < bound.result_sources.size() ? bound.result_sources[i] : plan::ColumnId{0};
    if (how.type) value = plan::Expression(value), column.type = type;
    if (bound.result_is_array) column = fresh(column.name, type);
    if (i < expression.names.size()) {
      const ast::Name& name = expression.names[i];
      column.name = name.text;
      declare_column(projection, {column, std::move(value), 0}, name.span,
                     one_name ? Existing::Replace : existing);
      if (how.do_not_repeat && source != 0) projection.shut_out(source);
      continue;
    }
    if (!expression.names.empty() && how.style == Style::Print) break;
    projection.add({column, std::move(value), source});
    if (how.do_not_repeat && source != 0) projection.shut_out(source);
  }
  for (size_t i = bound.results->size(); i < expression.names.size(); ++i) {
    error(code::too_many_names, expression.names[i].span,
          fmt::format("there is no value for '{}'", expression.names[i].text));
  }
}

void QueryBinder::declare_column(Projection& projection, Projection::Item item, Span span,
                                 Existing existing) {
  const std::string name = item.column.name;
  if (!projection.declare(std::move(item), existing)) {
    error(code::duplicate_column, span, fmt::format("column '{}' is declared twice", name));
  }
}

void QueryBinder::add_to(Projection& projection, const ast::NamedExpression& expression,
                         Bound bound, const Adding& how) {
  const bool replaces = how.style == Style::Replace || how.style == Style::Extend;
  const Span span = expression.value ? expression.value->span : expression.span;
  if (bound.star && expression.names.empty()) {
    if (rows) add_all(projection, *rows->columns, how.do_not_repeat);
    return;
  }
  if (!check_scalar(bound)) {
    bound = failed(span);
  }
  if (bound.results &&
      !(how.style == Style::Print && expression.names.empty() && bound.results->size() == 1)) {
    add_results(projection, expression, bound, how);
    return;
  }
  if (bound.results) bound.value = result_of(bound, 0);
  const Type type = how.type.value_or(bound.type());
  if (expression.names.size() > 1) {
    error(code::several_columns, join(expression.names.front().span, expression.names.back().span),
          "this expression gives one value");
    for (const ast::Name& name : expression.names) {
      declare_column(projection, {fresh(name.text, Type::Error), failed(span).value, 0}, name.span,
                     Existing::Replace);
    }
    return;
  }
  if (!expression.names.empty()) {
    const ast::Name& name = expression.names[0];
    const bool replace = bound.column || replaces;
    const plan::ColumnId source = bound.column ? bound.column->id : plan::ColumnId{0};
    // The same column under its own name stays the same column.
    const bool same = bound.column && bound.column->name == name.text && type == bound.type();
    declare_column(projection,
                   {same ? *bound.column : fresh(name.text, type), std::move(bound.value), 0},
                   name.span, replace ? Existing::Replace : Existing::Keep);
    if (how.do_not_repeat && source != 0) projection.shut_out(source);
    return;
  }
  if (bound.column && how.style != Style::Print) {
    const plan::ColumnId source = bound.column->id;
    plan::Column column = type == bound.type() ? *bound.column : fresh(bound.column->name, type);
    const plan::ColumnId shown = type == bound.type() ? source : plan::ColumnId{0};
    declare_column(projection, {std::move(column), std::move(bound.value), shown}, span,
                   how.style == Style::Replace ? Existing::Replace : Existing::Keep);
    if (how.do_not_repeat) projection.shut_out(source);
    return;
  }
  if (how.style == Style::Print && !how.unnamed.empty()) {
    projection.add({fresh(how.unnamed, type), std::move(bound.value), 0}, Existing::Keep,
                   how.unnamed);
    return;
  }
  std::string name = bound.name.value_or("");
  if (!bound.name) {
    name = how.unnamed.empty() ? default_column_name(how.style == Style::Extend) : how.unnamed;
  }
  projection.add({fresh(std::move(name), type), std::move(bound.value), 0},
                 replaces ? Existing::Replace : Existing::Keep);
}

Table QueryBinder::project(Table input, Projection& projection, Span span) {
  std::vector<Projection::Item>& items = projection.items();
  const plan::Schema& columns = input.columns();
  bool same = items.size() == columns.size();
  for (size_t i = 0; same && i < items.size(); ++i) {
    const auto id = plan::column_of(items[i].value);
    same = id && *id == columns[i].id && items[i].column.id == columns[i].id &&
           items[i].column.name == columns[i].name;
  }
  if (same) return input;
  plan::Schema output;
  std::vector<plan::Expression> expressions;
  std::vector<plan::ColumnId> used;
  for (Projection::Item& item : items) {
    // One id names one column: a second showing of a column gets its own.
    if (std::find(used.begin(), used.end(), item.column.id) != used.end()) {
      item.column = fresh(item.column.name, item.column.type);
    }
    used.push_back(item.column.id);
    output.push_back(item.column);
    expressions.push_back(std::move(item.value));
  }
  input.plan = plan::make(plan::Project{std::move(input.plan), std::move(expressions)},
                          std::move(output), span);
  input.name.clear();
  return input;
}

Table QueryBinder::keep_columns(Table input, const plan::Schema& columns, Span span) {
  Projection projection;
  for (const plan::Column& column : columns) projection.add(pass(column));
  return project(std::move(input), projection, span);
}

}  // namespace vedette::binding
