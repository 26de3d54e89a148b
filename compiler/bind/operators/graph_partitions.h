// make-graph ... partitioned-by: a subquery for each partition of a graph by itself.
#pragma once

#include "compiler/bind/query_binder.h"

namespace vedette::binding {

/// What a subquery answers for each partition of a graph, all in one table.
Table bind_graph_partitions(QueryBinder& binder, const ast::Expression& subquery, Table graph,
                            Span span);

}  // namespace vedette::binding
