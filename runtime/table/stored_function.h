// Functions that a database keeps: KQL text under a name.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace vedette {

/// `.create function F(a: long) { ... }`.
struct StoredFunction {
  std::string name;
  std::string parameters;  // with the parentheses: `(a: long, b: string = 'x')`
  std::string body;        // with the braces
  std::string folder = {};
  std::string docstring = {};
  bool view = false;  // takes part in `union *` and `search`

  bool operator==(const StoredFunction&) const = default;
};

/// By name; names are case-sensitive.
using StoredFunctions = std::map<std::string, StoredFunction, std::less<>>;

namespace storage {

std::string to_text(const StoredFunctions& functions);
/// Throws QueryError KQL0603; `path` is for its message.
StoredFunctions functions_from_text(std::string_view text, const std::string& path);

}  // namespace storage
}  // namespace vedette
