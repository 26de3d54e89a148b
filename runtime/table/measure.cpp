#include "runtime/table/measure.h"

#include <bit>

#include "runtime/base/bitmap.h"

namespace vedette::storage {
namespace {

uint32_t count_nulls(const Vector& values, uint32_t rows) {
  if (values.validity == nullptr) return 0;
  uint32_t valid = 0;
  for (uint32_t word = 0; word < rows / 64; ++word) valid += std::popcount(values.validity[word]);
  for (uint32_t row = rows / 64 * 64; row < rows; ++row) valid += get_bit(values.validity, row);
  return rows - valid;
}

/// Bounds over the rows that are not null; `key_of(row, key)` is false where a value has no key.
template <typename KeyOf> void bound(ZoneMap& zone, const Vector& values, KeyOf&& key_of) {
  uint64_t min = ~uint64_t{0};
  uint64_t max = 0;
  for (uint32_t row = 0; row < zone.rows; ++row) {
    if (zone.nulls > 0 && is_null(values, row)) continue;
    uint64_t key = 0;
    if (!key_of(row, key)) return;
    min = key < min ? key : min;
    max = key > max ? key : max;
  }
  zone.bounded = true;
  zone.min = min;
  zone.max = max;
}

/// Eight bytes from `data`, the first one highest; zeros after `size`.
uint64_t prefix_key(const char* data, size_t size) {
  if (size < 8) return zone_key_of_prefix({data, size});
  uint64_t bytes;
  std::memcpy(&bytes, data, sizeof(bytes));
  return __builtin_bswap64(bytes);
}

}  // namespace

ZoneMap measure_zone(const Vector& values, uint32_t rows) {
  ZoneMap zone{.rows = rows, .nulls = count_nulls(values, rows)};
  if (zone.nulls == rows) return zone;
  switch (values.type) {
    case Type::Bool:
      bound(zone, values, [&](uint32_t row, uint64_t& key) {
        key = values.as<uint8_t>()[row];
        return true;
      });
      break;
    case Type::Int:
    case Type::Long:
    case Type::Datetime:
    case Type::Timespan:
      bound(zone, values, [&](uint32_t row, uint64_t& key) {
        key = zone_key_of_word(values.as<int64_t>()[row]);
        return true;
      });
      break;
    case Type::Real:
      bound(zone, values, [&](uint32_t row, uint64_t& key) {
        const auto found = zone_key_of_real(values.as<double>()[row]);
        key = found.value_or(0);
        return found.has_value();
      });
      break;
    case Type::String:
      bound(zone, values, [&](uint32_t row, uint64_t& key) {
        const Text& text = values.as<Text>()[row];
        key = prefix_key(text.data, text.size);
        return true;
      });
      break;
    case Type::Guid:
      bound(zone, values, [&](uint32_t row, uint64_t& key) {
        key = prefix_key(values.as<char>() + row * sizeof(Guid), sizeof(Guid));
        return true;
      });
      break;
    default:
      break;
  }
  return zone;
}

}  // namespace vedette::storage
