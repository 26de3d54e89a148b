#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/value/dynamic.h"

namespace vedette {

namespace {

constexpr size_t depth_limit = 2 * max_dynamic_depth;

/// Kinds in their order; all numbers are one.
int rank_of(DynamicKind kind) {
  switch (kind) {
    case DynamicKind::Null:
      return 0;
    case DynamicKind::Bool:
      return 1;
    case DynamicKind::Long:
    case DynamicKind::Real:
    case DynamicKind::Decimal:
      return 2;
    case DynamicKind::Datetime:
      return 3;
    case DynamicKind::Timespan:
      return 4;
    case DynamicKind::Guid:
      return 5;
    case DynamicKind::String:
      return 6;
    case DynamicKind::Array:
      return 7;
    case DynamicKind::Object:
      return 8;
  }
  return 0;
}

std::strong_ordering order_of(int comparison) {
  return comparison <=> 0;
}

/// NaN is the smallest number and equals itself.
std::strong_ordering compare_reals(double a, double b) {
  if (a < b) return std::strong_ordering::less;
  if (a > b) return std::strong_ordering::greater;
  return std::isnan(b) <=> std::isnan(a);
}

/// Exact, though not every long is a real.
std::strong_ordering compare_long_to_real(int64_t a, double b) {
  if (std::isnan(b)) return std::strong_ordering::greater;
  if (b >= 0x1p63) return std::strong_ordering::less;
  if (b < -0x1p63) return std::strong_ordering::greater;
  const double whole = std::floor(b);
  const auto order = a <=> static_cast<int64_t>(whole);
  return order == 0 && b > whole ? std::strong_ordering::less : order;
}

std::strong_ordering compare_numbers(DynamicView a, DynamicView b) {
  const DynamicKind kind_a = a.kind();
  const DynamicKind kind_b = b.kind();
  if (kind_a == DynamicKind::Decimal || kind_b == DynamicKind::Decimal) {
    const auto decimal = [](DynamicView number) {
      return number.kind() == DynamicKind::Decimal ? number.as_decimal()
                                                   : decimal_of(number.as_long());
    };
    if (kind_a == DynamicKind::Real) return compare_reals(a.as_real(), to_real(decimal(b)));
    if (kind_b == DynamicKind::Real) return compare_reals(to_real(decimal(a)), b.as_real());
    return decimal(a) <=> decimal(b);
  }
  if (kind_a == DynamicKind::Long && kind_b == DynamicKind::Long) {
    return a.as_long() <=> b.as_long();
  }
  if (kind_a == DynamicKind::Long) return compare_long_to_real(a.as_long(), b.as_real());
  if (kind_b == DynamicKind::Long) return 0 <=> compare_long_to_real(b.as_long(), a.as_real());
  return compare_reals(a.as_real(), b.as_real());
}

std::strong_ordering compare_at(DynamicView a, DynamicView b, size_t depth);

std::strong_ordering compare_arrays(DynamicView a, DynamicView b, size_t depth) {
  const size_t count_a = a.size();
  const size_t count_b = b.size();
  for (size_t at = 0; at < std::min(count_a, count_b); ++at) {
    const int64_t index = static_cast<int64_t>(at);
    if (const auto order = compare_at(a.at(index), b.at(index), depth); order != 0) return order;
  }
  return count_a <=> count_b;
}

std::vector<size_t> by_key(DynamicView object) {
  std::vector<size_t> order(object.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t x, size_t y) { return object.key_at(x) < object.key_at(y); });
  return order;
}

/// Smaller objects first, then entry by entry in the order of the keys.
std::strong_ordering compare_objects(DynamicView a, DynamicView b, size_t depth) {
  if (const auto order = a.size() <=> b.size(); order != 0) return order;
  const std::vector<size_t> order_a = by_key(a);
  const std::vector<size_t> order_b = by_key(b);
  for (size_t at = 0; at < order_a.size(); ++at) {
    const size_t x = order_a[at];
    const size_t y = order_b[at];
    if (const int order = a.key_at(x).compare(b.key_at(y)); order != 0) return order_of(order);
    if (const auto order = compare_at(a.value_at(x), b.value_at(y), depth); order != 0) {
      return order;
    }
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_at(DynamicView a, DynamicView b, size_t depth) {
  if (a.bytes() == b.bytes() || depth == 0) return std::strong_ordering::equal;
  const int rank = rank_of(a.kind());
  if (const auto order = rank <=> rank_of(b.kind()); order != 0) return order;
  switch (rank) {
    case 1:
      return a.as_bool() <=> b.as_bool();
    case 2:
      return compare_numbers(a, b);
    case 3:
      return a.as_datetime() <=> b.as_datetime();
    case 4:
      return a.as_timespan() <=> b.as_timespan();
    case 5:
      return a.as_guid() <=> b.as_guid();
    case 6:
      return order_of(a.as_text().compare(b.as_text()));
    case 7:
      return compare_arrays(a, b, depth - 1);
    case 8:
      return compare_objects(a, b, depth - 1);
    default:
      return std::strong_ordering::equal;
  }
}

uint64_t hash_at(DynamicView value, size_t depth) {
  const DynamicKind kind = value.kind();
  const auto hash = [&](uint64_t word) {
    return combine_hashes(static_cast<uint64_t>(rank_of(kind)), hash_word(word));
  };
  const auto hash_real = [&](double real) {
    if (real >= -0x1p63 && real < 0x1p63 && real == std::trunc(real)) {
      return hash(static_cast<uint64_t>(static_cast<int64_t>(real)));
    }
    uint64_t bits = 0;
    if (!std::isnan(real)) std::memcpy(&bits, &real, sizeof bits);
    return hash(~bits);
  };
  if (depth == 0) return 0;
  switch (kind) {
    case DynamicKind::Null:
      return hash(0);
    case DynamicKind::Bool:
      return hash(value.as_bool());
    case DynamicKind::Long:
      return hash(static_cast<uint64_t>(value.as_long()));
    case DynamicKind::Real:
      return hash_real(value.as_real());
    case DynamicKind::Decimal: {
      const auto whole = to_long(value.as_decimal());
      if (whole && decimal_of(*whole) == value.as_decimal()) {
        return hash(static_cast<uint64_t>(*whole));
      }
      return hash_real(to_real(value.as_decimal()));
    }
    case DynamicKind::Datetime:
      return hash(static_cast<uint64_t>(value.as_datetime().ticks));
    case DynamicKind::Timespan:
      return hash(static_cast<uint64_t>(value.as_timespan().ticks));
    case DynamicKind::Guid:
      return hash(hash_bytes(value.bytes()));
    case DynamicKind::String:
      return hash(hash_bytes(value.as_text()));
    case DynamicKind::Array: {
      uint64_t sum = value.size();
      for (DynamicView item : value.items()) sum = combine_hashes(sum, hash_at(item, depth - 1));
      return hash(sum);
    }
    case DynamicKind::Object: {
      uint64_t sum = value.size();
      for (const auto& [key, item] : value.entries()) {
        sum += combine_hashes(hash_bytes(key), hash_at(item, depth - 1));
      }
      return hash(sum);
    }
  }
  return 0;
}

}  // namespace

std::strong_ordering compare(DynamicView a, DynamicView b) {
  return compare_at(a, b, depth_limit);
}

uint64_t hash_of(DynamicView value) {
  return hash_at(value, depth_limit);
}

}  // namespace vedette
