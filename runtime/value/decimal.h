// KQL decimals: IEEE decimal128 in 16 bytes.
#pragma once

#include <cstdint>

namespace vedette {

/// A decimal number of up to 34 digits.
struct Decimal {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Decimal&) const = default;
};

}  // namespace vedette
