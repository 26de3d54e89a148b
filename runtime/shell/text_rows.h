// Files of records as rows of texts.
#pragma once

#include <memory>
#include <string>

#include "runtime/table/database.h"

namespace vedette::shell {

/// The records of a CSV or JSON file as a table `Items` of texts, whatever they look like; what
/// JSON nests is dynamic. Throws QueryError CLI0010 when there are none.
std::unique_ptr<Database> read_text_rows(const std::string& text, const std::string& path);

}  // namespace vedette::shell
