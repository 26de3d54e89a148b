#include "compiler/bind/operators/union.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {

std::vector<UnifiedColumn> unify(const std::vector<const plan::Schema*>& inputs, bool common_only) {
  struct Variant {
    Type type;
    std::vector<std::pair<size_t, plan::ColumnId>> sources;  // input, its column
  };
  struct Seen {
    std::string name;
    std::vector<Variant> variants;
    size_t inputs = 0;
    size_t last_input = 0;
  };
  std::vector<Seen> seen;
  std::unordered_map<std::string, size_t> index_of;
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (const plan::Column& column : *inputs[i]) {
      const auto [found, added] = index_of.try_emplace(column.name, seen.size());
      if (added) seen.push_back({.name = column.name});
      Seen& entry = seen[found->second];
      if (entry.inputs == 0 || entry.last_input != i) ++entry.inputs;
      entry.last_input = i;
      auto variant = std::ranges::find(entry.variants, column.type, &Variant::type);
      if (variant == entry.variants.end()) {
        variant = entry.variants.insert(variant, {column.type, {}});
      }
      const bool again = !variant->sources.empty() && variant->sources.back().first == i;
      if (!again) variant->sources.emplace_back(i, column.id);
    }
  }
  std::vector<UnifiedColumn> unified;
  UniqueNames names;
  for (const Seen& entry : seen) {
    if (common_only && entry.inputs < inputs.size()) continue;
    for (const Variant& variant : entry.variants) {
      const std::string_view type = variant.type == Type::Error ? "unknown" : name_of(variant.type);
      const bool conflict = entry.variants.size() > 1;
      UnifiedColumn column{
          names.take(conflict ? fmt::format("{}_{}", entry.name, type) : entry.name),
          variant.type,
          {}};
      column.sources.resize(inputs.size());
      for (const auto& [input, id] : variant.sources) column.sources[input] = id;
      unified.push_back(std::move(column));
    }
  }
  return unified;
}

Table unite(QueryBinder& binder, std::vector<Table> inputs, const std::string& source_column,
            bool common_only, Span span) {
  std::optional<plan::Column> source;
  std::vector<plan::ColumnId> source_ids;
  std::vector<const plan::Schema*> schemas;
  bool open = false, from_rows = false;
  for (const Table& input : inputs) {
    schemas.push_back(&input.columns());
    open |= input.open;
    from_rows |= input.from_rows;
  }
  std::vector<UnifiedColumn> unified = unify(schemas, common_only);
  plan::Schema output;
  if (!source_column.empty()) {
    source = binder.fresh(source_column, Type::String);
    output.push_back(*source);
  }
  plan::Union step;
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::vector<std::optional<plan::ColumnId>> columns;
    if (source) {
      Projection projection;
      const std::string name =
          inputs[i].name.empty() ? fmt::format("union_arg{}", i) : inputs[i].name;
      const plan::Column column = binder.fresh(source_column, Type::String);
      for (const plan::Column& passed : inputs[i].columns()) {
        if (passed.name != source_column) projection.add(binder.pass(passed));
      }
      projection.add({column, plan::constant(Value::string(name), span), 0});
      columns.push_back(column.id);
      inputs[i] = binder.project(std::move(inputs[i]), projection, span);
    }
    for (const UnifiedColumn& column : unified) columns.push_back(column.sources[i]);
    step.columns.push_back(std::move(columns));
  }
  for (const UnifiedColumn& column : unified) {
    if (source && column.name == source_column) continue;
    output.push_back(binder.fresh(column.name, column.type));
  }
  if (source) {
    // A column of the inputs that has the name of the source column gives way.
    for (size_t k = unified.size(); k-- > 0;) {
      if (unified[k].name != source_column) continue;
      for (auto& columns : step.columns) columns.erase(columns.begin() + 1 + static_cast<long>(k));
    }
  }
  for (Table& input : inputs) step.inputs.push_back(std::move(input.plan));
  Table result{.plan = plan::make(std::move(step), std::move(output), span)};
  result.open = open;
  result.from_rows = from_rows;
  return result;
}

std::vector<Table> bind_tables(QueryBinder& binder, const ast::Expressions& expressions) {
  std::vector<Table> tables;
  for (const ast::ExpressionPtr& expression : expressions) {
    const auto* wildcard = std::get_if<ast::Wildcard>(&expression->node);
    const auto* path = std::get_if<ast::Member>(&expression->node);
    if (path != nullptr) {  // database('d').T*
      const auto* below = std::get_if<ast::Wildcard>(&path->member->node);
      if (below != nullptr && !binder.names_other_database(*path->object)) wildcard = below;
    }
    const bool star = std::holds_alternative<ast::Star>(expression->node);
    if (wildcard == nullptr && !star) {
      Table table = binder.bind_table(*expression);
      if (!table.missing || !binder.fuzzy) tables.push_back(std::move(table));
      continue;
    }
    const std::string pattern = star ? "*" : wildcard->pattern;
    const std::vector<std::string> names = binder.tables_like(pattern);
    if (names.empty() && !binder.fuzzy) {
      binder.error(code::unknown_table, expression->span,
                   fmt::format("no table is like '{}'", pattern));
    }
    for (const std::string& name : names) {
      tables.push_back(binder.bind_table_name({name, expression->span}));
    }
  }
  return tables;
}

Table bind_union(QueryBinder& binder, const ast::Step& step, const ast::Union& node,
                 std::optional<Table> input) {
  binder.check_parameters(node.parameters, {{"kind", ParameterRule::Word, {"inner", "outer"}},
                                            {"withsource", ParameterRule::Name, {}, "with_source"},
                                            {"isfuzzy", ParameterRule::Bool},
                                            {"best_effort", ParameterRule::Bool}});
  const bool forgiving =
      binder.best_effort() || QueryBinder::word_of(node.parameters, "isfuzzy") == "true";
  std::string source = QueryBinder::word_of(node.parameters, "withsource");
  if (source.empty()) source = QueryBinder::word_of(node.parameters, "with_source");
  const bool inner = QueryBinder::word_of(node.parameters, "kind") == "inner";
  std::vector<Table> tables;
  if (input && !(input->missing && (forgiving || binder.fuzzy))) {
    tables.push_back(std::move(*input));
  }
  {
    const Temporarily fuzzy(binder.fuzzy, binder.fuzzy || forgiving);
    for (Table& table : bind_tables(binder, node.tables)) tables.push_back(std::move(table));
  }
  if (tables.empty()) return binder.unknown_table(step.span);
  if (tables.size() == 1 && source.empty()) return std::move(tables[0]);
  return unite(binder, std::move(tables), source, inner, step.span);
}

}  // namespace vedette::binding
