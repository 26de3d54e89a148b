#include "stdlib/aggregate/sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vedette::stdlib {
namespace {

constexpr int fewest_bits = 4;
constexpr int most_bits = 18;

}  // namespace

void Sketch::put(uint64_t hash) {
  const size_t at = hash >> (64 - bits_);
  const uint64_t rest = hash << bits_ | uint64_t{1} << (bits_ - 1);
  registers_[at] = std::max(registers_[at], static_cast<uint8_t>(std::countl_zero(rest) + 1));
}

int64_t Sketch::use_registers() {
  registers_.assign(registers(), 0);
  exact_.for_each([&](uint64_t hash) { put(hash); });
  const auto given_back = static_cast<int64_t>(exact_.bytes());
  exact_.clear();
  return static_cast<int64_t>(registers()) - given_back;
}

int64_t Sketch::add(uint64_t hash) {
  if (!registers_.empty()) {
    put(hash);
    return 0;
  }
  const size_t before = exact_.bytes();
  exact_.add(hash);
  const auto grown = static_cast<int64_t>(exact_.bytes() - before);
  if (exact_.size() * sizeof(uint64_t) < registers()) return grown;
  return grown + use_registers();
}

void Sketch::reduce(int bits) {
  if (bits >= bits_) return;
  if (!registers_.empty()) {
    // The bits between the two precisions were part of a register's number and count as leading
    // bits now.
    const int dropped = bits_ - bits;
    std::vector<uint8_t> fewer(size_t{1} << bits, 0);
    for (size_t at = 0; at < registers_.size(); ++at) {
      if (registers_[at] == 0) continue;
      const uint64_t low = at & ((size_t{1} << dropped) - 1);
      const int rank =
          low == 0 ? registers_[at] + dropped : std::countl_zero(low << (64 - dropped)) + 1;
      uint8_t& into = fewer[at >> dropped];
      into = std::max(into, static_cast<uint8_t>(rank));
    }
    registers_ = std::move(fewer);
  }
  bits_ = bits;
  if (registers_.empty() && exact_.size() * sizeof(uint64_t) >= registers()) use_registers();
}

int64_t Sketch::merge(const Sketch& other) {
  if (other.bits_ < bits_) reduce(other.bits_);
  if (other.bits_ > bits_ && !other.registers_.empty()) {
    Sketch same = other;
    same.reduce(bits_);
    return merge(same);
  }
  int64_t grown = 0;
  other.exact_.for_each([&](uint64_t hash) { grown += add(hash); });
  if (other.registers_.empty()) return grown;
  if (registers_.empty()) grown += use_registers();
  for (size_t at = 0; at < registers_.size(); ++at) {
    registers_[at] = std::max(registers_[at], other.registers_[at]);
  }
  return grown;
}

int64_t Sketch::estimate() const {
  if (registers_.empty()) return static_cast<int64_t>(exact_.size());
  const auto count = static_cast<double>(registers_.size());
  double sum = 0;
  double empty = 0;
  for (uint8_t rank : registers_) {
    sum += std::ldexp(1.0, -rank);
    empty += rank == 0;
  }
  const double raw = 0.7213 / (1 + 1.079 / count) * count * count / sum;
  // While many registers are empty, counting those is the better estimate.
  const double linear = empty > 0 ? count * std::log(count / empty) : raw;
  return std::llround(raw <= 2.5 * count ? linear : raw);
}

void Sketch::add_to(DynamicBuilder& builder) const {
  builder.begin_array();
  builder.add_long(bits_);
  // In order, so that the same values always make the same sketch.
  std::vector<uint64_t> hashes;
  exact_.for_each([&](uint64_t hash) { hashes.push_back(hash); });
  std::sort(hashes.begin(), hashes.end());
  builder.begin_array();
  for (uint64_t hash : hashes) builder.add_long(static_cast<int64_t>(hash));
  builder.end_array();
  // Ranks are below 128, so that the registers are a valid text.
  builder.add_string({reinterpret_cast<const char*>(registers_.data()), registers_.size()});
  builder.end_array();
}

std::optional<Sketch> Sketch::read(DynamicView value) {
  const DynamicView hashes = value.at(1);
  const DynamicView ranks = value.at(2);
  const int64_t bits = value.at(0).as_long();
  const bool sound = value.is_array() && value.size() == 3 && hashes.is_array() &&
                     ranks.is_string() && bits >= fewest_bits && bits <= most_bits;
  if (!sound) return std::nullopt;
  Sketch sketch;
  sketch.bits_ = static_cast<int>(bits);
  const std::string_view text = ranks.as_text();
  if (!text.empty()) {
    if (text.size() != sketch.registers()) return std::nullopt;
    sketch.registers_.assign(text.begin(), text.end());
    for (uint8_t& rank : sketch.registers_) rank = std::min<uint8_t>(rank, 64);
  }
  for (DynamicView hash : hashes.items()) sketch.add(static_cast<uint64_t>(hash.as_long()));
  return sketch;
}

}  // namespace vedette::stdlib
