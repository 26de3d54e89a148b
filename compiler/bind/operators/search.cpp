#include "compiler/bind/operators/search.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/operators/union.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
std::vector<Table> searched_tables(QueryBinder& binder, const ast::Expressions& expressions,
                                   Span span) {
  if (!expressions.empty()) return bind_tables(binder, expressions);
  std::vector<Table> tables;
  for (const std::string& name : binder.all_tables()) {
    tables.push_back(binder.bind_table_name({name, span}));
  }
  for (const std::string& name : binder.views()) {
    tables.push_back(binder.bind_table_name({name, span}));
  }
  return tables;
}

namespace {

Table filter(Table input, plan::Expression predicate, Span span) {
  plan::Schema output = input.columns();
  input.plan = plan::make(plan::Filter{std::move(input.plan), std::move(predicate)},
                          std::move(output), span);
  return input;
}

}  // namespace

void filter_each(QueryBinder& binder, std::vector<Table>& tables, const plan::Schema& all,
                 const ast::Expression& predicate, Span span) {
  for (Table& table : tables) {
    RowScope rows = rows_of(table);
    rows.absent = &all;
    const Temporarily scope(binder.rows, std::optional(rows));
    const Temporarily searching(binder.searching, true);
    Bound bound = binder.bind_quietly([&] { return binder.bind_search_term(predicate); });
    table = filter(std::move(table), binder.convert(std::move(bound.value), Type::Bool), span);
  }
}

void check_predicate(QueryBinder& binder, const plan::Schema& all, bool open,
                     const ast::Expression& predicate) {
  const Temporarily scope(binder.rows, std::optional(RowScope{&all, open}));
  const Temporarily searching(binder.searching, true);
  const Bound bound = binder.bind_search_term(predicate);
  binder.check_type(bound, Type::Bool);
}

plan::Schema all_columns(QueryBinder& binder, const std::vector<Table>& tables) {
  std::vector<const plan::Schema*> schemas;
  for (const Table& table : tables) schemas.push_back(&table.columns());
  plan::Schema all;
  for (const UnifiedColumn& column : unify(schemas, false)) {
    all.push_back(binder.fresh(column.name, column.type));
  }
  return all;
}

Table bind_search(QueryBinder& binder, const ast::Step& step, const ast::Search& search,
                  std::optional<Table> input) {
  binder.check_parameters(
      search.parameters,
      {{"kind", ParameterRule::Word, {"default", "case_insensitive", "case_sensitive"}}});
  const bool cased = QueryBinder::word_of(search.parameters, "kind") == "case_sensitive";
  const Temporarily case_of_letters(binder.searching_cased, cased);
  if (!search.tables.empty()) binder.must_be_first(input, step);
  std::vector<Table> tables;
  if (input && search.tables.empty()) {
    tables.push_back(std::move(*input));
  } else {
    tables = searched_tables(binder, search.tables, step.span);
  }
  const plan::Schema all = all_columns(binder, tables);
  const bool open =
      std::any_of(tables.begin(), tables.end(), [](const Table& table) { return table.open; });
  check_predicate(binder, all, open, *search.predicate);
  if (tables.empty()) {
    return binder.empty_table({binder.fresh("$table", Type::String)}, step.span);
  }
  filter_each(binder, tables, all, *search.predicate, step.span);
  for (Table& table : tables) {
    if (table.name.empty()) table.name = "search_arg0";
  }
  return unite(binder, std::move(tables), "$table", false, step.span);
}

}  // namespace vedette::binding
