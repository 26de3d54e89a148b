// Functions that the binder computes from the columns in sight, the order of rows or the settings
// of the query. They have no bodies: the records say what they do.
#include "runtime/function/definition.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

Parameter optional(std::string_view name, std::string_view meaning,
                   Accepts accepts = Accepts::Taken) {
  return {.name = name, .meaning = meaning, .accepts = accepts, .optional = true};
}

const Parameter restart_parameter = optional("restart", "Whether to begin anew.", Accepts::Bool);
constexpr std::string_view needs_order = "Rows must be in a fixed order: `sort` or `serialize`.";

ScalarFunction known_to_binder(std::string_view name, std::string_view summary,
                               std::vector<Parameter> parameters, std::vector<Type> takes,
                               Type returns, std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = std::move(parameters),
          .overloads = {{.takes = std::move(takes), .returns = returns}},
          .examples = std::move(examples),
          .purity = Purity::PerRow};
}

ScalarFunction in_order(ScalarFunction function) {
  function.null_rule = needs_order;
  return function;
}

ScalarFunction with_alias(ScalarFunction function, std::string_view alias) {
  function.aliases = {alias};
  return function;
}

ScalarFunction variadic(ScalarFunction function) {
  function.variadic = true;
  function.max_arguments = 32'767;
  function.overloads[0].variadic = true;
  return function;
}

std::vector<ScalarFunction> neighbours() {
  const Parameter column = {"column", "A column.", Accepts::Scalar};
  const Parameter offset = optional("offset", "How many rows away; 1 without it.");
  const Parameter otherwise =
      optional("default_value", "The answer where there is no such row.", Accepts::Scalar);
  const std::vector<Type> takes = {Type::Error, Type::Long, Type::Error};
  return {
      in_order(
          known_to_binder("prev", "The value of a column in an earlier row.",
                          {column, offset, otherwise}, takes, Type::Error,
                          {{"toscalar(range x from 1 to 3 step 1 | serialize p = prev(x, 1, 0) "
                            "| summarize make_list(p))",
                            "[0,1,2]"}})),
      in_order(
          known_to_binder("next", "The value of a column in a later row.",
                          {column, offset, otherwise}, takes, Type::Error,
                          {{"toscalar(range x from 1 to 3 step 1 | serialize n = next(x, 1, 0) "
                            "| summarize make_list(n))",
                            "[2,3,0]"}})),
  };
}

std::vector<ScalarFunction> counters() {
  return {
      in_order(known_to_binder(
          "row_number", "Numbers the rows.",
          {optional("start", "The first number; 1 without it.", Accepts::Integer),
           restart_parameter},
          {Type::Long, Type::Bool}, Type::Long,
          {{"toscalar(range x from 5 to 7 step 1 | serialize n = row_number() "
            "| summarize make_list(n))",
            "[1,2,3]"},
           {"toscalar(range x from 5 to 8 step 1 | serialize n = row_number(0, x == 7) "
            "| summarize make_list(n))",
            "[0,1,0,1]"}})),
      in_order(
          known_to_binder("row_cumsum", "The sum of a column up to each row.",
                          {{"term", "What to add up.", Accepts::Number}, restart_parameter},
                          {Type::Error, Type::Bool}, Type::Error,
                          {{"toscalar(range x from 1 to 4 step 1 | serialize s = row_cumsum(x) "
                            "| summarize make_list(s))",
                            "[1,3,6,10]"}})),
      with_alias(in_order(known_to_binder(
                     "row_rank_dense",
                     "The rank of each row's value: how many different ones came before.",
                     {{"term", "The values.", Accepts::NotDynamic}, restart_parameter},
                     {Type::Error, Type::Bool}, Type::Long,
                     {{"toscalar(range x from 1 to 4 step 1 | extend y = x / 2 | sort by y asc "
                       "| extend r = row_rank_dense(y) | summarize make_list(r))",
                       "[1,2,2,3]"}})),
                 "row_rank"),
      in_order(known_to_binder(
          "row_rank_min", "The rank of each row's value: the number of its first row.",
          {{"term", "The values.", Accepts::NotDynamic}, restart_parameter},
          {Type::Error, Type::Bool}, Type::Long,
          {{"toscalar(range x from 1 to 4 step 1 | extend y = x / 2 | sort by y asc "
            "| extend r = row_rank_min(y) | summarize make_list(r))",
            "[1,2,2,4]"}})),
      in_order(known_to_binder(
          "row_window_session", "When the session that a row belongs to began.",
          {{"expr", "The time of the row.", Accepts::Datetime},
           {"max_distance_from_first", "The longest session.", Accepts::Timespan},
           {"max_distance_between_neighbors", "The longest pause.", Accepts::Timespan},
           restart_parameter},
          {Type::Datetime, Type::Timespan, Type::Timespan, Type::Bool}, Type::Datetime,
          {{"toscalar(range t from datetime(2024-01-01) to datetime(2024-01-01 02:00) step 1h "
            "| sort by t asc | extend s = row_window_session(t, 1d, 30m) "
            "| summarize dcount(s))",
            "3"}})),
  };
}

std::vector<ScalarFunction> columns() {
  const Parameter name = {"column_name", "The name, a constant.", Accepts::String};
  return {
      with_alias(
          known_to_binder("column_ifexists", "A column, or another value where there is none.",
                          {name, {"default_value", "The other value.", Accepts::Scalar}},
                          {Type::String, Type::Error}, Type::Error,
                          {{"toscalar(print x = 7 | project column_ifexists('x', 0))", "7"},
                           {"toscalar(print x = 7 | project column_ifexists('y', 0))", "0"}}),
          "columnifexists"),
      known_to_binder("iscolumnexists", "Whether there is a column of a name.", {name},
                      {Type::String}, Type::Bool,
                      {{"toscalar(print x = 7 | project iscolumnexists('x'))", "true"},
                       {"toscalar(print x = 7 | project iscolumnexists('y'))", "false"}}),
      known_to_binder(
          "pack_all", "All columns as a bag.",
          {optional("ignore_null_empty", "Whether to leave out nulls and empty texts.",
                    Accepts::Bool)},
          {Type::Bool}, Type::Dynamic,
          {{"toscalar(print x = 7, y = '' | project pack_all())", "{\"x\":7,\"y\":\"\"}"},
           {"toscalar(print x = 7, y = '' | project pack_all(true))", "{\"x\":7}"}}),
      variadic(known_to_binder(
          "bag_pack_columns", "Some columns as a bag.", {{"column", "A column.", Accepts::Scalar}},
          {Type::Error}, Type::Dynamic,
          {{"toscalar(print x = 7, y = 8 | project bag_pack_columns(y))", "{\"y\":8}"}})),
      known_to_binder("column_names_of", "The names of a table's columns, as an array.",
                      {{"table", "The table.", Accepts::Scalar}}, {Type::Error}, Type::Dynamic,
                      {{"column_names_of((print x = 7, y = 8))", "[\"x\",\"y\"]"}}),
  };
}

std::vector<ScalarFunction> ingestion() {
  const Parameter cursor = {"cursor", "An answer of cursor_current(), or an empty text."};
  return {
      known_to_binder("ingestion_time", "When a row was ingested.", {}, {}, Type::Datetime,
                      {{"toscalar(print x = 7 | project ingestion_time())", "null"}}),
      known_to_binder("cursor_after", "Whether a row was ingested after a cursor.", {cursor},
                      {Type::String}, Type::Bool,
                      {{"toscalar(print x = 7 | project cursor_after(''))", "true"}}),
      known_to_binder("cursor_before_or_at", "Whether a row was ingested at a cursor or before.",
                      {cursor}, {Type::String}, Type::Bool,
                      {{"toscalar(print x = 7 | project cursor_before_or_at(''))", "false"}}),
      known_to_binder("current_database", "The name of the database that tables are looked up in.",
                      {}, {}, Type::String, {{"isnotempty(current_database())", "true"}}),
  };
}

ScalarFunction bin_auto() {
  ScalarFunction function = known_to_binder(
      "bin_auto",
      "Rounds a value down to a bin of the size that `set query_bin_auto_size` gives, where one "
      "bin starts at `query_bin_auto_at` or 0.",
      {{"value", "The value to round.", Accepts::Summable}}, {Type::Error}, Type::Error,
      {{"bin_at(17, 10, 5)", "15"}});
  function.null_rule = "Null in, null out; null for a size that is not positive.";
  return function;
}

}  // namespace

std::vector<ScalarFunction> binder_functions() {
  std::vector<ScalarFunction> all = {bin_auto()};
  for (auto family : {neighbours(), counters(), columns(), ingestion()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

}  // namespace vedette::stdlib
