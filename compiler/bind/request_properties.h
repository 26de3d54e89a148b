// What `set` says about a request: limits, and the time that tables are seen through.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette {

/// Set by a query for itself; what is absent stays as the host has it.
struct RequestProperties {
  std::optional<std::chrono::nanoseconds> timeout = {};
  std::optional<int64_t> memory_bytes = {};
  std::optional<int64_t> most_rows = {};         // of a result: further ones are left out
  std::optional<int64_t> truncation_rows = {};   // of a result: more are an error
  std::optional<int64_t> truncation_bytes = {};  // of a result
  bool no_truncation = false;
  bool best_effort = false;  // unions leave out tables that do not exist
};

namespace binding {

/// Is this a property that Kusto knows and that changes nothing here?
bool is_ignored_property(std::string_view name);

}  // namespace binding
}  // namespace vedette
