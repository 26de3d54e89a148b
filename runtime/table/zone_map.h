// What is known about the values of some rows without reading them.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "runtime/value/value.h"

namespace vedette {

/// Bounds of one column over a block or an extent. Bounds are kept in order-preserving 64-bit keys
/// (`zone_key`): exact for numbers and times, a prefix of 8 bytes for strings and guids. Decimals
/// and dynamics have none.
struct ZoneMap {
  uint32_t rows = 0;
  uint32_t nulls = 0;
  bool bounded = false;  // min and max hold for all values that are not null
  uint64_t min = 0;
  uint64_t max = 0;

  /// Widens this zone so that it covers the rows of `other` too.
  void merge(const ZoneMap& other);
  bool operator==(const ZoneMap&) const = default;
};

/// The key of a value: `a <= b` implies `zone_key(a) <= zone_key(b)`. No key: null, NaN, or a type
/// without bounds.
std::optional<uint64_t> zone_key(const Value& value);

uint64_t zone_key_of_prefix(std::string_view bytes);
std::optional<uint64_t> zone_key_of_real(double value);
constexpr uint64_t zone_key_of_word(int64_t word) {
  return static_cast<uint64_t>(word) ^ uint64_t { 1 } << 63;
}
constexpr int64_t word_of_zone_key(uint64_t key) {
  return static_cast<int64_t>(key ^ uint64_t{1} << 63);
}

/// How many rows of a zone satisfy something.
enum class Match : uint8_t { None, Some, All };

/// The values between two bounds; a missing bound is open. Null is in no range.
struct ValueRange {
  std::optional<Value> low;
  std::optional<Value> high;
  bool low_inclusive = true;
  bool high_inclusive = true;
};

/// How many rows of the zone lie in the range, as far as its bounds can tell. The values of `range`
/// must be of the column's type (int and long are alike); bounds without a key count as open.
Match match_range(const ZoneMap& zone, const ValueRange& range);

/// How many rows of the zone are null.
Match match_null(const ZoneMap& zone);

}  // namespace vedette
