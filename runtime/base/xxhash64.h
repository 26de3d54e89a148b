// The hash that queries see: it must never change.
#pragma once

#include <cstdint>
#include <string_view>

namespace vedette {

/// XXH64 of some bytes, with seed 0.
uint64_t xxhash64(std::string_view bytes);

}  // namespace vedette
