// Plugins that find patterns in discrete columns: autocluster, basket, diffpatterns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/function/table_function.h"

namespace vedette::plugin {

/// What all of them are given. The input has `columns` columns, then the weight of each row (a
/// real) when `weighted`, then, for diffpatterns, the set of each row (a text). The output has the
/// figures of a pattern, then the columns, with `wildcards` where any value may stand.
struct PatternParameters {
  size_t columns = 0;
  bool weighted = false;
  std::vector<bool> ignored = {};     // columns that no pattern is about: weight and split
  std::vector<Value> wildcards = {};  // one a column
};

/// All closed patterns that at least `threshold` of the rows have and that are fixed by at most
/// `dimensions` values.
std::shared_ptr<const TableFunction> basket(PatternParameters parameters, double threshold,
                                            int64_t dimensions);

/// A few patterns that cover many rows and say much about them.
std::shared_ptr<const TableFunction> autocluster(PatternParameters parameters, double size_weight,
                                                 int64_t seeds);

/// Patterns that set A and set B have in different shares.
std::shared_ptr<const TableFunction> diffpatterns(PatternParameters parameters, double threshold,
                                                  int64_t dimensions, std::string set_a,
                                                  std::string set_b);

}  // namespace vedette::plugin
