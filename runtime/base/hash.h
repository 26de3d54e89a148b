// Hashes for tables in memory and checksums on disk (XXH3, from libxxhash).
#pragma once

#include <cstdint>
#include <string_view>

namespace vedette {

/// XXH3 of some bytes.
uint64_t hash_bytes(std::string_view bytes);

/// Mixes a 64-bit key; good enough for a power-of-two table.
inline uint64_t hash_word(uint64_t key) {
  key ^= key >> 32;
  key *= 0xd6e8feb86659fd93ull;
  key ^= key >> 32;
  key *= 0xd6e8feb86659fd93ull;
  key ^= key >> 32;
  return key;
}

inline uint64_t combine_hashes(uint64_t first, uint64_t second) {
  return hash_word(first ^ (second + 0x9e3779b97f4a7c15ull + (first << 6) + (first >> 2)));
}

}  // namespace vedette
