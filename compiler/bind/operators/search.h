// What search and find share: which tables they look into, and how rows of each are kept.
#pragma once

#include <vector>

#include "compiler/bind/query_binder.h"

namespace vedette::binding {

/// The tables named, or all there are.
std::vector<Table> searched_tables(QueryBinder& binder, const ast::Expressions& expressions,
                                   Span span);

/// The columns of all tables, those of one name and type as one.
plan::Schema all_columns(QueryBinder& binder, const std::vector<Table>& tables);

/// Reports what is wrong with a predicate, once, against the columns of all tables.
void check_predicate(QueryBinder& binder, const plan::Schema& all, bool open,
                     const ast::Expression& predicate);

/// Keeps the rows of each table that match. Columns that only other tables have are null in it.
void filter_each(QueryBinder& binder, std::vector<Table>& tables, const plan::Schema& all,
                 const ast::Expression& predicate, Span span);

}  // namespace vedette::binding
