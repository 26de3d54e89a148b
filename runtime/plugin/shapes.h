// Plugins that turn tables around: the bodies of pivot, narrow, bag_unpack and schema_merge.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/function/aggregate.h"
#include "runtime/function/table_function.h"

namespace vedette::plugin {

/// Rows of key columns, a name and a value become one row of each key, with a column a name. The
/// output has the keys, then one column for each of `names`; a cell without a row is `missing`.
struct Spread {
  size_t keys;
  std::vector<std::string> names;
  Value missing;
};
std::shared_ptr<const TableFunction> spread(Spread parameters);

/// One row a cell: the number of its row, the name of its column, its text. The output has these
/// three; the input is any table with columns of these names.
std::shared_ptr<const TableFunction> narrow(std::vector<std::string> names);

/// Answers of getschema, one after the other, as one schema. The input has the columns' names,
/// ordinals and types.
std::shared_ptr<const TableFunction> merge_schemas(bool preserve_order);

/// Reads bags and answers one bag: each top-level key, and the type that all its values have
/// ("dynamic" when they differ).
const AggregateFunction& bag_slots();

}  // namespace vedette::plugin
