// docs/compatibility.md: every name of Kusto, and what we do with it.
#pragma once

#include <string>

#include "runtime/function/library.h"

namespace vedette::shell {

/// The page. Runs a small query for each operator and plugin, and reads the records of functions,
/// so that it says what is so.
std::string compatibility_page(const Library& library);

}  // namespace vedette::shell
