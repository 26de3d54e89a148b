// Where the text of a query comes from, and the line below its result.
#pragma once

#include <string>

#include "compiler/session/session.h"

namespace vedette::shell {

/// The query of a command: `text`, or the contents of `file`. Throws UsageError unless exactly one
/// of them is given.
std::string query_text(const std::string& text, const std::string& file);

/// `2 rows, 1,204 scanned, 12 ms`.
std::string summary_of(const QueryResult& result);

/// 1204 as `1,204`.
std::string grouped(int64_t number);

}  // namespace vedette::shell
