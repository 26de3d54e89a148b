// Puts the values of records into typed columns.
#pragma once

#include <string_view>

#include "runtime/ingest/chunk.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette {

/// How a value and its column got along.
enum class Put : uint8_t {
  Stored,
  Misfit,  // not of the column's type
  Broken,  // not a value at all
};

/// Writes cells. Texts are not copied: they must live as long as the parsed chunk.
///
/// A text that is empty is null in every column but string. Numbers, bools, arrays and objects fit
/// into string as their JSON; texts fit into other types if they read as such as a whole; numbers
/// are times if they count seconds, milliseconds, microseconds or nanoseconds since 1970.
class CellWriter {
 public:
  explicit CellWriter(Arena& texts) : texts_(texts) {}

  Put text(CellColumn& column, uint32_t row, std::string_view text);
  /// `token` should be a JSON number.
  Put number(CellColumn& column, uint32_t row, std::string_view token);
  Put boolean(CellColumn& column, uint32_t row, bool value);
  /// `json` should be a JSON array or object.
  Put container(CellColumn& column, uint32_t row, std::string_view json);

  /// Whether a text is JSON and nests no deeper than a dynamic value may.
  bool is_json(std::string_view text);

 private:
  Put dynamic_text(CellColumn& column, uint32_t row, std::string_view text);
  Put built(CellColumn& column, uint32_t row);

  Arena& texts_;
  DynamicBuilder builder_;
};

}  // namespace vedette
