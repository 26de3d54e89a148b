// The parts of a test file that say which rows there are.
#pragma once

#include "rules/load/fields.h"
#include "rules/test/test_file.h"

namespace vedette::rules {

/// The object `name` (`given` or `tables`) of a file or a test: rows by table.
std::vector<GivenTable> read_given(Fields& owner, std::string_view name, std::string_view file,
                                   Findings& findings);

}  // namespace vedette::rules
