// Tables put below each other: union, search, find.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/bind/query_binder.h"

namespace vedette::binding {

/// A column of the result, and the column of each input that gives it.
struct UnifiedColumn {
  std::string name;
  Type type;
  std::vector<std::optional<plan::ColumnId>> sources;
};

/// Columns of one name and type become one; those of one name and several types get the type behind
/// their name: a_long, a_string.
std::vector<UnifiedColumn> unify(const std::vector<const plan::Schema*>& inputs, bool common_only);

/// All rows of all tables. `source_column`, unless empty, names a first column that tells the name
/// of the table a row comes from.
Table unite(QueryBinder& binder, std::vector<Table> inputs, const std::string& source_column,
            bool common_only, Span span);

/// Tables, wildcards expanded.
std::vector<Table> bind_tables(QueryBinder& binder, const ast::Expressions& expressions);

}  // namespace vedette::binding
