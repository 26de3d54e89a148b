// Records of the plugins that change the shape of a table.
#include "runtime/plugin/shapes.h"

#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

Table bind_narrow(PluginCall& call) {
  plan::Schema output = {call.fresh("Row", Type::Long), call.fresh("Column", Type::String),
                         call.fresh("Value", Type::String)};
  if (call.broken || call.input.open) return call.empty(std::move(output));
  std::vector<std::string> names;
  for (const plan::Column& column : call.input.columns()) names.push_back(column.name);
  return call.apply(expressions_of(call.input.columns(), call.span),
                    plugin::narrow(std::move(names)), std::move(output));
}

Table bind_identity(PluginCall& call) {
  return std::move(call.input);
}

Table count_rows(PluginCall& call, Table input, std::string name) {
  QueryBinder::AggregateCalls calls;
  calls.push_back(call.binder.aggregate_call("count", {}, std::move(name), call.span));
  calls[0].results[0].type = Type::Long;
  plan::Aggregate step;
  plan::Schema output = calls[0].results;
  step.aggregates = std::move(calls);
  step.input = std::move(input.plan);
  return Table{.plan = plan::make(std::move(step), std::move(output), call.span)};
}

Table bind_estimate(PluginCall& call) {
  return count_rows(call, std::move(call.input), "EstimatedRowsCount");
}

Table bind_preview(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const int64_t limit = call.integer("NumberOfRows").value_or(0);
  const Table shared = binder.share(std::move(call.input), call.span);
  Table first = binder.copy(shared);
  plan::Schema output = first.columns();
  first.plan = plan::make(plan::Limit{std::move(first.plan), limit}, std::move(output), call.span);
  Table result = binder.unknown_table(call.span);
  result.only_siblings = true;
  result.siblings.push_back(std::move(first));
  result.siblings.push_back(count_rows(call, binder.copy(shared), "Count"));
  return result;
}

Table bind_schema_merge(PluginCall& call) {
  QueryBinder& binder = call.binder;
  plan::Schema output = {
      call.fresh("ColumnName", Type::String), call.fresh("ColumnOrdinal", Type::Int),
      call.fresh("DataType", Type::String), call.fresh("ColumnType", Type::String)};
  const bool given = call.find("PreserveOrder") != nullptr;
  const bool preserve = !given || call.flag("PreserveOrder");
  std::vector<plan::Expression> read;
  for (const auto& [name, type] :
       {std::pair{"ColumnName", Type::String}, std::pair{"ColumnOrdinal", Type::Long},
        std::pair{"ColumnType", Type::String}}) {
    const plan::Column* column = rows_of(call.input).find(name);
    if (column == nullptr) {
      if (!call.broken && !call.input.open) {
        call.error(
            "KQL0102", call.call.function.span,
            fmt::format("schema_merge needs the columns of getschema: there is no '{}'", name));
      }
      return call.empty(std::move(output));
    }
    read.push_back(binder.convert(plan::column(*column, call.span), type));
  }
  if (call.broken) return call.empty(std::move(output));
  return call.apply(std::move(read), plugin::merge_schemas(preserve), std::move(output));
}

}  // namespace

std::vector<Plugin> shape_plugins() {
  using P = PluginParameter;
  return {
      {.name = "bag_unpack",
       .syntax = "T | evaluate bag_unpack(Column [, OutputColumnPrefix] [, columnsConflict=Word] "
                 "[, ignoredProperties=dynamic([...])]) [: ([*,] Name: type, ...)]",
       .summary = "Makes a column of each key that the bags of a column have. A column has the "
                  "type that all of its values have, or is dynamic. Without the schema behind it "
                  "the query before it runs twice, first to learn the keys.",
       .parameters = {{"Column",
                       "The column of bags.",
                       P::Column,
                       {Type::Dynamic, Type::String},
                       "a dynamic"},
                      {"OutputColumnPrefix", "Stands before the name of each new column.",
                       P::Literal, Type::String, "a text", true},
                      {"columnsConflict",
                       "What becomes of a key that is the name of a column: 'error' (the default), "
                       "'replace_source' or 'keep_source'.",
                       P::Literal, Type::String, "a text", true},
                      {"ignoredProperties", "An array of keys that are left out.", P::Constant,
                       Type::Dynamic, "an array", true}},
       .examples = {{"datatable(d: dynamic) [dynamic({'User': 'ann', 'Port': 22}),\n"
                     "                       dynamic({'User': 'bob'})]\n"
                     "| evaluate bag_unpack(d)",
                     "Port:long  User:string\n22         ann\nnull       bob"},
                    {"print d = dynamic({'User': 'ann', 'Port': 22})\n"
                     "| evaluate bag_unpack(d) : (User: string)",
                     "User:string\nann"}},
       .difference = "'ignoredProperties' and 'columnsConflict' are known by these names only.",
       .bind = bind_bag_unpack},
      {.name = "estimate_rows_count",
       .syntax = "T | evaluate estimate_rows_count()",
       .summary = "The number of rows.",
       .examples = {{"range n from 1 to 3 step 1 | evaluate estimate_rows_count()",
                     "EstimatedRowsCount:long\n3"}},
       .difference = "The number is exact.",
       .bind = bind_estimate},
      {.name = "identity",
       .syntax = "T | evaluate identity()",
       .summary = "The rows as they are.",
       .examples = {{"print a = 1 | evaluate identity()", "a:long\n1"}},
       .bind = bind_identity},
      {.name = "identity_v3",
       .syntax = "T | evaluate identity_v3(mode, exceptionText)",
       .summary = "The rows as they are.",
       .parameters = {{"mode", "Of no effect here.", P::Constant, Type::String, "a text"},
                      {"exceptionText", "Of no effect here.", P::Constant, Type::String, "a text"}},
       .examples = {{"print a = 1 | evaluate identity_v3('', '')", "a:long\n1"}},
       .bind = bind_identity},
      {.name = "narrow",
       .syntax = "T | evaluate narrow()",
       .summary = "Makes a row of each cell: the number of its row, the name of its column, and "
                  "its value as text.",
       .examples = {{"print User = 'ann', Admin = true | evaluate narrow()",
                     "Row:long  Column:string  Value:string\n"
                     "0         User           ann\n"
                     "0         Admin          True"}},
       .bind = bind_narrow},
      {.name = "pivot",
       .syntax = "T | evaluate pivot(PivotColumn [, Aggregate] [, Column, ...]) "
                 "[: (Name: type, ...)]",
       .summary = "Makes a column of each value of a column. Without the schema behind it the "
                  "query before it runs twice, first to learn the values.",
       .parameters = {{"PivotColumn", "The column whose values become columns.", P::Column,
                       orderable_types, "a column that is not dynamic"},
                      {"Aggregate",
                       "What stands in the cells; without it the number of rows.",
                       P::Aggregate,
                       any_type,
                       {},
                       true},
                      {"Column",
                       "The columns that stay; without them all others, but for the one that is "
                       "aggregated.",
                       P::Column,
                       any_type,
                       {},
                       true,
                       true}},
       .examples = {{"datatable(User: string, Os: string) ['ann', 'linux', 'bob', 'mac',\n"
                     "                                     'ann', 'linux']\n"
                     "| evaluate pivot(Os)",
                     "User:string  linux:long  mac:long\nann          2           0\n"
                     "bob          0           1"},
                    {"datatable(User: string, Os: string, n: long) ['ann', 'linux', 4,\n"
                     "  'bob', 'mac', 5, 'ann', 'linux', 6]\n"
                     "| evaluate pivot(Os, sum(n), User)",
                     "User:string  linux:long  mac:long\nann          10          0\n"
                     "bob          0           5"}},
       .difference = "Columns come in the order in which their values are met. A declared column "
                     "without rows is filled as other empty cells are; it is no error.",
       .bind = bind_pivot},
      {.name = "preview",
       .syntax = "T | evaluate preview(NumberOfRows)",
       .summary = "Two results: the first rows, and the number of all rows.",
       .parameters = {{"NumberOfRows", "So many rows, at most.", P::Constant, integer_types,
                       "a whole number"}},
       .examples = {{"range n from 1 to 3 step 1 | evaluate preview(1)",
                     "n:long\n1\nCount:long\n3"}},
       .bind = bind_preview},
      {.name = "schema_merge",
       .syntax = "Schemas | evaluate schema_merge([PreserveOrder])",
       .summary = "Makes one schema of several answers of getschema.",
       .parameters = {{"PreserveOrder",
                       "Is a column in another place than before an error? True without it.",
                       P::Literal, Type::Bool, "true or false", true}},
       .examples = {{"union (print a = 1 | getschema), (print a = 1, b = 'x' | getschema)\n"
                     "| evaluate schema_merge() | project ColumnName, ColumnOrdinal, ColumnType",
                     "ColumnName:string  ColumnOrdinal:int  ColumnType:string\n"
                     "a                  0                  long\n"
                     "b                  1                  string"}},
       .difference = "int, long and real become the widest of them; other types that differ are an "
                     "error in the row of their column.",
       .bind = bind_schema_merge},
  };
}

}  // namespace vedette::binding
