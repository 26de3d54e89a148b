// The ways every test case is run; the first one is the plainest.
#pragma once

#include <string>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/table/appender.h"

namespace vedette {

struct GridPoint {
  EncodingChoice encoding = EncodingChoice::Plain;
  QueryOptions options;
  std::string name;  // "compiled, batches of 7, 4 threads, dictionary"
};

/// {interpreted, compiled} x {batches of 1, 7, 2048} x {1, 4 threads} x {plain, dictionary}.
std::vector<GridPoint> make_grid();

/// What now() answers in tests that do not say: 2024-06-01.
Datetime default_clock();

}  // namespace vedette
