// Integers of a fixed number of bits, laid out so that unpacking is straight vector code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vedette::storage {

// Layout. Values of up to 32 bits go to 16 lanes of 32-bit words, wider ones to 8 lanes of 64-bit
// words: value i belongs to lane i % lanes, and within its lane it follows value i - lanes bit by
// bit, low bits first. Word w of lane l is at index w * lanes + l. So 16 (8) neighbouring values
// always need the same shift, and a compiler sees loops without dependencies.

/// Bits that hold `largest`.
int width_of(uint64_t largest);

/// Bytes that `count` values of `width` bits take; a multiple of 64. `width` is at most 64.
size_t packed_bytes(uint32_t count, int width);

/// Packs values that fit into `width` bits. Writes packed_bytes(count, width).
void pack(const uint64_t* values, uint32_t count, int width, char* to);

/// The reverse for `width` of at most 32. Writes up to 15 values more than `count`.
void unpack(const char* from, uint32_t count, int width, uint32_t* to);

/// The reverse for any `width`. Writes up to 15 values more than `count`.
void unpack(const char* from, uint32_t count, int width, uint64_t* to);

/// One value of a packed run.
uint64_t packed_at(const char* from, int width, uint32_t at);

/// Values that an array to unpack `count` values into must have room for.
constexpr uint32_t room_to_unpack(uint32_t count) {
  return (count + 15) / 16 * 16;
}

}  // namespace vedette::storage
