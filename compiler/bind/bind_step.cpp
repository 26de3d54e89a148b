// Which function binds which tabular operator.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// Steps that have no input, or that may have none.
template <typename... Steps> struct Any {
  template <typename Step> static constexpr bool has = (std::is_same_v<Step, Steps> || ...);
};
using Sources = Any<ast::Print, ast::Range, ast::Union, ast::Search, ast::Find, ast::Evaluate,
                    ast::MacroExpand>;
/// Steps that go on from a graph.
using Graphs = Any<ast::GraphMatch, ast::GraphToTable, ast::GraphMarkComponents, ast::GraphWhere>;

Table not_supported(QueryBinder& binder, const ast::Step& step, std::string_view name,
                    Table input) {
  binder.unsupported(step.keyword_span, fmt::format("operator '{}' is not supported yet", name));
  input.open = true;
  return input;
}

Table bind_source(QueryBinder& binder, const ast::Step& step, std::optional<Table> input) {
  return std::visit(
      plan::Overloaded{
          [&](const ast::Print& node) {
            binder.must_be_first(input, step);
            return bind_print(binder, step, node);
          },
          [&](const ast::Range& node) {
            binder.must_be_first(input, step);
            return bind_range(binder, step, node);
          },
          [&](const ast::Union& node) { return bind_union(binder, step, node, std::move(input)); },
          [&](const ast::Search& node) {
            return bind_search(binder, step, node, std::move(input));
          },
          [&](const ast::Find& node) { return bind_find(binder, step, node, input); },
          [&](const ast::Evaluate& node) {
            return bind_evaluate(binder, step, node, std::move(input));
          },
          [&](const ast::MacroExpand& node) {
            binder.must_be_first(input, step);
            return bind_macro_expand(binder, step, node);
          },
          [&](const auto&) { return binder.unknown_table(step.span); },
      },
      step.node);
}

}  // namespace

Table bind_operator(QueryBinder& binder, const ast::Step& step, std::optional<Table> input) {
  const bool of_graphs = std::visit(
      [](const auto& node) { return Graphs::has<std::remove_cvref_t<decltype(node)>>; }, step.node);
  if (input && input->graph && !of_graphs) {
    binder.cannot_run_yet(step.keyword_span, "a graph needs graph-match or graph-to-table first");
    input = binder.empty_table({}, step.span);
  }
  const bool source =
      std::visit([](const auto& node) { return Sources::has<std::remove_cvref_t<decltype(node)>>; },
                 step.node);
  if (source) return bind_source(binder, step, std::move(input));
  StepContext context{binder, step, binder.take_input(input, step)};
  return std::visit(
      plan::Overloaded{
          [&](const ast::Where& node) { return bind_where(std::move(context), node); },
          [&](const ast::Extend& node) { return bind_extend(std::move(context), node); },
          [&](const ast::Project& node) { return bind_project(std::move(context), node); },
          [&](const ast::ProjectAway& node) { return bind_project_away(std::move(context), node); },
          [&](const ast::ProjectKeep& node) { return bind_project_keep(std::move(context), node); },
          [&](const ast::ProjectRename& node) {
            return bind_project_rename(std::move(context), node);
          },
          [&](const ast::ProjectReorder& node) {
            return bind_project_reorder(std::move(context), node);
          },
          [&](const ast::ProjectByNames& node) {
            return bind_project_by_names(std::move(context), node);
          },
          [&](const ast::Serialize& node) { return bind_serialize(std::move(context), node); },
          [&](const ast::Summarize& node) { return bind_summarize(std::move(context), node); },
          [&](const ast::Distinct& node) { return bind_distinct(std::move(context), node); },
          [&](const ast::Count& node) { return bind_count(std::move(context), node); },
          [&](const ast::MakeSeries& node) { return bind_make_series(std::move(context), node); },
          [&](const ast::TopHitters& node) { return bind_top_hitters(std::move(context), node); },
          [&](const ast::TopNested& node) { return bind_top_nested(std::move(context), node); },
          [&](const ast::Reduce& node) { return bind_reduce(std::move(context), node); },
          [&](const ast::Sort& node) { return bind_sort(std::move(context), node); },
          [&](const ast::Take& node) { return bind_take(std::move(context), node); },
          [&](const ast::Top& node) { return bind_top(std::move(context), node); },
          [&](const ast::Sample& node) { return bind_sample(std::move(context), node); },
          [&](const ast::SampleDistinct& node) {
            return bind_sample_distinct(std::move(context), node);
          },
          [&](const ast::Join& node) { return bind_join(std::move(context), node); },
          [&](const ast::Lookup& node) { return bind_lookup(std::move(context), node); },
          [&](const ast::Invoke& node) { return bind_invoke(std::move(context), node); },
          [&](const ast::Parse& node) { return bind_parse(std::move(context), node); },
          [&](const ast::ParseKv& node) { return bind_parse_kv(std::move(context), node); },
          [&](const ast::MvExpand& node) { return bind_mv_expand(std::move(context), node); },
          [&](const ast::MvApply& node) { return bind_mv_apply(std::move(context), node); },
          [&](const ast::As& node) { return bind_as(std::move(context), node); },
          [&](const ast::Facet& node) { return bind_facet(std::move(context), node); },
          [&](const ast::Fork& node) { return bind_fork(std::move(context), node); },
          [&](const ast::Partition& node) { return bind_partition(std::move(context), node); },
          [&](const ast::PartitionBy&) {
            return not_supported(binder, step, "__partitionby", std::move(context.input));
          },
          [&](const ast::Scan& node) { return bind_scan(std::move(context), node); },
          [&](const ast::MakeGraph& node) { return bind_make_graph(std::move(context), node); },
          [&](const ast::GraphMatch& node) { return bind_graph_match(std::move(context), node); },
          [&](const ast::GraphToTable& node) {
            return bind_graph_to_table(std::move(context), node);
          },
          [&](const ast::GraphMarkComponents& node) {
            return bind_graph_mark_components(std::move(context), node);
          },
          [&](const ast::GraphWhere& node) { return bind_graph_where(std::move(context), node); },
          [&](const ast::GetSchema& node) { return bind_get_schema(std::move(context), node); },
          [&](const ast::Consume& node) { return bind_consume(std::move(context), node); },
          [&](const ast::ExecuteAndCache&) { return std::move(context.input); },
          [&](const ast::AssertSchema&) { return std::move(context.input); },
          [&](const ast::Render& node) { return bind_render(std::move(context), node); },
          [&](const auto&) { return std::move(context.input); },
      },
      step.node);
}

}  // namespace vedette::binding
