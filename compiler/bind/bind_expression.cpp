// Scalar expressions: dispatch, names, properties and elements.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/pattern_scope.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// The name of `a.b` and `a[0]` from the names of their parts.
std::optional<std::string> joined(const std::optional<std::string>& left,
                                  const std::optional<std::string>& right) {
  if (left && !left->empty()) return *left + "_" + right.value_or("");
  return right;
}

}  // namespace

Bound failed(Span span) {
  return {.value = plan::constant(Value::null(Type::Error), span)};
}

Bound QueryBinder::bind(const ast::Expression& expression) {
  const Span span = expression.span;
  Bound bound =
      std::visit(plan::Overloaded{
                     [&](const ast::Literal& node) { return bind_literal(node, span); },
                     [&](const ast::DynamicLiteral& node) { return bind_dynamic(node, span); },
                     [&](const ast::TypeOf& node) { return bind_type_literal(node, span); },
                     [&](const ast::NameReference& node) { return bind_name(node.name); },
                     [&](const ast::Wildcard&) {
                       error(code::wildcard_not_allowed, span, "a wildcard is not allowed here");
                       return failed(span);
                     },
                     [&](const ast::Star&) {
                       Bound star = failed(span);
                       star.star = true;
                       return star;
                     },
                     [&](const ast::Member& node) { return bind_member(node, span); },
                     [&](const ast::Element& node) { return bind_element(node, span); },
                     [&](const ast::Call& node) { return bind_call(node, span); },
                     [&](const ast::Unary& node) { return bind_unary(node, span); },
                     [&](const ast::Binary& node) { return bind_binary(node, span); },
                     [&](const ast::Logical& node) { return bind_logical(node, span); },
                     [&](const ast::Between& node) { return bind_between(node, span); },
                     [&](const ast::InList& node) { return bind_in_list(node, span); },
                     [&](const ast::Pipe& node) {
                       if (node.steps.empty() && node.source) return bind(*node.source);
                       return bind_table_as_scalar(expression);
                     },
                     [&](const ast::EntityGroup&) {
                       error(code::scalar_expected, span,
                             "an entity group is no value: macro-expand goes through it");
                       return failed(span);
                     },
                     [&](const ast::NameList&) {
                       error(code::scalar_expected, span, "a scalar is expected here, not names");
                       return failed(span);
                     },
                     [&](const auto&) { return bind_table_as_scalar(expression); },
                 },
                 expression.node);
  if (!bound.column) bound.value.span = span;
  return bound;
}

Bound QueryBinder::bind_table_as_scalar(const ast::Expression& expression) {
  bind_table(expression);
  error(code::scalar_expected, expression.span, "a scalar is expected here, not a table");
  return failed(expression.span);
}

Bound QueryBinder::bind_exactly(const ast::Expression& expression, Type type) {
  Bound bound = bind(expression);
  if (!check_scalar(bound) || !check_type(bound, type)) return failed(expression.span);
  return bound;
}

Bound QueryBinder::bind_column(const plan::Column& column, Span span) {
  return {.value = plan::column(column, span), .name = column.name, .column = column};
}

Bound QueryBinder::bind_name(const ast::Name& name) {
  if (place == Place::Rows) {
    if (rows) {
      if (const plan::Column* column = rows->find(name.text))
        return bind_column(*column, name.span);
      if (rows->absent != nullptr) {
        for (const plan::Column& column : *rows->absent) {
          if (column.name != name.text) continue;
          return {.value = plan::constant(Value::null(column.type), name.span), .name = name.text};
        }
      }
    }
    if (right_rows) {
      if (const plan::Column* column = right_rows->find(name.text))
        return bind_column(*column, name.span);
    }
    if (pattern != nullptr) {
      if (std::optional<Bound> element = pattern->bind_name(name)) return std::move(*element);
    }
  }
  if (const Scope* declared = find_declared(name.text)) return bind_declared(*declared, name);
  if (find_stored(name.text)) {
    error(code::scalar_expected, name.span,
          fmt::format("'{}' is a table; a scalar is expected here", name.text));
    return failed(name.span);
  }
  if (place == Place::Rows && ((rows && rows->open) || (right_rows && right_rows->open))) {
    const bool missing = rows && rows->missing;
    if (!missing) {
      cannot_run_yet(name.span,
                     fmt::format("column '{}' is not known before the query runs", name.text));
    }
    Bound unknown = failed(name.span);
    unknown.name = name.text;
    return unknown;
  }
  if (environment.evaluate &&
      ((rows && rows->from_rows) || (right_rows && right_rows->from_rows))) {
    diagnostics_->warning(code::no_row_has_column, name.span,
                          fmt::format("no row brings a column '{}': it is null", name.text),
                          suggest_column(name.text));
    return {.value = plan::constant(Value::null(Type::Dynamic), name.span), .name = name.text};
  }
  report_unknown_name(name);
  Bound unknown = failed(name.span);
  unknown.name = name.text;
  return unknown;
}

void QueryBinder::report_unknown_name(const ast::Name& name) {
  if (place == Place::Aggregates && rows && (rows->find(name.text) || rows->open)) {
    error(code::not_an_aggregate, name.span,
          fmt::format("'{}' is a column of single rows; here it must be inside an aggregate",
                      name.text));
    return;
  }
  const ScalarFunction* function = environment.library.find_function(name.text);
  if (function != nullptr && !function->hidden) {
    error(code::arguments_missing, name.span,
          fmt::format("'{}' is a function: write its arguments in parentheses", name.text));
    return;
  }
  error(code::unknown_name, name.span,
        fmt::format("'{}' is not a column, table, variable or function that is known here",
                    name.text),
        suggest_column(name.text));
}

Bound QueryBinder::bind_declared(const Scope& declared, const ast::Name& name) {
  if (const auto* value = std::get_if<Bound>(&declared.meaning)) {
    Bound bound = *value;
    bound.name = name.text;
    bound.column.reset();
    bound.value.span = name.span;
    return bound;
  }
  if (const auto* function = std::get_if<UserFunction>(&declared.meaning)) {
    if (!function->tabular) {
      auto result = call_function(*function, nullptr, name.text, name.span, nullptr);
      if (auto* scalar = std::get_if<Bound>(&result)) {
        scalar->name = name.text;
        scalar->column.reset();
        return std::move(*scalar);
      }
      return failed(name.span);
    }
  }
  error(code::scalar_expected, name.span,
        fmt::format("'{}' is a table; a scalar is expected here", name.text));
  return failed(name.span);
}

std::optional<Bound> QueryBinder::bind_step_column(const ast::Member& member, Span span) {
  const auto* object = std::get_if<ast::NameReference>(&member.object->node);
  const auto* property = std::get_if<ast::NameReference>(&member.member->node);
  if (steps == nullptr || object == nullptr || property == nullptr) return std::nullopt;
  const auto step = std::find_if(steps->begin(), steps->end(), [&](const StepState& state) {
    return state.name == object->name.text;
  });
  if (step == steps->end()) return std::nullopt;
  const RowScope columns{&step->columns};
  const auto named = [&](const plan::Column& column) { return column.name == property->name.text; };
  if (std::count_if(step->columns.begin(), step->columns.end(), named) > 1) {
    error(code::ambiguous_name, property->name.span,
          fmt::format("'{}' is declared, and a column of the input too: rename one of them",
                      property->name.text));
    return failed(span);
  }
  if (const plan::Column* column = columns.find(property->name.text)) {
    return bind_column(*column, span);
  }
  if (!rows || !rows->open) {
    error(code::unknown_name, property->name.span,
          fmt::format("'{}' is not a column of step '{}'", property->name.text, step->name),
          suggest_column(property->name.text));
  }
  return failed(span);
}

Bound QueryBinder::bind_member(const ast::Member& member, Span span) {
  if (std::optional<Bound> remembered = bind_step_column(member, span)) {
    return std::move(*remembered);
  }
  const auto* object_name = std::get_if<ast::NameReference>(&member.object->node);
  const auto* property = std::get_if<ast::NameReference>(&member.member->node);
  if (object_name != nullptr && property != nullptr && right_rows) {
    const bool left = object_name->name.text == "$left";
    if (left || object_name->name.text == "$right") {
      const RowScope& side = left ? *rows : *right_rows;
      if (const plan::Column* column = side.find(property->name.text)) {
        return bind_column(*column, span);
      }
      if (!side.open) {
        error(code::unknown_name, property->name.span,
              fmt::format("'{}' is not a column of the {} table", property->name.text,
                          left ? "left" : "right"),
              suggest_column(property->name.text));
      }
      Bound unknown = failed(span);
      unknown.name = property->name.text;
      return unknown;
    }
  }
  if (pattern != nullptr) {
    if (std::optional<Bound> bound = pattern->bind_member(member, span)) return std::move(*bound);
  }
  if (property != nullptr && &behind_entity(*member.object) != member.object.get()) {
    if (property->name.text == "$current_database" ||
        property->name.text == "$current_cluster_endpoint") {
      const std::string function = property->name.text.substr(1);
      Bound surrounding = bind_call(ast::Call{{function, span}, {}, {}}, span);
      surrounding.name.reset();
      return surrounding;
    }
  }
  if (is_tabular_path(member)) {
    error(code::scalar_expected, span, "a scalar is expected here, not a table");
    return failed(span);
  }
  Bound object = bind(*member.object);
  if (property == nullptr) {
    if (const auto* call = std::get_if<ast::Call>(&member.member->node)) {
      error(code::unknown_function, call->function.span,
            fmt::format("'{}' cannot be called on a value", call->function.text));
    } else {
      error(code::unknown_name, member.member->span, "the name of a property is expected");
    }
    return failed(span);
  }
  const std::string& key = property->name.text;
  Bound result = failed(span);
  result.name = joined(object.name, key);
  result.constant = object.constant;
  if (object.type() == Type::Error) return result;
  if (object.type() != Type::Dynamic) {
    error(code::unknown_name, property->name.span,
          fmt::format("'{}' is not known: a {} has no properties", key, name_of(object.type())));
    result.name = key;
    return result;
  }
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(object.value));
  arguments.push_back(plan::constant(Value::string(key), property->name.span));
  result.value = call("[]", std::move(arguments), span, Type::Dynamic);
  return result;
}

Bound QueryBinder::bind_element(const ast::Element& element, Span span) {
  Bound object = bind(*element.object);
  Bound index = bind(*element.index);
  Bound result = failed(span);
  result.constant = object.constant && index.constant;
  const auto* literal = std::get_if<ast::Literal>(&element.index->node);
  const bool names = literal != nullptr && (literal->kind == ast::LiteralKind::String ||
                                            literal->kind == ast::LiteralKind::Long ||
                                            literal->kind == ast::LiteralKind::Int);
  result.name = joined(object.name, names ? std::optional(literal->text) : std::nullopt);
  if (object.type() == Type::Error || index.type() == Type::Error) return result;
  if (object.type() != Type::Dynamic) {
    error(code::not_indexable, element.index->span,
          fmt::format("a {} has no elements", name_of(object.type())));
    return result;
  }
  const Types allowed = integer_types | Types{Type::String, Type::Dynamic};
  if (!allowed.has(index.type())) {
    error(code::type_expected, element.index->span,
          fmt::format("an element is chosen by a long or a string, not by a {}",
                      name_of(index.type())));
    return result;
  }
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(object.value));
  arguments.push_back(index.type() == Type::Int ? convert(std::move(index.value), Type::Long)
                                                : std::move(index.value));
  result.value = call("[]", std::move(arguments), span, Type::Dynamic);
  return result;
}

}  // namespace vedette::binding
