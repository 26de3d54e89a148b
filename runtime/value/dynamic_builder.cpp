#include "runtime/value/dynamic_builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "runtime/base/bitmap.h"
#include "runtime/base/error.h"

namespace vedette {

namespace {

char tag_with_width(DynamicTag tag, unsigned width_code) {
  return static_cast<char>(static_cast<unsigned>(tag) | width_code << 4);
}

unsigned width_code_for(size_t largest) {
  return largest <= 0xff ? 0 : largest <= 0xffff ? 1 : 2;
}

char* store(char* out, size_t value, unsigned width_code) {
  std::memcpy(out, &value, size_t{1} << width_code);
  return out + (1u << width_code);
}

}  // namespace

void DynamicBuilder::add_long(int64_t value) {
  unsigned width_code = 3;
  if (value == static_cast<int8_t>(value)) {
    width_code = 0;
  } else if (value == static_cast<int16_t>(value)) {
    width_code = 1;
  } else if (value == static_cast<int32_t>(value)) {
    width_code = 2;
  }
  char* const out = bytes_.extend(9);
  *out = tag_with_width(DynamicTag::Long, width_code);
  std::memcpy(out + 1, &value, 8);
  bytes_.truncate(bytes_.size() - 8 + (size_t{1} << width_code));
  finish_value();
}

void DynamicBuilder::add_number(double value, std::string_view text) {
  char* const out = bytes_.extend(9);
  *out = static_cast<char>(DynamicTag::Number);
  std::memcpy(out + 1, &value, 8);
  bytes_.append(text);
  finish_value();
}

void DynamicBuilder::add_string(std::string_view text) {
  bytes_.push_back(static_cast<char>(DynamicTag::String));
  bytes_.append(text);
  finish_value();
}

void DynamicBuilder::add(DynamicView value) {
  if (value.bytes().empty()) return add_null();
  bytes_.append(value.bytes());
  finish_value();
}

void DynamicBuilder::begin(bool object) {
  frames_.push_back({object, bytes_.size(), ends_.size(), key_ends_.size(), key_bytes_.size()});
}

void DynamicBuilder::key(std::string_view key) {
  const Frame& frame = frames_.back();
  key_bytes_.append(key);
  key_ends_.push_back(static_cast<uint32_t>(key_bytes_.size() - frame.first_key_byte));
  hashes_.push_back(DynamicKey::hash_of_key(key));
}

void DynamicBuilder::end_array() {
  const Frame frame = frames_.back();
  const size_t count = ends_.size() - frame.first_end;
  const size_t payload = bytes_.size() - frame.first_byte;
  const unsigned width_code = width_code_for(std::max(payload, count));
  const size_t width = size_t{1} << width_code;
  const size_t header = 1 + width + count * width;
  bytes_.extend(header);
  char* out = bytes_.data() + frame.first_byte;
  std::memmove(out + header, out, payload);
  *out++ = tag_with_width(DynamicTag::Array, width_code);
  out = store(out, count, width_code);
  for (size_t at = 0; at < count; ++at) out = store(out, ends_[frame.first_end + at], width_code);
  ends_.resize(frame.first_end);
  frames_.pop_back();
  finish_value();
}

void DynamicBuilder::end_object() {
  const Frame frame = frames_.back();
  check(ends_.size() - frame.first_end == key_ends_.size() - frame.first_key,
        "each key of an object has a value");
  drop_repeated_keys(frame);
  const size_t count = key_ends_.size() - frame.first_key;
  const size_t key_bytes = key_bytes_.size() - frame.first_key_byte;
  const size_t value_bytes = bytes_.size() - frame.first_byte;
  const unsigned width_code = width_code_for(std::max(key_bytes + value_bytes, count));
  const size_t width = size_t{1} << width_code;
  const size_t header = 1 + width + count * (1 + 2 * width);
  bytes_.extend(header + key_bytes);
  char* out = bytes_.data() + frame.first_byte;
  std::memmove(out + header + key_bytes, out, value_bytes);
  *out++ = tag_with_width(DynamicTag::Object, width_code);
  out = store(out, count, width_code);
  if (count > 0) std::memcpy(out, hashes_.data() + frame.first_key, count);
  out += count;
  for (size_t at = 0; at < count; ++at) {
    out = store(out, key_ends_[frame.first_key + at], width_code);
  }
  for (size_t at = 0; at < count; ++at) {
    out = store(out, key_bytes + ends_[frame.first_end + at], width_code);
  }
  if (key_bytes > 0) std::memcpy(out, key_bytes_.data() + frame.first_key_byte, key_bytes);
  ends_.resize(frame.first_end);
  key_ends_.resize(frame.first_key);
  hashes_.resize(frame.first_key);
  key_bytes_.truncate(frame.first_key_byte);
  frames_.pop_back();
  finish_value();
}

std::string_view DynamicBuilder::key_of(const Frame& frame, size_t index) const {
  const uint32_t start = index == 0 ? 0 : key_ends_[frame.first_key + index - 1];
  return key_bytes_.view().substr(frame.first_key_byte + start,
                                  key_ends_[frame.first_key + index] - start);
}

/// For each entry the later entry with the same key, itself if there is none; empty if no key
/// comes twice.
std::vector<uint32_t> DynamicBuilder::repeated_keys(const Frame& frame) const {
  const size_t count = key_ends_.size() - frame.first_key;
  const uint8_t* hashes = hashes_.data() + frame.first_key;
  std::array<uint64_t, 4> seen = {};
  bool repeated = false;
  for (size_t at = 0; at < count; ++at) {
    repeated |= get_bit(seen.data(), hashes[at]);
    set_bit(seen.data(), hashes[at]);
  }
  if (repeated && count <= 64) {
    repeated = false;
    for (size_t at = 1; at < count; ++at) {
      for (size_t before = 0; before < at; ++before) {
        repeated |= hashes[before] == hashes[at] && key_of(frame, before) == key_of(frame, at);
      }
    }
  }
  if (!repeated) return {};
  repeated = false;
  std::unordered_map<std::string_view, uint32_t> last;
  for (size_t at = 0; at < count; ++at) {
    repeated |= !last.insert_or_assign(key_of(frame, at), static_cast<uint32_t>(at)).second;
  }
  if (!repeated) return {};
  std::vector<uint32_t> winners(count);
  for (size_t at = 0; at < count; ++at) winners[at] = last[key_of(frame, at)];
  return winners;
}

void DynamicBuilder::drop_repeated_keys(const Frame& frame) {
  const std::vector<uint32_t> winners = repeated_keys(frame);
  if (winners.empty()) return;
  const std::string keys(key_bytes_.view().substr(frame.first_key_byte));
  const std::string values(bytes_.view().substr(frame.first_byte));
  const std::vector<uint32_t> key_ends(key_ends_.begin() + static_cast<int64_t>(frame.first_key),
                                       key_ends_.end());
  const std::vector<uint32_t> ends(ends_.begin() + static_cast<int64_t>(frame.first_end),
                                   ends_.end());
  bytes_.truncate(frame.first_byte);
  ends_.resize(frame.first_end);
  key_ends_.resize(frame.first_key);
  hashes_.resize(frame.first_key);
  key_bytes_.truncate(frame.first_key_byte);
  std::vector<bool> taken(winners.size());
  for (size_t at = 0; at < winners.size(); ++at) {
    const size_t winner = winners[at];
    if (taken[winner]) continue;
    taken[winner] = true;
    const uint32_t key_start = at == 0 ? 0 : key_ends[at - 1];
    key(std::string_view(keys).substr(key_start, key_ends[at] - key_start));
    const uint32_t start = winner == 0 ? 0 : ends[winner - 1];
    add(DynamicView(std::string_view(values).substr(start, ends[winner] - start)));
  }
}

Dynamic DynamicBuilder::finish(Arena& arena) {
  check(frames_.empty(), "every array and object has been ended");
  const Dynamic value = {Text(arena.copy(bytes_.view()))};
  clear();
  return value;
}

std::string DynamicBuilder::take() {
  check(frames_.empty(), "every array and object has been ended");
  std::string value(bytes_.view());
  clear();
  return value;
}

void DynamicBuilder::restore(const Mark& mark) {
  bytes_.truncate(mark.bytes);
  frames_.resize(mark.frames);
  ends_.resize(mark.ends);
  key_ends_.resize(mark.keys);
  hashes_.resize(mark.keys);
  key_bytes_.truncate(mark.key_bytes);
}

}  // namespace vedette
