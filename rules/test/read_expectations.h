// The parts of a test file that say what is expected.
#pragma once

#include "rules/load/fields.h"
#include "rules/test/test_file.h"

namespace vedette::rules {

/// The object `expect` of a test. A test without any expectation is an error.
Expectations read_expectations(Fields& test, std::string_view file, Findings& findings);

/// The fields of an object in order; the places of names and values are kept.
WrittenCells written_cells(const YAML::Node& object);

}  // namespace vedette::rules
