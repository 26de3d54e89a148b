// Fills tables of any schema with rows that a query might let through.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/plan/schema_source.h"
#include "runtime/table/database.h"
#include "tests/harness/query_words.h"
#include "tests/harness/row_solver.h"

namespace vedette {

struct RowPlan {
  uint64_t seed = 1;
  uint32_t rows = 200;
  uint32_t extent_rows = 64;  // so that threads have something to share
  Datetime now;               // most times are within the days before
};

/// Creates the table and fills it. Most rows meet the conditions of one of the query's reads of the
/// table, as far as they can be read off; some take what the query compares their columns with; the
/// others are plausible for the columns' names, with nulls and odd values among them. The same
/// plan, the same rows.
void generate_table(Database& database, const std::string& name, const plan::TableColumns& columns,
                    const QueryWords& words, const RowWishes& wishes, MeetingValues& meetings,
                    const RowPlan& plan);

/// Rows for a source outside of the database, one builder a column; chosen in the same way.
std::vector<ColumnBuilder> generate_columns(const std::string& name,
                                            const plan::TableColumns& columns,
                                            const QueryWords& words, const RowPlan& plan);

}  // namespace vedette
