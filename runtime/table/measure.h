// Looks at the values of a block before they are encoded.
#pragma once

#include <string_view>

#include "runtime/column/vector.h"
#include "runtime/table/zone_map.h"

namespace vedette::storage {

/// The zone map of the first `rows` rows of a flat vector.
ZoneMap measure_zone(const Vector& values, uint32_t rows);

/// The bytes of a row of a flat vector: of the text, or of the value as it lies in the vector.
inline std::string_view bytes_of_row(const Vector& values, uint32_t row) {
  const Layout layout = layout_of(values.type);
  if (layout == Layout::Text) return values.as<Text>()[row].view();
  const size_t size = static_cast<size_t>(bytes_of(layout));
  return {values.as<char>() + row * size, size};
}

inline bool is_null(const Vector& values, uint32_t row) {
  return values.validity != nullptr && !get_bit(values.validity, row);
}

}  // namespace vedette::storage
