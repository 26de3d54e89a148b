#include <algorithm>
#include <functional>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/operators/search.h"
#include "compiler/bind/operators/union.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// What a predicate mentions: names that may be columns, and whether it looks into all columns.
struct Mentions {
  std::vector<std::string> names;
  bool all_columns = false;

  void read(const ast::Expression& expression, bool condition) {
    std::visit(plan::Overloaded{
                   [&](const ast::NameReference& node) { names.push_back(node.name.text); },
                   [&](const ast::Literal& node) {
                     all_columns |= condition && node.kind == ast::LiteralKind::String;
                   },
                   [&](const ast::Star&) { all_columns = true; },
                   [&](const ast::Member& node) { read(*node.object, false); },
                   [&](const ast::Element& node) {
                     read(*node.object, false);
                     read(*node.index, false);
                   },
                   [&](const ast::Call& node) {
                     for (const ast::NamedExpression& argument : node.arguments) {
                       if (argument.value) read(*argument.value, false);
                     }
                   },
                   [&](const ast::Unary& node) { read(*node.operand, false); },
                   [&](const ast::Binary& node) {
                     read(*node.left, false);
                     read(*node.right, false);
                   },
                   [&](const ast::Logical& node) {
                     for (const ast::ExpressionPtr& part : node.operands) read(*part, condition);
                   },
                   [&](const ast::Between& node) {
                     read(*node.value, false);
                     read(*node.low, false);
                     read(*node.high, false);
                   },
                   [&](const ast::InList& node) {
                     read(*node.value, false);
                     for (const ast::ExpressionPtr& item : node.list) read(*item, false);
                   },
                   [&](const ast::Pipe& node) {
                     if (node.steps.empty() && node.source) read(*node.source, condition);
                   },
                   [](const auto&) {},
               },
               expression.node);
  }
};

const plan::Column* column_named(const plan::Schema& schema, std::string_view name) {
  const auto found = std::find_if(schema.begin(), schema.end(),
                                  [&](const plan::Column& column) { return column.name == name; });
  return found == schema.end() ? nullptr : &*found;
}

/// Leaves out tables that have none of the columns a predicate speaks of: none of their rows match.
void keep_mentioned(std::vector<Table>& tables, const Mentions& mentions) {
  if (tables.size() == 1 || mentions.all_columns) return;
  std::erase_if(tables, [&](const Table& table) {
    return !table.open &&
           std::none_of(mentions.names.begin(), mentions.names.end(), [&](const auto& name) {
             return column_named(table.columns(), name) != nullptr;
           });
  });
}

/// A column of the result; every table shows its own column of that name, or null.
using Shown = std::vector<std::pair<std::string, Type>>;

/// The columns that all tables have, then those that the predicate speaks of.
Shown smart_columns(const std::vector<Table>& tables, const Mentions& mentions) {
  Shown shown;
  const auto add = [&](const std::string& name) {
    const bool had =
        std::any_of(shown.begin(), shown.end(), [&](const auto& one) { return one.first == name; });
    if (had) return;
    std::vector<Type> types;
    for (const Table& table : tables) {
      if (const auto* column = column_named(table.columns(), name)) types.push_back(column->type);
    }
    if (types.empty()) return;
    shown.emplace_back(name, common_type(types).value_or(Type::Dynamic));
  };
  if (!tables.empty()) {
    for (const plan::Column& column : tables[0].columns()) {
      const bool everywhere = std::all_of(tables.begin(), tables.end(), [&](const Table& table) {
        return column_named(table.columns(), column.name) != nullptr;
      });
      if (everywhere) add(column.name);
    }
  }
  for (const std::string& name : mentions.names) add(name);
  return shown;
}

bool any_left_over(const std::vector<Table>& tables, const Shown& shown) {
  return std::any_of(tables.begin(), tables.end(), [&](const Table& table) {
    return std::any_of(
        table.columns().begin(), table.columns().end(), [&](const plan::Column& column) {
          return std::none_of(shown.begin(), shown.end(),
                              [&](const auto& one) { return one.first == column.name; });
        });
  });
}

/// One table's columns as the result shows them; `pack_` holds all others.
Table show(QueryBinder& binder, Table table, const Shown& shown, bool pack, Span span) {
  const std::string name = table.name;
  Projection projection;
  for (const auto& [column_name, type] : shown) {
    const plan::Column* column = column_named(table.columns(), column_name);
    plan::Expression value = column == nullptr ? plan::constant(Value::null(type), span)
                                               : binder.convert(plan::column(*column, span), type);
    projection.add({binder.fresh(column_name, type), std::move(value), 0});
  }
  if (pack) {
    std::vector<plan::Expression> pairs;
    for (const plan::Column& column : table.columns()) {
      const bool is_shown = std::any_of(shown.begin(), shown.end(),
                                        [&](const auto& one) { return one.first == column.name; });
      if (is_shown) continue;
      pairs.push_back(plan::constant(Value::string(column.name), span));
      pairs.push_back(plan::column(column, span));
    }
    plan::Expression bag = plan::constant(Value::null(Type::Dynamic), span);
    if (!pairs.empty()) bag = binder.call("bag_pack", std::move(pairs), span, Type::Dynamic);
    projection.add({binder.fresh("pack_", Type::Dynamic), std::move(bag), 0});
  }
  table = binder.project(std::move(table), projection, span);
  table.name = name;
  return table;
}

/// The columns after `project`; answers whether `pack(*)` is among them.
bool chosen_columns(QueryBinder& binder, const ast::Find& find, const plan::Schema& all,
                    Shown& shown) {
  bool pack = false;
  for (const ast::Find::Column& column : find.project) {
    if (column.pack) {
      pack = true;
      continue;
    }
    const plan::Column* known = column_named(all, column.name.text);
    if (known == nullptr) {
      binder.error(code::unknown_name, column.name.span,
                   fmt::format("'{}' is not a column of any of these tables", column.name.text),
                   binder.suggest_column(column.name.text));
      continue;
    }
    shown.emplace_back(known->name,
                       column.type.text.empty() ? known->type : binder.type_of(column.type));
  }
  return pack;
}

Table without(QueryBinder& binder, Table found, const ast::Find& find) {
  plan::Schema kept;
  for (const plan::Column& column : found.columns()) {
    const bool away = std::any_of(
        find.project_away.begin(), find.project_away.end(), [&](const ast::Find::Column& name) {
          return name.name.text == column.name ||
                 (name.name.text == "*" && column.id != found.columns()[0].id);
        });
    if (!away) kept.push_back(column);
  }
  const Span span = found.plan->span;
  return binder.keep_columns(std::move(found), kept, span);
}

}  // namespace

Table bind_find(QueryBinder& binder, const ast::Step& step, const ast::Find& find,
                const std::optional<Table>& input) {
  binder.must_be_first(input, step);
  binder.check_parameters(find.parameters,
                          {{"withsource", ParameterRule::Name, {}, "with_source"}});
  std::string source = QueryBinder::word_of(find.parameters, "withsource");
  if (source.empty()) source = QueryBinder::word_of(find.parameters, "with_source", "source_");
  std::vector<Table> tables = searched_tables(binder, find.tables, step.span);
  const plan::Schema all = all_columns(binder, tables);
  const bool open =
      std::any_of(tables.begin(), tables.end(), [](const Table& table) { return table.open; });
  check_predicate(binder, all, open, *find.predicate);
  Mentions mentions;
  mentions.read(*find.predicate, true);
  keep_mentioned(tables, mentions);
  if (tables.empty()) {
    return binder.empty_table({binder.fresh(source, Type::String)}, step.span, open);
  }
  Shown shown;
  bool pack = false;
  if (!find.project.empty() && !find.project_smart) {
    pack = chosen_columns(binder, find, all, shown);
  } else {
    shown = smart_columns(tables, mentions);
    pack = any_left_over(tables, shown);
  }
  filter_each(binder, tables, all, *find.predicate, step.span);
  for (Table& table : tables) table = show(binder, std::move(table), shown, pack, step.span);
  Table found = unite(binder, std::move(tables), source, false, step.span);
  if (find.project_away.empty()) return found;
  return without(binder, std::move(found), find);
}

}  // namespace vedette::binding
