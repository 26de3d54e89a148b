// When two rules ask the same of a row.
#pragma once

#include <string>
#include <unordered_map>

#include "compiler/plan/expression.h"

namespace vedette::rules::share {

/// Names of columns by their ids, as one query has them.
using ColumnNames = std::unordered_map<plan::ColumnId, std::string>;

/// Bytes that two expressions have in common exactly when they compute the same of the same
/// columns.
std::string key_of(const plan::Expression& expression, const ColumnNames& names);

}  // namespace vedette::rules::share
