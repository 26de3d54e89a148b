// project, project-away, project-keep, project-rename, project-reorder, project-by-names.
#include <algorithm>
#include <cctype>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/dynamic.h"

namespace vedette::binding {
namespace {

/// The columns that names and wildcards stand for.
std::vector<const plan::Column*> chosen_columns(QueryBinder& binder, const Table& input,
                                                const ast::Expression& expression) {
  std::vector<const plan::Column*> chosen;
  const auto* wildcard = std::get_if<ast::Wildcard>(&expression.node);
  const bool star = std::holds_alternative<ast::Star>(expression.node);
  if (wildcard != nullptr || star) {
    for (const plan::Column& column : input.columns()) {
      if (star || matches(wildcard->pattern, column.name)) chosen.push_back(&column);
    }
    if (chosen.empty() && !input.open) {
      binder.error(code::unknown_name, expression.span,
                   fmt::format("no column is like '{}'", star ? "*" : wildcard->pattern));
    }
    return chosen;
  }
  const Temporarily scope(binder.rows, std::optional(rows_of(input)));
  const Bound bound = binder.bind(expression);
  binder.check_column(bound);
  if (!bound.column) return chosen;
  for (const plan::Column& column : input.columns()) {
    if (column.id == bound.column->id) chosen.push_back(&column);
  }
  return chosen;
}

Table keep_or_drop(StepContext context, const ast::Expressions& expressions, bool keep) {
  std::vector<std::string> names;
  for (const ast::ExpressionPtr& expression : expressions) {
    for (const plan::Column* column : chosen_columns(context.binder, context.input, *expression)) {
      names.push_back(column->name);
    }
  }
  plan::Schema columns;
  for (const plan::Column& column : context.input.columns()) {
    const bool named = std::find(names.begin(), names.end(), column.name) != names.end();
    if (named == keep) columns.push_back(column);
  }
  return context.binder.keep_columns(std::move(context.input), columns, context.span());
}

std::string lower_of(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Numbers within names compare by their value: a2 before a10.
bool granny_less(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      size_t x = i, y = j;
      while (x < a.size() && a[x] == '0') ++x;
      while (y < b.size() && b[y] == '0') ++y;
      size_t p = x, q = y;
      while (p < a.size() && digit(a[p])) ++p;
      while (q < b.size() && digit(b[q])) ++q;
      if (p - x != q - y) return p - x < q - y;
      const int order = a.substr(x, p - x).compare(b.substr(y, q - y));
      if (order != 0) return order < 0;
      i = p, j = q;
      continue;
    }
    if (a[i] != b[j]) return a[i] < b[j];
    ++i, ++j;
  }
  return a.size() - i < b.size() - j;
}

void order_columns(std::vector<const plan::Column*>& columns,
                   ast::OrderedExpression::Direction direction) {
  using Direction = ast::OrderedExpression::Direction;
  if (direction == Direction::Default) return;
  const bool granny =
      direction == Direction::GrannyAscending || direction == Direction::GrannyDescending;
  const bool down = direction == Direction::Descending || direction == Direction::GrannyDescending;
  std::sort(columns.begin(), columns.end(), [&](const auto* x, const auto* y) {
    const std::string a = lower_of(x->name), b = lower_of(y->name);
    const auto less = [&](const std::string& p, const std::string& q) {
      return granny ? granny_less(p, q) : p < q;
    };
    return down ? less(b, a) : less(a, b);
  });
}

}  // namespace

Table bind_project(StepContext context, const ast::Project& project) {
  QueryBinder& binder = context.binder;
  Projection projection;
  binder.with_windows(context.input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    for (const ast::NamedExpression& expression : project.columns) {
      binder.add_to(projection, expression, binder.bind(*expression.value), {});
    }
  });
  return binder.project(std::move(context.input), projection, context.span());
}

Table bind_project_away(StepContext context, const ast::ProjectAway& project) {
  return keep_or_drop(std::move(context), project.columns, false);
}

Table bind_project_keep(StepContext context, const ast::ProjectKeep& project) {
  return keep_or_drop(std::move(context), project.columns, true);
}

Table bind_project_rename(StepContext context, const ast::ProjectRename& project) {
  QueryBinder& binder = context.binder;
  Projection projection;
  binder.add_all(projection, context.input.columns());
  for (const plan::Column& column : context.input.columns()) projection.mark_declared(column.name);
  for (const ast::NamedExpression& expression : project.columns) {
    if (expression.names.empty()) {
      binder.error(code::column_expected, expression.span, "`new = old` is expected here");
      continue;
    }
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    const Bound old = binder.bind(*expression.value);
    if (!binder.check_column(old) || !old.column) continue;
    const ast::Name& name = expression.names[0];
    if (!projection.rename(old.column->name, name.text)) {
      binder.error(code::duplicate_column, name.span,
                   fmt::format("there is a column '{}' already", name.text));
    }
  }
  // A renamed column is another column to all that comes after.
  for (Projection::Item& item : projection.items()) {
    if (item.column.id == item.source) {
      const plan::Column* before = rows_of(context.input).find(item.column.name);
      if (before == nullptr || before->id != item.source) {
        item.column = binder.fresh(item.column.name, item.column.type);
      }
    }
  }
  return binder.project(std::move(context.input), projection, context.span());
}

Table bind_project_reorder(StepContext context, const ast::ProjectReorder& project) {
  QueryBinder& binder = context.binder;
  Projection projection;
  for (const ast::OrderedExpression& ordered : project.columns) {
    std::vector<const plan::Column*> columns =
        chosen_columns(binder, context.input, *ordered.expression.value);
    const bool several =
        !std::holds_alternative<ast::NameReference>(ordered.expression.value->node);
    if (several) order_columns(columns, ordered.direction);
    for (const plan::Column* column : columns) {
      if (several) {
        projection.add(binder.pass(*column));
      } else {
        binder.declare_column(projection, binder.pass(*column), ordered.span,
                              Projection::Existing::Keep);
      }
      projection.shut_out(column->id);
    }
  }
  binder.add_all(projection, context.input.columns(), false);
  return binder.project(std::move(context.input), projection, context.span());
}

Table bind_project_by_names(StepContext context, const ast::ProjectByNames& project) {
  QueryBinder& binder = context.binder;
  plan::Schema columns;
  const auto add_like = [&](std::string_view pattern) {
    for (const plan::Column& column : context.input.columns()) {
      const bool had = std::any_of(columns.begin(), columns.end(),
                                   [&](const plan::Column& c) { return c.id == column.id; });
      if (!had && matches(pattern, column.name)) columns.push_back(column);
    }
  };
  for (const ast::ExpressionPtr& expression : project.columns) {
    const Bound bound = binder.bind(*expression);
    const auto value = binder.constant_value(bound.value);
    if (!value || value->is_null()) {
      if (bound.type() != Type::Error && !bound.constant) {
        binder.error(code::constant_expected, expression->span, "a constant is expected here");
      }
      continue;
    }
    if (value->type() == Type::String) add_like(value->as_text());
    if (value->type() != Type::Dynamic) continue;
    const DynamicView view(value->as_text());
    if (view.is_string()) add_like(view.as_text());
    for (size_t i = 0; view.is_array() && i < view.size(); ++i) {
      const DynamicView item = view.at(static_cast<int64_t>(i));
      if (item.is_string()) add_like(item.as_text());
    }
  }
  return binder.keep_columns(std::move(context.input), columns, context.span());
}

}  // namespace vedette::binding
