// make-series: aggregated values along an axis, as arrays.
#pragma once

#include <memory>
#include <vector>

#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// The first input has one row a group and bin: the columns of the groups, the bin's start, the
/// aggregated values. The second has one row: where the axis begins, where it ends, and its step
/// (a timespan for a datetime). The output has the columns of the groups, an array a value, and the
/// array of the axis.
struct SeriesParameters {
  size_t groups = 0;             // columns
  std::vector<Value> otherwise;  // one an aggregated value: for bins without rows
  bool begins = false;           // does the query say where the axis begins? else: each first bin
  bool ends = false;             // and where it ends? else: after each last bin
  bool includes_end = false;
  bool never_empty = false;  // one series of defaults when there are no rows
};

/// Longest array of a series.
constexpr int64_t longest_series = 1'048'576;

std::shared_ptr<const TableFunction> make_series(SeriesParameters parameters);

}  // namespace vedette::tabular
