#include "stdlib/aggregate/hash_set.h"

#include <algorithm>
#include <bit>

#include "runtime/base/hash.h"
#include "runtime/value/dynamic.h"

namespace vedette::stdlib {
namespace {

uint64_t hash_at(const Vector& values, const Reader& reader, uint32_t row) {
  switch (layout_of(values.type)) {
    case Layout::Byte:
      return hash_word(reader.get<uint8_t>(row) + uint64_t{1});
    case Layout::Word:
      return hash_word(static_cast<uint64_t>(reader.get<int64_t>(row)));
    case Layout::Double: {
      const double value = reader.get<double>(row);
      return hash_word(std::bit_cast<uint64_t>(value == 0 ? 0.0 : value));
    }
    case Layout::Decimal:
      return hash_of(reader.get<Decimal>(row));
    case Layout::Guid: {
      const Guid& guid = reader.get<Guid>(row);
      return hash_bytes({reinterpret_cast<const char*>(guid.bytes.data()), guid.bytes.size()});
    }
    case Layout::Text:
      if (values.type == Type::Dynamic) {
        return hash_of(DynamicView(reader.get<Text>(row).view()));
      }
      return hash_bytes(reader.get<Text>(row).view());
  }
  return 0;
}

/// The hashes of those entries of a dictionary that selected rows use, kept for the batches that
/// follow. The other entries may not be there yet.
const uint64_t* entry_hashes(const Vector& vector, Selection selection) {
  struct Cache {
    uint64_t id = 0;
    std::vector<uint64_t> hashes;
    std::vector<bool> known;
  };
  constexpr size_t caches = 8;
  static thread_local Cache cache[caches];
  const Dictionary& dictionary = *vector.dictionary;
  Cache& mine = cache[dictionary.id % caches];
  if (mine.id != dictionary.id) {
    mine.id = dictionary.id;
    mine.hashes.assign(dictionary.size, 0);
    mine.known.assign(dictionary.size, false);
  }
  const Reader reader(dictionary.entries);
  for_each_row(selection, [&](uint32_t row) {
    const uint32_t entry = vector.codes[row];
    if (mine.known[entry]) return;
    mine.known[entry] = true;
    if (reader.valid(entry)) mine.hashes[entry] = hash_at(dictionary.entries, reader, entry);
  });
  return mine.hashes.data();
}

}  // namespace

bool HashSet::add(uint64_t hash) {
  if (hash == 0) {
    const bool fresh = !has_zero_;
    has_zero_ = true;
    return fresh;
  }
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  const size_t mask = slots_.size() - 1;
  size_t at = (hash >> 7) & mask;
  while (slots_[at] != 0) {
    if (slots_[at] == hash) return false;
    at = (at + 1) & mask;
  }
  slots_[at] = hash;
  ++size_;
  return true;
}

bool HashSet::has(uint64_t hash) const {
  if (hash == 0) return has_zero_;
  if (slots_.empty()) return false;
  const size_t mask = slots_.size() - 1;
  size_t at = (hash >> 7) & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return slots_[at] == hash;
}

void HashSet::grow() {
  std::vector<uint64_t> old(std::max<size_t>(8, slots_.size() * 2), 0);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (uint64_t hash : old) {
    if (hash == 0) continue;
    size_t at = (hash >> 7) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = hash;
  }
}

RowHashes::RowHashes(const Vector& vector, Selection selection) : reader_(vector) {
  // A dictionary larger than many batches is not worth hashing for a few rows of it.
  constexpr uint32_t most_entries = 1 << 20;
  if (vector.shape == Shape::Dictionary && vector.dictionary->id != 0 &&
      vector.dictionary->size <= most_entries) {
    codes_ = vector.codes;
    hashes_ = entry_hashes(vector, selection);
    return;
  }
  own_.resize(selection.count == 0 ? 0 : selection[selection.count - 1] + 1);
  for_each_row(selection, [&](uint32_t row) { own_[row] = hash_at(vector, reader_, row); });
  hashes_ = own_.data();
}

}  // namespace vedette::stdlib
