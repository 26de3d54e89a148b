// One declaration a tabular operator: how it is bound, and how it is documented.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/bind/query_binder.h"

namespace vedette {

/// An example of an operator: a whole query and its result as `.test` files show it.
struct OperatorExample {
  std::string_view query;
  std::string_view result;
};

/// What help and the reference pages say about a tabular operator.
struct TabularOperator {
  std::string_view name;
  std::vector<std::string_view> aliases = {};
  std::string_view syntax;
  std::string_view summary;
  std::vector<OperatorExample> examples = {};
  std::string_view difference = {};  // from Kusto, if any
};

/// All operators, in alphabetical order.
std::span<const TabularOperator> tabular_operators();

namespace binding {

/// Binds one step; `input` is what flows into it, if anything does.
Table bind_operator(QueryBinder& binder, const ast::Step& step, std::optional<Table> input);

/// What an operator is given: its input is never absent.
struct StepContext {
  QueryBinder& binder;
  const ast::Step& step;
  Table input;
  Span span() const { return step.span; }
};

/// The columns of a table, for names to refer to.
inline RowScope rows_of(const Table& table) {
  return {&table.columns(), table.open, table.missing, nullptr, table.from_rows};
}

// Filtering, computing and choosing columns.
Table bind_where(StepContext context, const ast::Where& where);
Table bind_extend(StepContext context, const ast::Extend& extend);
Table bind_project(StepContext context, const ast::Project& project);
Table bind_project_away(StepContext context, const ast::ProjectAway& project);
Table bind_project_keep(StepContext context, const ast::ProjectKeep& project);
Table bind_project_rename(StepContext context, const ast::ProjectRename& project);
Table bind_project_reorder(StepContext context, const ast::ProjectReorder& project);
Table bind_project_by_names(StepContext context, const ast::ProjectByNames& project);
Table bind_serialize(StepContext context, const ast::Serialize& serialize);
Table bind_print(QueryBinder& binder, const ast::Step& step, const ast::Print& print);

// Grouping.
Table bind_summarize(StepContext context, const ast::Summarize& summarize);
Table bind_distinct(StepContext context, const ast::Distinct& distinct);
Table bind_count(StepContext context, const ast::Count& count);
Table bind_make_series(StepContext context, const ast::MakeSeries& make_series);
Table bind_top_hitters(StepContext context, const ast::TopHitters& top_hitters);
Table bind_top_nested(StepContext context, const ast::TopNested& top_nested);
Table bind_reduce(StepContext context, const ast::Reduce& reduce);

// Order and number of rows.
plan::Sort::Key sort_key(QueryBinder& binder, const ast::OrderedExpression& ordered,
                         bool allow_dynamic);
Table bind_sort(StepContext context, const ast::Sort& sort);
Table bind_take(StepContext context, const ast::Take& take);
Table bind_top(StepContext context, const ast::Top& top);
Table bind_sample(StepContext context, const ast::Sample& sample);
Table bind_sample_distinct(StepContext context, const ast::SampleDistinct& sample);

// Bringing tables together.
Table bind_join(StepContext context, const ast::Join& join);
Table bind_lookup(StepContext context, const ast::Lookup& lookup);
Table bind_union(QueryBinder& binder, const ast::Step& step, const ast::Union& node,
                 std::optional<Table> input);
Table bind_search(QueryBinder& binder, const ast::Step& step, const ast::Search& search,
                  std::optional<Table> input);
Table bind_find(QueryBinder& binder, const ast::Step& step, const ast::Find& find,
                const std::optional<Table>& input);
Table bind_invoke(StepContext context, const ast::Invoke& invoke);
Table bind_macro_expand(QueryBinder& binder, const ast::Step& step, const ast::MacroExpand& expand);
Table bind_evaluate(QueryBinder& binder, const ast::Step& step, const ast::Evaluate& evaluate,
                    std::optional<Table> input);

// Taking text and arrays apart.
Table bind_parse(StepContext context, const ast::Parse& parse);
/// Shows results among the columns a table had before: in place of those of one name, or behind.
Table add_or_replace(QueryBinder& binder, Table table, const plan::Schema& before,
                     const plan::Schema& results, Span span);
Table bind_parse_kv(StepContext context, const ast::ParseKv& parse_kv);
Table bind_mv_expand(StepContext context, const ast::MvExpand& expand);
Table bind_mv_apply(StepContext context, const ast::MvApply& apply);

// Queries within queries.
Table bind_as(StepContext context, const ast::As& as);
Table bind_facet(StepContext context, const ast::Facet& facet);
Table bind_fork(StepContext context, const ast::Fork& fork);
Table bind_partition(StepContext context, const ast::Partition& partition);
Table bind_scan(StepContext context, const ast::Scan& scan);

// Graphs.
Table bind_make_graph(StepContext context, const ast::MakeGraph& make_graph);
Table bind_graph_match(StepContext context, const ast::GraphMatch& graph_match);
Table bind_graph_to_table(StepContext context, const ast::GraphToTable& graph_to_table);
Table bind_graph_mark_components(StepContext context, const ast::GraphMarkComponents& mark);
Table bind_graph_where(StepContext context, const ast::GraphWhere& graph_where);

// The rest.
Table bind_range(QueryBinder& binder, const ast::Step& step, const ast::Range& range);
Table bind_get_schema(StepContext context, const ast::GetSchema& get_schema);
Table bind_render(StepContext context, const ast::Render& render);
Table bind_consume(StepContext context, const ast::Consume& consume);

}  // namespace binding
}  // namespace vedette
