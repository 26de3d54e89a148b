#include "runtime/shell/contradictions.h"

namespace vedette::shell {
namespace {

constexpr std::string_view text = R"(## Where the reference contradicts itself

"The page" is the page of Kusto's documentation, "the binder" is Kusto's own parser and binder, as
editors use it.

* **union: columns of one name and several types.** The page gives each type a column, with the type
  behind the name. The binder does so only when the second table that has the column has another
  type than the first: `union (print x = 1), (print x = "a"), (print x = 1)` has the columns
  `x_long` and `x_string`, but `union (print x = 1), (print x = 1), (print x = "a")` has one column
  `x: long`, which could not hold the text. The order of tables should not decide that. We follow the
  page; the same goes for `search` and `find`.
* **parse: a column that is there already.** The binder adds a second column of the same name, and
  the next step may call it `Name1`. Rows cannot tell such columns apart, and rules parse a column
  anew to refine it. Here the column takes the new value, at its old place, as with `extend`.
* **union isfuzzy=true: a function that does not exist.** The binder treats the leg as a table of
  unknown columns, so that every column that it computes appears twice (`Name_string`,
  `Name_unknown`). The page says that such legs are left out. We leave them out.
* **union: columns of unknown type.** A column whose type only the rows can tell (behind `bag_unpack`,
  `pivot`) counts as a type of its own when columns are put together; its name ends in `_unknown`
  when a query is only checked.
* **Several tables in one query.** `T1; T2` answers with two tables. The binder tells the columns of
  the last one only; we answer, and check, all of them, in order.
* **A name that is a table and, after `union`, two columns.** `union * | extend a = Operation`: with
  the rule above `Operation` may have become `Operation_string` and `Operation_dynamic`, and the name
  alone is then the table `Operation`, which is an error.
* **ingestion_time() behind union and join.** The page says that the function needs a table and gives
  null otherwise. Rules ask for it behind `union`, where every row still is a row of one table: there
  it is the time of that row. A joined row has the time of its left row (null when it has none), one
  of a right semi or anti join that of its right row. Behind `summarize`, `distinct`, `materialize()`
  and functions of whole tables it is null.
* **mv-expand to typeof(string).** The page says that types are cast only, and that an item of another
  type becomes null. Queries rely on texts of numbers and bags there: with `typeof(string)` every item
  that is not null becomes text. With other types a text is not parsed.
* **union kind=inner.** The page says that only columns that all tables have are kept; the binder
  keeps all columns. We follow the page.
* **union withsource, search: a column that is there already.** The binder adds a second column of the
  name; here the new one takes its place.
* **make-series: percentile(), percentiles(), arg_max().** The binder gives their columns the type of
  one value. They are arrays, as the page shows of all others: `dynamic`.
* **make-series: an axis of ints.** The binder rejects every step along it; the page asks for a number.
  Here it has one.
* **parse_url(): Path.** The page shows the path without its first slash (and the query as text).
  Rules split paths and count their parts with the slash, as in `split(tostring(parse_url(u).Path),
  "/")[1]` for the first folder: here the path begins with it.
* **like, notlike, likecs, notlikecs.** The binder knows these operators; no page does. Here they
  compare a whole text with a pattern, as in SQL: `%` is any text, `_` any character.
* **graph-match: expressions over several variable edges.** The page tells what one variable edge
  means: a condition holds for all of its edges, a projected expression is an array. Of several, a
  condition holds for each combination of their edges, and an array has arrays in it, those of the
  edge that stands first outermost. `all()`, `any()` and `map()` may stand within one another.
* **make-graph ... partitioned-by.** The page allows one graph operator in the parentheses, the binder
  any steps that begin with graph-match or graph-to-table. Such steps see one partition at a time; one
  without matches still has one row of `count` or `summarize`.
* **around() of values that do not go together.** The binder accepts any scalars; `around("a", 1, 1h)`
  is null here.
* **binary_all_and(), binary_all_or(), binary_all_xor() of reals and decimals.** The pages ask for
  integers; the binder accepts any number and keeps its type. The bits are those of the whole part.
* **Window functions over rows without an order.** The pages ask for rows in a fixed order
  (`serialize`, `sort`, `range` ...), and the service refuses others; the binder never looks. A query
  that runs is refused here too, one that is only checked is not.
* **Joins over neighbouring H3 cells.** The result on the page of geospatial joins shows the second
  place with the coordinates of the first, although no step of its query changes them; here each
  place keeps the coordinates that the query gives it.
)";

}  // namespace

std::string_view contradictions() {
  return text;
}

}  // namespace vedette::shell
