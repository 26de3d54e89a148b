// Tables of test files as tables of a database, and results as tables of test files.
#pragma once

#include <memory>

#include "compiler/session/session.h"
#include "runtime/table/database.h"
#include "tests/harness/case_file.h"

namespace vedette {

/// The value a cell of a test file stands for. Throws CaseFileError when it is none of that type.
Value value_of_cell(const std::string& cell, Type type, std::string_view place);

/// A value as a cell of a test file.
std::string cell_of_value(const Value& value);

/// A database in memory with the tables of a file, its segments encoded as `encoding` says.
std::unique_ptr<Database> make_database(const CaseFile& file, EncodingChoice encoding);

TestTable to_test_table(const ResultTable& result);

/// Why two tables differ, or an empty text. Rows are compared one by one when `ordered`, else as
/// a set. Reals may differ in their last digits: sums depend on the order of rows.
std::string difference(const TestTable& expected, const TestTable& actual, bool ordered);

}  // namespace vedette
