#include "runtime/shell/kusto_names.h"

namespace vedette::shell {
namespace {

constexpr Probe operators[] = {
    {"as", "range n from 1 to 3 step 1 | as N | union (N)"},
    {"assert-schema", "print a = 1 | assert-schema (a: long)"},
    {"consume", "print a = 1 | consume"},
    {"count", "print a = 1 | count"},
    {"datatable", "datatable(a: long)[1, 2]"},
    {"distinct", "print a = 1 | distinct a"},
    {"evaluate", "print a = dynamic({'b': 1}) | evaluate bag_unpack(a)"},
    {"execute-and-cache", "", "caches results of a service"},
    {"extend", "print a = 1 | extend b = a"},
    {"externaldata", "externaldata(a: string)['data:,x'] with (format = txt) | where 1 == 2"},
    {"facet", "print a = 1, b = 2 | facet by a with (count)"},
    {"find", "let T = print a = 1; find in (T) where a == 1"},
    {"fork", "print a = 1 | fork (count) (extend b = 1)"},
    {"getschema", "print a = 1 | getschema"},
    {"graph-mark-components",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id | graph-mark-components"
     " | graph-to-table nodes"},
    {"graph-match",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e]->(y) project x.id, y.id"},
    {"graph-shortest-paths",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-shortest-paths (x)-[e*1..3]->(y) project x.id, y.id"},
    {"graph-to-table",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id | graph-to-table nodes"},
    {"graph-where-edges",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id | graph-where-edges true"
     " | graph-to-table nodes"},
    {"graph-where-nodes",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id | graph-where-nodes true"
     " | graph-to-table nodes"},
    {"inline_external_table",
     "inline_external_table (a: string) kind=storage dataformat=txt ('data:,x') | where 1 == 2"},
    {"invoke", "let f = (T: (a: long)) { T | count }; print a = 1 | invoke f()"},
    {"join", "print a = 1 | join kind=inner (print a = 1) on a"},
    {"limit", "print a = 1 | limit 1"},
    {"lookup", "print a = 1 | lookup (print a = 1, b = 2) on a"},
    {"macro-expand", "macro-expand entity_group [database('')] as g (print a = 1)"},
    {"make-graph", "print s = 'a', t = 'b' | make-graph s --> t | graph-to-table edges"},
    {"make-series", "range x from 1 to 9 step 1 | make-series count() on x from 1 to 9 step 2"},
    {"mv-apply", "print a = dynamic([1, 2]) | mv-apply a on (where a > 1)"},
    {"mv-expand", "print a = dynamic([1, 2]) | mv-expand a"},
    {"order", "print a = 1 | order by a"},
    {"parse", "print a = 'x=1' | parse a with 'x=' b: long"},
    {"parse-kv", "print a = 'x=1' | parse-kv a as (x: long) with (kv_delimiter = '=')"},
    {"parse-where", "print a = 'x=1' | parse-where a with 'x=' b: long"},
    {"partition", "range a from 1 to 4 step 1 | partition by a (top 1 by a)"},
    {"print", "print a = 1"},
    {"project", "print a = 1 | project b = a"},
    {"project-away", "print a = 1, b = 2 | project-away a"},
    {"project-by-names", "print a = 1, b = 2 | project-by-names dynamic(['a'])"},
    {"project-keep", "print a = 1, b = 2 | project-keep a"},
    {"project-rename", "print a = 1 | project-rename b = a"},
    {"project-reorder", "print a = 1, b = 2 | project-reorder b"},
    {"range", "range a from 1 to 3 step 1"},
    {"reduce", "print a = 'x' | reduce by a"},
    {"render", "print a = 1 | render table"},
    {"sample", "print a = 1 | sample 1"},
    {"sample-distinct", "print a = 1 | sample-distinct 1 of a"},
    {"scan", "print a = 1 | scan declare (b: long) with (step s: true => b = a;)"},
    {"search", "print a = 'x' | search 'x'"},
    {"serialize", "print a = 1 | serialize"},
    {"sort", "print a = 1 | sort by a asc nulls last"},
    {"summarize", "print a = 1 | summarize sum(a)"},
    {"take", "print a = 1 | take 1"},
    {"top", "print a = 1 | top 1 by a"},
    {"top-hitters", "print a = 1 | top-hitters 1 of a"},
    {"top-nested", "print a = 1 | top-nested 1 of a by sum(a)"},
    {"union", "union (print a = 1), (print b = 1)"},
    {"where", "print a = 1 | where a == 1"},
};

constexpr std::string_view outside = "calls another service";
constexpr std::string_view code = "runs code of another language";
constexpr std::string_view service = "is about the Kusto service itself";

constexpr Probe plugins[] = {
    {"active_users_count",
     "print u = 'a', t = datetime(2024-01-02) | evaluate active_users_count(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 2d, 1d, 1, 1d)"},
    {"activity_counts_metrics",
     "print u = 'a', t = datetime(2024-01-02) | evaluate activity_counts_metrics(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 1d)"},
    {"activity_engagement",
     "print u = 'a', t = datetime(2024-01-02) | evaluate activity_engagement(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 1d, 2d)"},
    {"activity_metrics",
     "print u = 'a', t = datetime(2024-01-02) | evaluate activity_metrics(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 1d)"},
    {"ai_chat_completion", "", outside},
    {"ai_chat_completion_prompt", "", outside},
    {"ai_embed_text", "", outside},
    {"ai_embeddings", "", outside},
    {"autocluster", "datatable(a: string, b: string)['x', 'y', 'x', 'y'] | evaluate autocluster()"},
    {"azure_digital_twins_query_request", "", outside},
    {"bag_unpack", "print a = dynamic({'b': 1}) | evaluate bag_unpack(a)"},
    {"basket", "datatable(a: string, b: string)['x', 'y', 'x', 'y'] | evaluate basket()"},
    {"cosmosdb_sql_request", "", outside},
    {"csharp", "", code},
    {"dax_request", "", outside},
    {"dcount_intersect", "print a = 1 | summarize h = hll(a) | evaluate dcount_intersect(h, h)"},
    {"diffpatterns",
     "datatable(s: string, a: string)['l', 'x', 'r', 'y'] | evaluate diffpatterns(s, 'l', 'r')"},
    {"estimate_rows_count", "range a from 1 to 3 step 1 | evaluate estimate_rows_count()"},
    {"execute_query", "", outside},
    {"execute_show_command", "", outside},
    {"external_datatable", "", outside},
    {"funnel_sequence",
     "print u = 'a', t = datetime(2024-01-02), s = 'x' | evaluate funnel_sequence(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 1d, 1d, s, dynamic(['x']))"},
    {"funnel_sequence_completion",
     "print u = 'a', t = datetime(2024-01-02), s = 'x' | evaluate funnel_sequence_completion(u,"
     " t, datetime(2024-01-01), datetime(2024-01-05), 1d, s, dynamic(['x']), dynamic([1d]))"},
    {"geo_line_lookup",
     "print lo = 1.0, la = 1.0 | evaluate geo_line_lookup((print l = dynamic({'type':"
     " 'LineString', 'coordinates': [[1, 1], [2, 2]]})), l, lo, la, 10)"},
    {"geo_polygon_lookup",
     "print lo = 1.0, la = 1.0 | evaluate geo_polygon_lookup((print p = dynamic({'type':"
     " 'Polygon', 'coordinates': [[[0, 0], [2, 0], [2, 2], [0, 0]]]})), p, lo, la)"},
    {"http_request", "", outside},
    {"http_request_post", "", outside},
    {"identity", "print a = 1 | evaluate identity()"},
    {"identity_v3", "", service},
    {"infer_storage_schema", "", outside},
    {"infer_storage_schema_with_suggestions", "", outside},
    {"ipv4_lookup",
     "print ip = '10.1.2.3' | evaluate ipv4_lookup((print net = '10.0.0.0/8'), ip, net)"},
    {"ipv6_lookup", "print ip = '::1' | evaluate ipv6_lookup((print net = '::/64'), ip, net)"},
    {"mysql_request", "", outside},
    {"narrow", "print a = 1, b = 'x' | evaluate narrow()"},
    {"new_activity_metrics",
     "print u = 'a', t = datetime(2024-01-02) | evaluate new_activity_metrics(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 1d)"},
    {"pivot", "datatable(a: string, b: long)['x', 1, 'y', 2] | evaluate pivot(a, sum(b))"},
    {"postgresql_request", "", outside},
    {"preview", "range a from 1 to 9 step 1 | evaluate preview(2)"},
    {"python", "", code},
    {"r", "", code},
    {"rolling_percentile",
     "range a from 1 to 9 step 1 | evaluate rolling_percentile(a, 50, a, 1, 3)"},
    {"rows_near", "range a from 1 to 9 step 1 | sort by a asc | evaluate rows_near(a == 5, 1)"},
    {"sequence_detect",
     "print t = datetime(2024-01-02), a = 'x' | evaluate sequence_detect(t, 1d, 1d,"
     " one = (a == 'x'), two = (a == 'y'), a)"},
    {"session_count", "print u = 'a', t = 5 | evaluate session_count(u, t, 0, 10, 2, 1)"},
    {"sliding_window_counts",
     "print u = 'a', t = datetime(2024-01-02) | evaluate sliding_window_counts(u, t,"
     " datetime(2024-01-01), datetime(2024-01-05), 2d, 1d)"},
    {"sql_request", "", outside},
};

constexpr Probe special_functions[] = {
    {"all",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e*1..2]->(y) where all(e, s != '') project x.id"},
    {"any",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e*1..2]->(y) where any(e, s != '') project x.id"},
    {"cluster", "", "reaches another cluster; `database()` names the local one"},
    {"database", "print a = 1 | as T | union (T)"},
    {"entity_group", "macro-expand entity_group [database('')] as g (print a = 1)"},
    {"external_table", "", "external tables belong to the service; `externaldata` reads files"},
    {"graph", "", "stored graph models belong to the service; `make-graph` makes one"},
    {"inner_nodes",
     "let N = print id = 'a', v = 1; print s = 'a', t = 'b' | make-graph s --> t with N on id"
     " | graph-match (x)-[e*1..2]->(y) project map(inner_nodes(e), v)"},
    {"labels", "", "labels belong to stored graph models"},
    {"map",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e*1..2]->(y) project map(e, s)"},
    {"materialized_view", "", "there are no materialized views; name the table"},
    {"node_degree_in",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e]->(y) project node_degree_in(y)"},
    {"node_degree_out",
     "print s = 'a', t = 'b' | make-graph s --> t with_node_id = id"
     " | graph-match (x)-[e]->(y) project node_degree_out(x)"},
    {"node_id",
     "print s = 'a', t = 'b' | make-graph s --> t | graph-match (x)-[e]->(y) project node_id(x)"},
    {"row_rank", "print a = 1 | serialize | extend r = row_rank(a)"},
    {"stored_query_result", "", "there are no stored query results; keep one with `.set`"},
    {"table", "let T = print a = 1; table('T')"},
};

}  // namespace

std::span<const Probe> kusto_operators() {
  return operators;
}

std::span<const Probe> kusto_plugins() {
  return plugins;
}

std::span<const Probe> kusto_special_functions() {
  return special_functions;
}

}  // namespace vedette::shell
