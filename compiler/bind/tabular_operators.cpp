// What help and the reference pages say about the tabular operators; every example runs as a test.
#include "compiler/bind/operators.h"

namespace vedette {
namespace {

const std::vector<TabularOperator>& records() {
  static const std::vector<TabularOperator> operators = {
      {.name = "as",
       .syntax = "T | as [hint.materialized=true] Name",
       .summary = "Names a table on the way, so that later parts of the query can use it.",
       .examples = {{"range n from 1 to 3 step 1 | as Numbers | where n < 3 | count",
                     "Count:long\n2"}}},
      {.name = "consume",
       .syntax = "T | consume",
       .summary = "Reads all rows and gives none: the query has no result."},
      {.name = "count",
       .syntax = "T | count",
       .summary = "Counts the rows.",
       .examples = {{"range n from 1 to 3 step 1 | count", "Count:long\n3"}}},
      {.name = "datatable",
       .syntax = "datatable(Name: type, ...) [value, ...]",
       .summary = "Makes a table of the values written in the query, row after row.",
       .examples = {{"datatable(User: string, n: long) ['ann', 1, 'bob', 2] | where n > 1",
                     "User:string  n:long\nbob          2"}}},
      {.name = "distinct",
       .syntax = "T | distinct Column, ... or *",
       .summary = "Keeps one row of each combination of values.",
       .examples = {{"datatable(a: long) [1, 2, 1] | distinct a", "a:long\n1\n2"}}},
      {.name = "extend",
       .syntax = "T | extend [Name =] expression, ...",
       .summary = "Adds computed columns; a column of the same name is replaced.",
       .examples = {{"print a = 2 | extend b = a * a", "a:long  b:long\n2       4"}}},
      {.name = "externaldata",
       .syntax = "externaldata(Name: type, ...) [URI, ...] [with (format=..., "
                 "ignoreFirstRecord=true)]",
       .summary = "Reads rows of files or URLs that the query names.",
       .difference = "URLs are read from local files that the user maps them to."},
      {.name = "facet",
       .syntax = "T | facet by Column, ... [with (subquery)]",
       .summary = "Gives a table for each column, with its values and how often they occur.",
       .examples = {{"datatable(a: string) ['x', 'y', 'x'] | facet by a",
                     "a:string  count_a:long\nx         2\ny         1"}}},
      {.name = "find",
       .syntax = "find [withsource=Name] [in (Table, ...)] where predicate [project Column, ... "
                 "[, pack(*)]]",
       .summary = "Finds the rows of several tables for which a predicate holds.",
       .examples = {{"let A = datatable(n: long) [1, 2]; let B = datatable(n: long) [2, 3];\n"
                     "find in (A, B) where n > 1 project n",
                     "source_:string  n:long\nA               2\nB               2\n"
                     "B               3"}}},
      {.name = "fork",
       .syntax = "T | fork [Name=](subquery) [Name=](subquery) ...",
       .summary = "Runs several subqueries over the same rows; each gives a result of its own.",
       .examples = {{"range n from 1 to 3 step 1 | fork (count)", "Count:long\n3"}}},
      {.name = "getschema",
       .syntax = "T | getschema",
       .summary = "Makes a row of each column: its name, place and type.",
       .examples = {{"print a = 1, b = 'x' | getschema | project ColumnName, ColumnType",
                     "ColumnName:string  ColumnType:string\n"
                     "a                  long\n"
                     "b                  string"}}},
      {.name = "graph-mark-components",
       .syntax = "G | graph-mark-components [kind=weak|strong] [with_component_id=Name]",
       .summary = "Numbers the connected components of a graph and shows each node's as a column; "
                  "strong ones are connected in both directions.",
       .examples = {{"datatable(a: string, b: string) ['x', 'y', 'u', 'v']\n"
                     "| make-graph a --> b with_node_id=id\n"
                     "| graph-mark-components with_component_id=part\n"
                     "| graph-to-table nodes",
                     "id:string  part:long\n"
                     "x          0\ny          0\nu          1\nv          1"}}},
      {.name = "graph-match",
       .syntax =
           "G | graph-match [cycles=unique_edges|all|none] (a)-[e]->(b)<-[path*1..3]-(c), ... "
           "[where condition] project [Name =] expression, ...",
       .summary =
           "Finds all places of a graph that look like a pattern. Columns of nodes and edges are "
           "read as `a.Name`; those of a path with its number of edges are arrays. For paths there "
           "are all(path, condition), any(path, condition) and map(path, expression), with "
           "inner_nodes(path) for the nodes within; for nodes node_degree_in(), node_degree_out() "
           "and node_id().",
       .examples = {{"datatable(who: string, boss: string) ['bob', 'ann', 'dan', 'bob']\n"
                     "| make-graph who --> boss with_node_id=name\n"
                     "| graph-match (low)-[path*1..3]->(top)\n"
                     "  where top.name == 'ann'\n"
                     "  project low.name, via = map(inner_nodes(path), name)",
                     "low_name:string  via:dynamic\n"
                     "bob              []\n"
                     "dan              [\"bob\"]"}}},
      {.name = "graph-shortest-paths",
       .syntax = "G | graph-shortest-paths [output=any|all] (a)-[path*1..9]->(b) [where condition] "
                 "project [Name =] expression, ...",
       .summary =
           "Finds the shortest paths between each two ends of a pattern: one of them, or all "
           "of the least length.",
       .examples = {{"datatable(a: string, b: string) ['x', 'y', 'y', 'z', 'z', 'u', 'x', 'z']\n"
                     "| make-graph a --> b with_node_id=id\n"
                     "| graph-shortest-paths (p)-[path*1..5]->(q)\n"
                     "  where p.id == 'x' and q.id == 'u'\n"
                     "  project via = map(inner_nodes(path), id)",
                     "via:dynamic\n[\"z\"]"}}},
      {.name = "graph-to-table",
       .syntax = "G | graph-to-table nodes [with_node_id=Name]\n"
                 "G | graph-to-table edges [with_source_id=Name] [with_target_id=Name]\n"
                 "G | graph-to-table nodes as Nodes, edges as Edges; ...",
       .summary = "Makes a table of the nodes of a graph, or of its edges, with the hashes of ids "
                  "when asked. Both together are names for the statements that follow.",
       .examples = {{"datatable(a: string, b: string) ['x', 'y', 'x', 'z']\n"
                     "| make-graph a --> b with_node_id=id | graph-to-table nodes",
                     "id:string\nx\ny\nz"}}},
      {.name = "inline_external_table",
       .syntax = "inline_external_table (Name: type, ...) kind=storage dataformat=... (URI, ...) "
                 "[with (includeHeaders='All')]",
       .summary = "Reads rows of files or URLs that the query names.",
       .difference = "URLs are read from local files that the user maps them to; paths are not "
                     "taken apart into columns, and Delta tables are not read."},
      {.name = "invoke",
       .syntax = "T | invoke function(argument, ...)",
       .summary = "Calls a function whose first parameter is the table.",
       .examples = {{"let small = (T: (n: long), most: long) { T | where n <= most };\n"
                     "range n from 1 to 9 step 1 | invoke small(2)",
                     "n:long\n1\n2"}}},
      {.name = "join",
       .syntax = "Left | join [kind=Kind] [hints] (Right) on Key, ... or $left.a == $right.b",
       .summary =
           "Pairs the rows of two tables whose keys are equal. Kinds: innerunique (the default: "
           "one row of the left side for each key), inner, leftouter, rightouter, fullouter, "
           "leftsemi, rightsemi, leftanti, rightanti.",
       .examples = {{"datatable(k: long, a: string) [1, 'x', 2, 'y']\n"
                     "| join kind=inner (datatable(k: long, b: string) [2, 'z']) on k",
                     "k:long  a:string  k1:long  b:string\n"
                     "2       y         2        z"}}},
      {.name = "lookup",
       .syntax = "Facts | lookup [kind=leftouter|inner] (Dimension) on Key, ...",
       .summary = "Adds the columns of a small table of facts to the rows.",
       .examples = {{"datatable(k: long) [1, 2]\n"
                     "| lookup (datatable(k: long, b: string) [2, 'z']) on k",
                     "k:long  b:string\n1       \"\"\n2       z"}}},
      {.name = "make-graph",
       .syntax = "Edges | make-graph Source --> Target [with Nodes on Id, ... | with_node_id=Name] "
                 "[partitioned-by Column (G | ...)]",
       .summary =
           "Makes a graph whose edges are rows and whose nodes are the ids in two columns. Nodes "
           "get the columns of their tables; rows of one id are one node, and ids of no table are "
           "nodes with nothing but their id. With partitioned-by there is a graph for each value.",
       .examples =
           {{"datatable(a: string, b: string) ['x', 'y', 'y', 'z']\n"
             "| make-graph a --> b with (datatable(id: string, n: long) ['x', 1, 'y', 2]) on id\n"
             "| graph-match (p)-->(q) project p.n, q.id, q.n",
             "p_n:long  q_id:string  q_n:long\n"
             "1         y            2\n"
             "2         z            null"}}},
      {.name = "make-series",
       .syntax = "T | make-series [kind=nonempty] [Name =] aggregate [default=value], ... on Axis "
                 "[from first] [to end] step step [by expression, ...]",
       .summary =
           "Aggregates along an axis: an array with a value for each step, in a row for each "
           "group.",
       .examples = {{"datatable(t: long, n: long) [1, 5, 3, 7]\n"
                     "| make-series Sum = sum(n) on t from 1 to 5 step 1",
                     "Sum:dynamic  t:dynamic\n[5,0,7,0]    [1,2,3,4]"}}},
      {.name = "mv-apply",
       .syntax = "T | mv-apply [with_itemindex=Name] Column [to typeof(type)], ... [limit n] on "
                 "(subquery)",
       .summary =
           "Runs a subquery over the elements of each row's array, and joins what it gives to "
           "the row.",
       .examples = {{"datatable(k: string, a: dynamic) ['x', dynamic([3, 1, 2])]\n"
                     "| mv-apply a to typeof(long) on (summarize Most = max(a))",
                     "k:string  Most:long\nx         3"}}},
      {.name = "mv-expand",
       .aliases = {"mvexpand"},
       .syntax = "T | mv-expand [with_itemindex=Name] Column [to typeof(type)], ... [limit n]",
       .summary = "Makes a row of each element of an array, or of each property of a bag.",
       .examples = {{"print a = dynamic([1, 2]) | mv-expand a to typeof(long)", "a:long\n1\n2"}}},
      {.name = "parse",
       .syntax = "T | parse [kind=simple|relaxed|regex] Text with 'words' Name[: type] * ...",
       .summary = "Cuts a text at known words, and makes columns of what is between them.",
       .examples =
           {{"print t = 'user ann, port 22' | parse t with 'user ' User ', port ' Port: long"
             " | project User, Port",
             "User:string  Port:long\nann          22"}}},
      {.name = "parse-kv",
       .syntax = "T | parse-kv Text as (Key: type, ...) [with (pair_delimiter=..., "
                 "kv_delimiter=..., quote=..., escape=..., greedy=true)] or [with (regex=...)]",
       .summary = "Reads keys and values from a text, and makes columns of the keys asked for.",
       .examples = {{"print s = 'user=ann port=22'\n"
                     "| parse-kv s as (port: long, user: string) with (pair_delimiter=' ', "
                     "kv_delimiter='=')\n| project-away s",
                     "port:long  user:string\n22         ann"}}},
      {.name = "parse-where",
       .syntax = "T | parse-where [kind=...] Text with 'words' Name[: type] * ...",
       .summary = "As `parse`, and drops the rows that do not fit.",
       .examples = {{"datatable(t: string) ['n=1', 'none'] | parse-where t with 'n=' n: long"
                     " | project n",
                     "n:long\n1"}}},
      {.name = "partition",
       .syntax = "T | partition [hint.strategy=native|shuffle|legacy] by Column (subquery) or "
                 "{query}",
       .summary =
           "Runs a subquery on the rows of each value of a column by themselves, and puts the "
           "answers below each other.",
       .examples = {{"datatable(g: string, n: long) ['a', 1, 'b', 2, 'a', 3]\n"
                     "| partition by g (top 1 by n)",
                     "g:string  n:long\na         3\nb         2"}},
       .difference = "More than 64 values are allowed with every strategy."},
      {.name = "print",
       .syntax = "print [Name =] expression, ...",
       .summary = "Makes one row of expressions.",
       .examples = {{"print a = 1, b = strlen('abc')", "a:long  b:long\n1       3"}}},
      {.name = "project",
       .syntax = "T | project [Name =] expression, ...",
       .summary = "Makes the columns of the result, in this order.",
       .examples = {{"print a = 1, b = 2 | project b, Sum = a + b",
                     "b:long  Sum:long\n2       3"}}},
      {.name = "project-away",
       .syntax = "T | project-away ColumnOrPattern, ...",
       .summary = "Drops columns; `*` in a name stands for anything.",
       .examples = {{"print a = 1, b1 = 2, b2 = 3 | project-away b*", "a:long\n1"}}},
      {.name = "project-by-names",
       .syntax = "T | project-by-names 'name' or dynamic array of names, ...",
       .summary = "Keeps columns whose names are given as texts; `*` stands for anything.",
       .examples = {{"print a = 1, b1 = 2, b2 = 3 | project-by-names 'b*'",
                     "b1:long  b2:long\n2        3"}}},
      {.name = "project-keep",
       .syntax = "T | project-keep ColumnOrPattern, ...",
       .summary = "Keeps only these columns, in the order of the table.",
       .examples = {{"print a = 1, b1 = 2, b2 = 3 | project-keep b*",
                     "b1:long  b2:long\n2        3"}}},
      {.name = "project-rename",
       .syntax = "T | project-rename New = Old, ...",
       .summary = "Gives columns other names.",
       .examples = {{"print a = 1, b = 2 | project-rename c = a", "c:long  b:long\n1       2"}}},
      {.name = "project-reorder",
       .syntax = "T | project-reorder ColumnOrPattern [asc|desc], ...",
       .summary = "Brings columns to the front; the others follow in their order.",
       .examples = {{"print a = 1, b = 2, c = 3 | project-reorder c",
                     "c:long  a:long  b:long\n3       1       2"}}},
      {.name = "range",
       .syntax = "range Name from first to last step step",
       .summary = "Makes a column of numbers, times or spans.",
       .examples = {{"range n from 1 to 5 step 2", "n:long\n1\n3\n5"}}},
      {.name = "reduce",
       .syntax = "T | reduce [kind=source] by Text [with threshold=0.1, characters='...']",
       .summary = "Groups texts that are alike under a pattern, with `*` for what differs.",
       .examples =
           {{"range n from 1 to 4 step 1 | project s = strcat('disk ', n, ' full') | reduce "
             "by s",
             "Pattern:string  Count:long  Representative:string\n"
             "disk * full     4           disk 1 full"}},
       .difference =
           "Kusto's clustering is not published in full: ours keeps words that are frequent "
           "at their place (numbers never), in patterns that are frequent, each at least "
           "twice; the rest are `others`."},
      {.name = "render",
       .syntax = "T | render Chart [with (title=..., xcolumn=..., ycolumns=..., series=..., ...)]",
       .summary = "Says how the result wants to be drawn; the rows stay as they are.",
       .examples = {{"range n from 1 to 2 step 1 | render barchart with (title='Numbers')",
                     "n:long\n1\n2"}}},
      {.name = "sample",
       .syntax = "T | sample n",
       .summary = "Keeps up to n rows at random.",
       .examples = {{"range n from 1 to 9 step 1 | sample 2 | count", "Count:long\n2"}}},
      {.name = "sample-distinct",
       .syntax = "T | sample-distinct n of Column",
       .summary = "Keeps up to n different values of a column.",
       .examples = {{"datatable(a: long) [7, 7, 7] | sample-distinct 2 of a", "a:long\n7"}}},
      {.name = "scan",
       .syntax = "T | scan [with_match_id=Name] [declare (Name: type [= default], ...)] with (step "
                 "Name [output=all|last|none]: condition [=> Column = expression, ...]; ...)",
       .summary =
           "Walks over rows in order and matches them against steps, each of which remembers "
           "the last row it matched.",
       .examples = {{"range n from 1 to 3 step 1\n"
                     "| scan declare (Sum: long = 0) with (step s: true => Sum = n + s.Sum;)",
                     "n:long  Sum:long\n1       1\n2       3\n3       6"}},
       .difference = "The column of match numbers is there only with `with_match_id`, as the "
                     "reference pages show it."},
      {.name = "search",
       .syntax = "search [in (Table, ...)] [kind=case_sensitive] 'term' and Column: 'term' ...",
       .summary = "Finds the rows that have a term in any column, or in one.",
       .examples = {{"datatable(User: string, Host: string) ['ann', 'web', 'bob', 'db']\n"
                     "| search 'web' | project User",
                     "User:string\nann"}}},
      {.name = "serialize",
       .syntax = "T | serialize [Name = expression, ...]",
       .summary = "Says that the order of the rows matters, and may add columns that depend on it.",
       .examples = {{"range n from 1 to 2 step 1 | serialize Row = row_number()",
                     "n:long  Row:long\n1       1\n2       2"}}},
      {.name = "sort",
       .aliases = {"order"},
       .syntax = "T | sort by expression [asc|desc] [nulls first|nulls last], ...",
       .summary = "Puts the rows in order: descending unless said otherwise, with nulls last then.",
       .examples = {{"datatable(a: long) [2, 3, 1] | sort by a asc", "a:long\n1\n2\n3"}}},
      {.name = "summarize",
       .syntax = "T | summarize [Name =] aggregate, ... [by [Name =] expression, ...]",
       .summary = "Makes one row of each group of rows.",
       .examples = {{"datatable(User: string, n: long) ['ann', 1, 'bob', 2, 'ann', 3]\n"
                     "| summarize Total = sum(n) by User",
                     "User:string  Total:long\nann          4\nbob          2"}}},
      {.name = "take",
       .aliases = {"limit"},
       .syntax = "T | take n",
       .summary = "Keeps up to n rows, whichever they are.",
       .examples = {{"range n from 1 to 9 step 1 | take 3 | count", "Count:long\n3"}}},
      {.name = "top",
       .syntax = "T | top n by expression [asc|desc] [nulls first|nulls last], ...",
       .summary = "Keeps the n rows that come first in an order.",
       .examples = {{"datatable(a: long) [2, 3, 1] | top 2 by a", "a:long\n3\n2"}}},
      {.name = "top-hitters",
       .syntax = "T | top-hitters n of Column [by number]",
       .summary = "The n values that occur most often, or whose numbers sum up to most.",
       .examples = {{"datatable(a: string) ['x', 'y', 'x'] | top-hitters 1 of a",
                     "a:string  approximate_count_a:long\nx         2"}},
       .difference = "The numbers are exact."},
      {.name = "top-nested",
       .syntax = "T | top-nested [n] of expression [with others = name] by aggregate [asc|desc], "
                 "top-nested ...",
       .summary =
           "The n values with the greatest aggregates, within each the top values of a second "
           "expression, and so on.",
       .examples =
           {{"datatable(a: string, b: string, n: long) ['x', 'p', 1, 'x', 'q', 2, 'y', 'p', "
             "9]\n| top-nested 1 of a by sum(n), top-nested 1 of b by Most = max(n)",
             "a:string  aggregated_a:long  b:string  Most:long\n"
             "y         9                  p         9"}}},
      {.name = "union",
       .syntax = "[T |] union [kind=inner|outer] [withsource=Name] [isfuzzy=true] Table, ...",
       .summary = "Puts tables below each other; `*` in a name stands for anything.",
       .examples = {{"union (print a = 1), (print a = 2, b = 'x')",
                     "a:long  b:string\n1       \"\"\n2       x"}}},
      {.name = "where",
       .aliases = {"filter"},
       .syntax = "T | where predicate",
       .summary = "Keeps the rows for which the predicate is true: not false, and not null.",
       .examples = {{"range n from 1 to 4 step 1 | where n % 2 == 0", "n:long\n2\n4"}}},
  };
  return operators;
}

}  // namespace

std::span<const TabularOperator> tabular_operators() {
  return records();
}

}  // namespace vedette
