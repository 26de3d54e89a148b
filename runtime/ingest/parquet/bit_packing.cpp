#include "runtime/ingest/parquet/bit_packing.h"

namespace vedette::parquet {

DeltaReader::DeltaReader(std::string_view bytes) : bytes_(bytes) {
  const uint64_t block = bytes_.varint();
  parts_ = bytes_.varint();
  left_ = bytes_.varint();
  value_ = static_cast<uint64_t>(bytes_.zigzag());
  constexpr uint64_t most = 1u << 31;
  if (block == 0 || parts_ == 0 || block > most || parts_ > block || block % parts_ != 0 ||
      left_ > most) {
    damaged("differences are in blocks of an impossible size");
  }
  part_values_ = block / parts_;
  part_ = parts_;
}

void DeltaReader::next_part() {
  if (part_ == parts_) {
    least_ = static_cast<uint64_t>(bytes_.zigzag());
    widths_ = bytes_.take(parts_);
    part_ = 0;
  }
  width_ = static_cast<uint8_t>(widths_[part_++]);
  if (width_ > 64) damaged("a difference has more than 64 bits");
  const uint64_t bytes = (part_values_ * width_ + 7) / 8;
  // The last part may be cut off behind its last value.
  const uint64_t needed = (std::min(part_values_, left_) * width_ + 7) / 8;
  if (needed > bytes_.left()) damaged("data ends too early");
  packed_ = bytes_.take(std::min<uint64_t>(bytes, bytes_.left()));
  bit_ = 0;
  part_left_ = part_values_;
}

void DeltaReader::read(int64_t* out, size_t count) {
  if (count > left_) damaged("there are fewer values than there should be");
  if (count > 0 && first_) {
    first_ = false;
    *out++ = static_cast<int64_t>(value_);
    --count;
    --left_;
  }
  while (count > 0) {
    if (part_left_ == 0) next_part();
    const size_t taken = std::min<uint64_t>(count, part_left_);
    for (size_t at = 0; at < taken; ++at, bit_ += width_) {
      value_ += least_ + (width_ == 0 ? 0 : bits_at(packed_, bit_, width_));
      out[at] = static_cast<int64_t>(value_);
    }
    out += taken;
    count -= taken;
    part_left_ -= taken;
    left_ -= taken;
  }
}

std::string_view DeltaReader::skip() {
  if (left_ > 0 && first_) {
    first_ = false;
    --left_;
  }
  while (left_ > 0) {
    if (part_left_ == 0) next_part();
    const uint64_t taken = std::min(left_, part_left_);
    part_left_ -= taken;
    left_ -= taken;
  }
  return bytes_.rest();
}

}  // namespace vedette::parquet
