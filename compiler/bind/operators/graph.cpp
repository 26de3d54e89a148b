// Graphs: make-graph, graph-match, graph-to-table and their kin, which are not supported yet.
#include "compiler/bind/operators.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

Table not_yet(StepContext context, std::string_view name) {
  context.binder.unsupported(context.step.keyword_span,
                             fmt::format("operator '{}' is not supported yet", name));
  return context.binder.unknown_table(context.span());
}

}  // namespace

Table bind_make_graph(StepContext context, const ast::MakeGraph&) {
  return not_yet(std::move(context), "make-graph");
}

Table bind_graph_match(StepContext context, const ast::GraphMatch& match) {
  return not_yet(std::move(context), match.shortest_paths ? "graph-shortest-paths" : "graph-match");
}

Table bind_graph_to_table(StepContext context, const ast::GraphToTable&) {
  return not_yet(std::move(context), "graph-to-table");
}

Table bind_graph_mark_components(StepContext context, const ast::GraphMarkComponents&) {
  return not_yet(std::move(context), "graph-mark-components");
}

}  // namespace vedette::binding
