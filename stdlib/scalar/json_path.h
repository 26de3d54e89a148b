// Paths into dynamic values: `$.a.b[0]['c d']`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/dynamic.h"

namespace vedette::stdlib {

/// A step of a path: a property or the position of an item.
struct PathStep {
  std::string name;
  int64_t index = 0;
  bool is_index = false;
};

using JsonPath = std::vector<PathStep>;

/// Reads a path that begins with `$`. Nothing for one that is written in another way.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// As `parse_json_path`; text that does not begin with `$` is the name of one property.
std::optional<JsonPath> parse_key_or_path(std::string_view text);

/// What lies at the end of the path; a null where there is nothing. `found` tells the two apart.
DynamicView value_at_path(DynamicView value, const JsonPath& path, bool* found = nullptr);

}  // namespace vedette::stdlib
