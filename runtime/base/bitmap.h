// Bits packed into 64-bit words: validity of vectors, flags of rows.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace vedette {

constexpr size_t words_for(size_t bits) {
  return (bits + 63) / 64;
}

inline bool get_bit(const uint64_t* words, size_t at) {
  return words[at / 64] >> (at % 64) & 1;
}

inline void set_bit(uint64_t* words, size_t at) {
  words[at / 64] |= uint64_t{1} << (at % 64);
}

inline void clear_bit(uint64_t* words, size_t at) {
  words[at / 64] &= ~(uint64_t{1} << (at % 64));
}

inline void assign_bit(uint64_t* words, size_t at, bool on) {
  if (on) {
    set_bit(words, at);
  } else {
    clear_bit(words, at);
  }
}

}  // namespace vedette
