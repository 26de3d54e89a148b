// Whether two runs of a query gave the same answer.
#pragma once

#include <optional>
#include <string>

#include "compiler/session/session.h"

namespace vedette {

/// In what two lists of columns differ; empty when in nothing.
std::string columns_differ(const plan::TableColumns& a, const plan::TableColumns& b);

/// In what two answers differ; empty when in nothing. Reals may differ in their last digits: sums
/// depend on the order of rows. `any_order`: rows in another order are the same, and so are texts
/// and JSON of the same letters, for sets whose members came from several threads.
std::string difference(const ResultTable& first, const ResultTable& second, bool any_order);

/// Where two answers first differ, cell by cell, in order.
struct CellDifference {
  size_t column = 0;
  size_t row = 0;
  std::string first;
  std::string second;
};

/// `exact`: reals must be equal to the last bit, NaN equal to NaN. The answers have the same
/// columns and the same number of rows.
std::optional<CellDifference> first_difference(const ResultTable& first, const ResultTable& second,
                                               bool exact);

}  // namespace vedette
