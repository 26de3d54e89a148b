#include "runtime/value/dynamic.h"

#include <bit>
#include <optional>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vedette {

namespace {

template <typename Word> bool same_ends(const char* a, const char* b, size_t size) {
  Word words[4];
  std::memcpy(&words[0], a, sizeof(Word));
  std::memcpy(&words[1], b, sizeof(Word));
  std::memcpy(&words[2], a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&words[3], b + size - sizeof(Word), sizeof(Word));
  return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
}

/// `memcmp() == 0` without the call for short keys.
inline bool same_bytes(const char* a, const char* b, size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) return same_ends<uint64_t>(a, b, size);
  if (size >= 4) return same_ends<uint32_t>(a, b, size);
  if (size >= 2) return same_ends<uint16_t>(a, b, size);
  return size == 0 || *a == *b;
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "binary JSON is little-endian");

int64_t DynamicView::as_long() const {
  if (tag() != DynamicTag::Long) return 0;
  const char* at = bytes_.data() + 1;
  const size_t size = bytes_.size() - 1;
  switch (tag_byte() >> 4) {
    case 0:
      return size >= 1 ? static_cast<int8_t>(*at) : 0;
    case 1: {
      int16_t value = 0;
      if (size >= 2) std::memcpy(&value, at, 2);
      return value;
    }
    case 2: {
      int32_t value = 0;
      if (size >= 4) std::memcpy(&value, at, 4);
      return value;
    }
    default: {
      int64_t value = 0;
      if (size >= 8) std::memcpy(&value, at, 8);
      return value;
    }
  }
}

double DynamicView::as_real() const {
  if (tag() == DynamicTag::Long) return static_cast<double>(as_long());
  return as<double>(tag() == DynamicTag::Number ? DynamicTag::Number : DynamicTag::Real);
}

DynamicView DynamicView::at(int64_t index) const {
  if (!is_array()) return {};
  const Layout items = layout();
  const int64_t count = static_cast<int64_t>(items.count);
  if (index < 0) index += count;
  if (index < 0 || index >= count) return {};
  const size_t at = static_cast<size_t>(index);
  return DynamicView(slice(items, at == 0 ? 0 : items.end_at(at - 1), items.end_at(at)));
}

size_t DynamicView::search(const Layout& layout, std::string_view bytes, const DynamicKey& key) {
  const auto matches = [&](size_t index) {
    const size_t start = index == 0 ? 0 : layout.end_at(index - 1);
    const size_t end = layout.end_at(index);
    if (end - start != key.text.size() || start > end || end > layout.payload_bytes) return false;
    return same_bytes(layout.payload + start, key.text.data(), key.text.size());
  };
  size_t first = 0;
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(static_cast<char>(key.hash));
  const char* const limit = bytes.data() + bytes.size();
  for (; first < layout.count && layout.hashes + first + 16 <= limit; first += 16) {
    const __m128i hashes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(layout.hashes + first));
    auto hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(hashes, wanted)));
    if (layout.count - first < 16) hits &= (1u << (layout.count - first)) - 1;
    for (; hits != 0; hits &= hits - 1) {
      const size_t index = first + static_cast<size_t>(std::countr_zero(hits));
      if (matches(index)) return index;
    }
  }
#else
  (void)bytes;
#endif
  for (size_t index = first; index < layout.count; ++index) {
    if (static_cast<uint8_t>(layout.hashes[index]) == key.hash && matches(index)) return index;
  }
  return absent;
}

size_t DynamicView::index_of(const DynamicKey& key) const {
  return is_object() ? search(layout(), bytes_, key) : absent;
}

#if defined(__SSE2__)
namespace {

/// `find` in an object of up to 16 entries and 255 bytes, the usual kind. Nothing means that the
/// object is not of this kind; a view without bytes, that it has no such entry.
inline std::optional<std::string_view> find_in_small(std::string_view object,
                                                     const DynamicKey& key) {
  if (object.size() < 18 || object[0] != static_cast<char>(DynamicTag::Object)) return {};
  const auto* bytes = reinterpret_cast<const uint8_t*>(object.data());
  const size_t count = bytes[1];
  const size_t header = 2 + 3 * count;
  if (count == 0 || count > 16 || header > object.size()) return {};
  const size_t payload_bytes = object.size() - header;
  const __m128i hashes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 2));
  const __m128i equal = _mm_cmpeq_epi8(hashes, _mm_set1_epi8(static_cast<char>(key.hash)));
  auto hits = static_cast<uint32_t>(_mm_movemask_epi8(equal)) & ((1u << count) - 1);
  const uint8_t* const ends = bytes + 2 + count;
  const char* const payload = object.data() + header;
  for (; hits != 0; hits &= hits - 1) {
    const auto at = static_cast<size_t>(std::countr_zero(hits));
    const size_t start = at == 0 ? 0 : ends[at - 1];
    const size_t end = ends[at];
    if (end - start != key.text.size() || end < start || end > payload_bytes) continue;
    if (!same_bytes(payload + start, key.text.data(), key.text.size())) continue;
    const size_t value_start = ends[count + at - 1];
    const size_t value_end = ends[count + at];
    if (value_start > value_end || value_end > payload_bytes) return std::string_view{};
    return std::string_view(payload + value_start, value_end - value_start);
  }
  return std::string_view{};
}

}  // namespace
#endif

DynamicView DynamicView::find(const DynamicKey& key) const {
#if defined(__SSE2__)
  if (const auto found = find_in_small(bytes_, key)) return DynamicView(*found);
#endif
  if (!is_object()) return {};
  const Layout entries = layout();
  const size_t index = search(entries, bytes_, key);
  return index == absent ? DynamicView() : DynamicView(value_in(entries, index));
}

std::string_view DynamicView::key_at(size_t index) const {
  const Layout entries = layout();
  if (!is_object() || index >= entries.count) return {};
  return slice(entries, index == 0 ? 0 : entries.end_at(index - 1), entries.end_at(index));
}

DynamicView DynamicView::value_at(size_t index) const {
  const Layout entries = layout();
  if (!is_object() || index >= entries.count) return {};
  return DynamicView(value_in(entries, index));
}

}  // namespace vedette
