#include "runtime/table/bit_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace vedette::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

template <typename Word> constexpr uint32_t lanes_of = 64 / sizeof(Word);
template <typename Word> constexpr int bits_of = sizeof(Word) * 8;

/// Rows of lanes (one value a lane) that `count` values take.
template <typename Word> constexpr uint32_t steps_for(uint32_t count) {
  return (count + lanes_of<Word> - 1) / lanes_of<Word>;
}

template <typename Word> constexpr size_t bytes_for(uint32_t count, int width) {
  const size_t bits = size_t{steps_for<Word>(count)} * width;
  return (bits + bits_of<Word> - 1) / bits_of<Word> * 64;
}

template <typename Word> constexpr Word low_bits(int width) {
  return width == bits_of<Word> ? ~Word{0} : (Word{1} << width) - 1;
}

/// Unpacks one value a lane: the `step`-th of a run.
template <typename Word>
inline void unpack_step(const Word* from, int width, uint32_t step, Word* to) {
  constexpr uint32_t lanes = lanes_of<Word>;
  const size_t bit = size_t{step} * width;
  const Word* words = from + bit / bits_of<Word> * lanes;
  const int shift = bit % bits_of<Word>;
  const Word mask = low_bits<Word>(width);
  if (shift + width > bits_of<Word>) {
    for (uint32_t lane = 0; lane < lanes; ++lane) {
      to[lane] = (words[lane] >> shift | words[lanes + lane] << (bits_of<Word> - shift)) & mask;
    }
  } else {
    for (uint32_t lane = 0; lane < lanes; ++lane) to[lane] = words[lane] >> shift & mask;
  }
}

/// Unpacks as many steps as a word has bits: they take `width` words of each lane, so every shift
/// is a constant.
template <typename Word, int width, size_t... steps>
inline void unpack_period(const Word* from, Word* to, std::index_sequence<steps...>) {
  (unpack_step<Word>(from, width, steps, to + steps * lanes_of<Word>), ...);
}

template <typename Word, int width> void unpack_width(const char* from, uint32_t count, Word* to) {
  constexpr uint32_t period = bits_of<Word>;
  const uint32_t steps = steps_for<Word>(count);
  const Word* words = reinterpret_cast<const Word*>(from);
  uint32_t step = 0;
  for (; step + period <= steps; step += period) {
    unpack_period<Word, width>(words, to, std::make_index_sequence<period>());
    words += width * lanes_of<Word>;
    to += period * lanes_of<Word>;
  }
  for (uint32_t rest = 0; step + rest < steps; ++rest) {
    unpack_step<Word>(words, width, rest, to + rest * lanes_of<Word>);
  }
}

template <typename Word> using Unpack = void (*)(const char*, uint32_t, Word*);

template <typename Word, int first, int... offsets>
constexpr std::array<Unpack<Word>, sizeof...(offsets)> unpack_table(
    std::integer_sequence<int, offsets...>) {
  return {&unpack_width<Word, first + offsets>...};
}

constexpr auto narrow_unpack = unpack_table<uint32_t, 1>(std::make_integer_sequence<int, 32>());
constexpr auto wide_unpack = unpack_table<uint64_t, 33>(std::make_integer_sequence<int, 32>());

template <typename Word>
void pack_lanes(const uint64_t* values, uint32_t count, int width, char* to) {
  constexpr uint32_t lanes = lanes_of<Word>;
  std::memset(to, 0, bytes_for<Word>(count, width));
  Word* words = reinterpret_cast<Word*>(to);
  for (uint32_t at = 0; at < count; ++at) {
    const size_t bit = size_t{at / lanes} * width;
    const size_t word = bit / bits_of<Word> * lanes + at % lanes;
    const int shift = bit % bits_of<Word>;
    const Word value = static_cast<Word>(values[at]);
    words[word] |= value << shift;
    if (shift + width > bits_of<Word>) words[word + lanes] |= value >> (bits_of<Word> - shift);
  }
}

template <typename Word> uint64_t packed_in_lanes(const char* from, int width, uint32_t at) {
  constexpr uint32_t lanes = lanes_of<Word>;
  const Word* words = reinterpret_cast<const Word*>(from);
  const size_t bit = size_t{at / lanes} * width;
  const size_t word = bit / bits_of<Word> * lanes + at % lanes;
  const int shift = bit % bits_of<Word>;
  Word value = words[word] >> shift;
  if (shift + width > bits_of<Word>) value |= words[word + lanes] << (bits_of<Word> - shift);
  return value & low_bits<Word>(width);
}

}  // namespace

int width_of(uint64_t largest) {
  return std::bit_width(largest);
}

size_t packed_bytes(uint32_t count, int width) {
  return width <= 32 ? bytes_for<uint32_t>(count, width) : bytes_for<uint64_t>(count, width);
}

void pack(const uint64_t* values, uint32_t count, int width, char* to) {
  if (width == 0) return;
  if (width <= 32) return pack_lanes<uint32_t>(values, count, width, to);
  pack_lanes<uint64_t>(values, count, width, to);
}

void unpack(const char* from, uint32_t count, int width, uint32_t* to) {
  if (width == 0) {
    std::memset(to, 0, count * sizeof(uint32_t));
  } else {
    narrow_unpack[width - 1](from, count, to);
  }
}

void unpack(const char* from, uint32_t count, int width, uint64_t* to) {
  if (width > 32) return wide_unpack[width - 33](from, count, to);
  constexpr uint32_t chunk = 512;  // a period: `width` words of each lane
  uint32_t narrow[chunk];
  for (uint32_t done = 0; done < count; done += chunk) {
    const uint32_t size = std::min(chunk, count - done);
    unpack(from, size, width, narrow);
    for (uint32_t at = 0; at < size; ++at) to[done + at] = narrow[at];
    from += packed_bytes(chunk, width);
  }
}

uint64_t packed_at(const char* from, int width, uint32_t at) {
  if (width == 0) return 0;
  return width <= 32 ? packed_in_lanes<uint32_t>(from, width, at)
                     : packed_in_lanes<uint64_t>(from, width, at);
}

}  // namespace vedette::storage
