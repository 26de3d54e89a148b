#include "runtime/table/word_page.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "runtime/table/bit_packing.h"
#include "runtime/table/extent.h"

namespace vedette::storage {
namespace {

/// How values lie above their smallest one: in steps of `unit`, up to `largest` of them.
struct Spread {
  uint64_t unit = 1;
  uint64_t largest = 0;
};

/// Of differences that are not negative. Replaces them by multiples of the unit.
Spread divide_by_unit(std::span<uint64_t> differences) {
  uint64_t unit = 0;
  uint64_t largest = 0;
  for (const uint64_t difference : differences) {
    largest = std::max(largest, difference);
    if (unit != 1 && (unit == 0 || difference % unit != 0)) unit = std::gcd(unit, difference);
  }
  if (unit <= 1) return {1, largest};
  for (uint64_t& difference : differences) difference /= unit;
  return {unit, largest / unit};
}

using PageWords = std::array<uint64_t, page_rows>;

/// Differences between neighbours, above the smallest; false when they do not fit into 63 bits.
bool neighbour_differences(std::span<const int64_t> values, PageWords& differences,
                           int64_t& smallest) {
  smallest = INT64_MAX;
  int64_t largest = INT64_MIN;
  for (size_t at = 1; at < values.size(); ++at) {
    int64_t difference;
    if (__builtin_sub_overflow(values[at], values[at - 1], &difference)) return false;
    differences[at - 1] = static_cast<uint64_t>(difference);
    smallest = std::min(smallest, difference);
    largest = std::max(largest, difference);
  }
  if (__builtin_sub_overflow(largest, smallest, &largest)) return false;
  for (size_t at = 0; at + 1 < values.size(); ++at) {
    differences[at] -= static_cast<uint64_t>(smallest);
  }
  return true;
}

char* extend(std::vector<char>& data, size_t bytes) {
  data.resize(data.size() + bytes);
  return data.data() + data.size() - bytes;
}

}  // namespace

WordPage encode_words(std::span<const int64_t> values, std::vector<char>& data) {
  WordPage page{.offset = static_cast<uint32_t>(data.size())};
  if (values.empty()) return page;
  const uint32_t count = static_cast<uint32_t>(values.size());
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  page.base = static_cast<uint64_t>(*smallest);
  PageWords offsets;
  for (uint32_t at = 0; at < count; ++at) {
    offsets[at] = static_cast<uint64_t>(values[at]) - page.base;
  }
  const Spread offset_spread = divide_by_unit({offsets.data(), count});
  const int offset_width = width_of(offset_spread.largest);

  // Differences between neighbours cannot be read one by one, so they must save a quarter.
  PageWords deltas;
  int64_t step = 0;
  if (count > 2 && offset_width > 1 && neighbour_differences(values, deltas, step)) {
    const Spread spread = divide_by_unit({deltas.data(), count - 1});
    const int width = width_of(spread.largest);
    if (width * 4 <= offset_width * 3) {
      page.base = static_cast<uint64_t>(values[0]);
      page.step = static_cast<uint64_t>(step);
      page.unit = spread.unit;
      page.width = static_cast<uint8_t>(width);
      page.mode = WordMode::Delta;
      pack(deltas.data(), count - 1, width, extend(data, packed_bytes(count - 1, width)));
      return page;
    }
  }
  if (offset_width > 56) return encode_plain_words(values, data);
  page.unit = offset_spread.unit;
  page.width = static_cast<uint8_t>(offset_width);
  pack(offsets.data(), count, offset_width, extend(data, packed_bytes(count, offset_width)));
  return page;
}

WordPage encode_plain_words(std::span<const int64_t> values, std::vector<char>& data) {
  WordPage page{.offset = static_cast<uint32_t>(data.size()), .width = 64, .mode = WordMode::Plain};
  std::memcpy(extend(data, stored_bytes(page, static_cast<uint32_t>(values.size()))), values.data(),
              values.size_bytes());
  return page;
}

size_t stored_bytes(const WordPage& page, uint32_t count) {
  switch (page.mode) {
    case WordMode::Offset:
      return packed_bytes(count, page.width);
    case WordMode::Delta:
      return packed_bytes(count - 1, page.width);
    case WordMode::Plain:
      break;
  }
  return (count * sizeof(int64_t) + 63) / 64 * 64;
}

void decode_words(const WordPage& page, const char* data, uint32_t count, int64_t* to) {
  uint64_t* values = reinterpret_cast<uint64_t*>(to);
  if (page.mode == WordMode::Plain) {
    std::memcpy(to, data, count * sizeof(int64_t));
    return;
  }
  if (page.mode == WordMode::Offset) {
    unpack(data, count, page.width, values);
    const uint64_t base = page.base;
    const uint64_t unit = page.unit;
    if (unit == 1) {
      for (uint32_t at = 0; at < count; ++at) values[at] += base;
    } else if (page.width <= 32 && unit <= UINT32_MAX) {
      for (uint32_t at = 0; at < count; ++at) {
        values[at] =
            base + uint64_t{static_cast<uint32_t>(values[at])} * static_cast<uint32_t>(unit);
      }
    } else {
      for (uint32_t at = 0; at < count; ++at) values[at] = base + values[at] * unit;
    }
    return;
  }
  PageWords deltas;
  unpack(data, count - 1, page.width, deltas.data());
  uint64_t value = page.base;
  values[0] = value;
  for (uint32_t at = 1; at < count; ++at) {
    value += page.step + deltas[at - 1] * page.unit;
    values[at] = value;
  }
}

int64_t decode_word(const WordPage& page, const char* data, uint32_t at) {
  if (page.mode == WordMode::Plain) return reinterpret_cast<const int64_t*>(data)[at];
  return static_cast<int64_t>(page.base + page.unit * packed_at(data, page.width, at));
}

}  // namespace vedette::storage
