// Integers in runs and in few bits: how Parquet writes levels, dictionary codes and bools.
#pragma once

#include <algorithm>

#include "runtime/ingest/parquet/problem.h"

namespace vedette::parquet {

/// `width` bits (at most 64) from bit `bit` of `bytes` on, the low bits first. Bits behind the end
/// are zero.
inline uint64_t bits_at(std::string_view bytes, uint64_t bit, uint32_t width) {
  const size_t first = bit / 8;
  const uint32_t shift = bit % 8;
  uint64_t low = 0;
  if (first < bytes.size()) {
    std::memcpy(&low, bytes.data() + first, std::min<size_t>(8, bytes.size() - first));
  }
  uint64_t value = low >> shift;
  if (shift + width > 64 && first + 8 < bytes.size()) {
    value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[first + 8])) << (64 - shift);
  }
  return width == 64 ? value : value & ((uint64_t{1} << width) - 1);
}

/// Runs of one value, and groups of eight that are packed into bits.
class RunReader {
 public:
  RunReader() = default;
  /// `width` is at most 32.
  RunReader(std::string_view bytes, uint32_t width) : bytes_(bytes), width_(width) {}

  /// Throws Problem when there are not so many values.
  template <typename T> void read(T* out, size_t count) {
    while (count > 0) {
      if (repeats_ == 0 && packed_left_ == 0) next_run();
      if (repeats_ > 0) {
        const size_t taken = std::min<size_t>(count, repeats_);
        std::fill_n(out, taken, static_cast<T>(value_));
        repeats_ -= taken;
        out += taken;
        count -= taken;
      } else {
        const size_t taken = std::min<size_t>(count, packed_left_);
        unpack(out, taken);
        packed_left_ -= taken;
        out += taken;
        count -= taken;
      }
    }
  }

 private:
  void next_run() {
    if (width_ == 0) {  // there is one value only, which need not be written
      repeats_ = ~uint64_t{0};
      value_ = 0;
      return;
    }
    const uint64_t header = bytes_.varint();
    if (header & 1) {
      const uint64_t groups = header >> 1;
      // Some writers leave out the end of the last group, where no values are.
      const uint64_t bytes = groups > bytes_.left()
                                 ? bytes_.left()
                                 : std::min<uint64_t>(groups * width_, bytes_.left());
      packed_ = bytes_.take(bytes);
      bit_ = 0;
      packed_left_ = std::min<uint64_t>(groups * 8, bytes * 8 / width_);
      if (packed_left_ == 0 && bytes_.left() == 0) damaged("data ends too early");
    } else {
      repeats_ = header >> 1;
      value_ = 0;
      for (uint32_t at = 0; at < (width_ + 7) / 8; ++at) {
        value_ |= static_cast<uint32_t>(bytes_.byte()) << (8 * at);
      }
    }
  }

  template <typename T> void unpack(T* out, size_t count) {
    const uint64_t mask = (uint64_t{1} << width_) - 1;
    size_t at = 0;
    for (; at < count; ++at, bit_ += width_) {
      const size_t first = bit_ / 8;
      if (first + 8 > packed_.size()) break;
      uint64_t word;
      std::memcpy(&word, packed_.data() + first, sizeof word);
      out[at] = static_cast<T>(word >> (bit_ % 8) & mask);
    }
    for (; at < count; ++at, bit_ += width_) {
      out[at] = static_cast<T>(bits_at(packed_, bit_, width_));
    }
  }

  Cursor bytes_;
  uint32_t width_ = 0;
  uint64_t repeats_ = 0;
  uint32_t value_ = 0;
  std::string_view packed_;
  uint64_t bit_ = 0;
  uint64_t packed_left_ = 0;
};

/// Differences in blocks, packed into as few bits as each part of a block needs.
class DeltaReader {
 public:
  DeltaReader() = default;
  /// Reads the beginning of `bytes`.
  explicit DeltaReader(std::string_view bytes);

  /// How many values are left.
  uint64_t left() const { return left_; }
  /// Throws Problem when there are not so many values. Sums wrap around at 64 bits.
  void read(int64_t* out, size_t count);
  /// Passes over all values; returns what is behind them.
  std::string_view skip();

 private:
  void next_part();

  Cursor bytes_;
  uint64_t left_ = 0;
  uint64_t part_values_ = 0;  // in each part of a block
  uint64_t parts_ = 0;        // in each block
  bool first_ = true;
  uint64_t value_ = 0;
  uint64_t least_ = 0;  // the smallest difference of the block
  std::string_view widths_;
  size_t part_ = 0;  // the next one
  std::string_view packed_;
  uint32_t width_ = 0;
  uint64_t bit_ = 0;
  uint64_t part_left_ = 0;
};

}  // namespace vedette::parquet
