// Tables declared in a JSON file, for binding queries without a database.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "compiler/plan/schema_source.h"

namespace vedette::shell {

/// Reads `{"Table": {"Column": "type", ...}, ...}`. Throws QueryError when the file cannot be read
/// or is something else.
std::unique_ptr<plan::SchemaSource> read_schema_file(const std::string& path);

/// The same from text; `name` is for messages.
std::unique_ptr<plan::SchemaSource> parse_schemas(std::string_view text, std::string_view name);

}  // namespace vedette::shell
