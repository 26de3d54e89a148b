#include "runtime/table/zone_map.h"

#include <algorithm>

namespace vedette {

void ZoneMap::merge(const ZoneMap& other) {
  if (other.rows == other.nulls) {
    // Nothing to bound; an empty or all-null zone says nothing about values.
  } else if (rows == nulls) {
    bounded = other.bounded, min = other.min, max = other.max;
  } else {
    bounded = bounded && other.bounded;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
  if (!bounded) min = max = 0;
  rows += other.rows;
  nulls += other.nulls;
}

uint64_t zone_key_of_prefix(std::string_view bytes) {
  uint64_t key = 0;
  for (size_t at = 0; at < 8 && at < bytes.size(); ++at) {
    key |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[at])) << (56 - 8 * at);
  }
  return key;
}

std::optional<uint64_t> zone_key_of_real(double value) {
  if (value != value) return std::nullopt;
  const uint64_t bits = std::bit_cast<uint64_t>(value + 0.0);  // -0.0 becomes 0.0, its equal
  return bits >> 63 != 0 ? ~bits : bits | uint64_t{1} << 63;
}

std::optional<uint64_t> zone_key(const Value& value) {
  if (value.is_null()) return std::nullopt;
  switch (value.type()) {
    case Type::Bool:
      return value.as_bool();
    case Type::Real:
      return zone_key_of_real(value.as_real());
    case Type::String:
      return zone_key_of_prefix(value.as_text());
    case Type::Guid:
      return zone_key_of_prefix({reinterpret_cast<const char*>(value.as_guid().bytes.data()), 16});
    case Type::Int:
    case Type::Long:
    case Type::Datetime:
    case Type::Timespan:
      return zone_key_of_word(value.as_word());
    default:
      return std::nullopt;
  }
}

Match match_range(const ZoneMap& zone, const ValueRange& range) {
  const Value* sample = range.low ? &*range.low : range.high ? &*range.high : nullptr;
  const bool text = sample != nullptr && sample->type() == Type::String;
  if (zone.nulls == zone.rows && !text) return Match::None;  // an absent string is empty, not null
  if (!zone.bounded) return Match::Some;

  // Equal keys are equal values only where keys are exact.
  const bool exact = sample != nullptr && !text && sample->type() != Type::Guid;
  bool all = exact && zone.nulls == 0;
  if (range.low) {
    const auto low = zone_key(*range.low);
    if (!low) return Match::Some;
    if (zone.max < *low || (exact && !range.low_inclusive && zone.max == *low)) return Match::None;
    all = all && (zone.min > *low || (range.low_inclusive && zone.min == *low));
  }
  if (range.high) {
    const auto high = zone_key(*range.high);
    if (!high) return Match::Some;
    if (zone.min > *high || (exact && !range.high_inclusive && zone.min == *high)) {
      return Match::None;
    }
    all = all && (zone.max < *high || (range.high_inclusive && zone.max == *high));
  }
  return all ? Match::All : Match::Some;
}

Match match_null(const ZoneMap& zone) {
  if (zone.nulls == 0) return Match::None;
  return zone.nulls == zone.rows ? Match::All : Match::Some;
}

}  // namespace vedette
