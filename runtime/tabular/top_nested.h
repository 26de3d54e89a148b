// top-nested: the top values, within each of them the top values of another column, and so on.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "runtime/function/aggregate.h"
#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// The input has one column a level, its values; then what the aggregates take. The output has two
/// columns a level: the value and its weight.
struct TopNestedParameters {
  struct Call {
    const AggregateBody* body;
    std::vector<uint32_t> arguments;    // input columns
    std::optional<uint32_t> condition;  // an input column of type bool
    std::vector<Type> results;
    uint32_t first_result;  // in the scope of the weights
  };
  struct Level {
    std::optional<int64_t> count;  // none: all values
    std::optional<Value> others;   // what the rest is called, when it is shown
    std::vector<Call> calls;
    uint32_t weight;  // the expression: reads the results of the level's calls
    bool descending = true;
    bool nulls_first = false;
  };
  std::vector<Level> levels;
  size_t scope = 0;  // columns
};

std::shared_ptr<const TableFunction> top_nested(TopNestedParameters parameters);

}  // namespace vedette::tabular
