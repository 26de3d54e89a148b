#include "stdlib/scalar/message_digest.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace vedette::stdlib {
namespace {

constexpr size_t block_bytes = 64;

uint32_t load_word(const char* at, bool little_endian) {
  const auto byte = [&](int i) { return static_cast<uint32_t>(static_cast<uint8_t>(at[i])); };
  return little_endian ? byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24
                       : byte(3) | byte(2) << 8 | byte(1) << 16 | byte(0) << 24;
}

/// Calls `visit` with each block of the bytes, then with what pads them: a bit, zeros, the length.
template <typename Visit>
void for_each_block(std::string_view bytes, bool little_endian, Visit&& visit) {
  size_t at = 0;
  for (; at + block_bytes <= bytes.size(); at += block_bytes) visit(bytes.data() + at);
  char last[2 * block_bytes] = {};
  const size_t left = bytes.size() - at;
  if (left > 0) std::memcpy(last, bytes.data() + at, left);
  last[left] = static_cast<char>(0x80);
  const size_t end = left + 9 <= block_bytes ? block_bytes : 2 * block_bytes;
  const uint64_t bits = uint64_t{bytes.size()} * 8;
  for (size_t i = 0; i < 8; ++i) {
    last[end - 8 + i] = static_cast<char>(bits >> 8 * (little_endian ? i : 7 - i));
  }
  for (at = 0; at < end; at += block_bytes) visit(last + at);
}

template <size_t words>
std::string hexadecimal(const std::array<uint32_t, words>& state, bool little_endian) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (uint32_t word : state) {
    for (int i = 0; i < 4; ++i) {
      const auto byte = static_cast<uint8_t>(word >> 8 * (little_endian ? i : 3 - i));
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return out;
}

/// The constants of MD5: the fractions of sines.
std::array<uint32_t, 64> sine_table() {
  std::array<uint32_t, 64> table;
  for (size_t i = 0; i < 64; ++i) {
    const double sine = std::fabs(std::sin(static_cast<double>(i + 1)));
    table[i] = static_cast<uint32_t>(std::floor(sine * 4294967296.0));
  }
  return table;
}

/// The constants of SHA-256: the first 32 bits of the fractions of the cube roots of the first
/// primes.
constexpr std::array<uint32_t, 64> cube_roots = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

}  // namespace

std::string md5_of(std::string_view bytes) {
  static const std::array<uint32_t, 64> sines = sine_table();
  constexpr int shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  std::array<uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for_each_block(bytes, true, [&](const char* block) {
    auto [a, b, c, d] = state;
    for (uint32_t i = 0; i < 64; ++i) {
      uint32_t mixed = 0;
      uint32_t word = i;
      switch (i / 16) {
        case 0:
          mixed = (b & c) | (~b & d);
          break;
        case 1:
          mixed = (d & b) | (~d & c);
          word = (5 * i + 1) % 16;
          break;
        case 2:
          mixed = b ^ c ^ d;
          word = (3 * i + 5) % 16;
          break;
        default:
          mixed = c ^ (b | ~d);
          word = 7 * i % 16;
      }
      const uint32_t sum = a + mixed + sines[i] + load_word(block + 4 * word, true);
      a = d;
      d = c;
      c = b;
      b += std::rotl(sum, shifts[i / 16][i % 4]);
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
  });
  return hexadecimal(state, true);
}

std::string sha1_of(std::string_view bytes) {
  std::array<uint32_t, 5> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for_each_block(bytes, false, [&](const char* block) {
    std::array<uint32_t, 80> words;
    for (size_t i = 0; i < 16; ++i) words[i] = load_word(block + 4 * i, false);
    for (size_t i = 16; i < 80; ++i) {
      words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    auto [a, b, c, d, e] = state;
    for (size_t i = 0; i < 80; ++i) {
      uint32_t mixed = b ^ c ^ d;
      uint32_t constant = i < 40 ? 0x6ed9eba1 : 0xca62c1d6;
      if (i < 20) {
        mixed = (b & c) | (~b & d);
        constant = 0x5a827999;
      } else if (i >= 40 && i < 60) {
        mixed = (b & c) | (b & d) | (c & d);
        constant = 0x8f1bbcdc;
      }
      const uint32_t next = std::rotl(a, 5) + mixed + e + constant + words[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
  });
  return hexadecimal(state, false);
}

std::string sha256_of(std::string_view bytes) {
  std::array<uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for_each_block(bytes, false, [&](const char* block) {
    std::array<uint32_t, 64> words;
    for (size_t i = 0; i < 16; ++i) words[i] = load_word(block + 4 * i, false);
    for (size_t i = 16; i < 64; ++i) {
      const uint32_t near = words[i - 15];
      const uint32_t far = words[i - 2];
      words[i] = words[i - 16] + (std::rotr(near, 7) ^ std::rotr(near, 18) ^ near >> 3) +
                 words[i - 7] + (std::rotr(far, 17) ^ std::rotr(far, 19) ^ far >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (size_t i = 0; i < 64; ++i) {
      const uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                             ((e & f) ^ (~e & g)) + cube_roots[i] + words[i];
      const uint32_t second =
          (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d,
             state[4] + e, state[5] + f, state[6] + g, state[7] + h};
  });
  return hexadecimal(state, false);
}

}  // namespace vedette::stdlib
