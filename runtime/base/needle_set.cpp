#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/base/bitmap.h"
#include "runtime/base/hash.h"
#include "runtime/base/string_search.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vedette {

namespace {

// Letters and digits of ASCII stay apart when this bit is set in each: digits have it anyway.
constexpr uint64_t lower_bits = 0x2020202020202020ull;

bool is_ascii_term_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii_term(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_term_byte);
}

template <typename Word> uint64_t load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The first bytes of a term, up to eight, in lower case.
uint64_t first_word(const char* term, size_t size) {
  if (size >= 8) return load<uint64_t>(term) | lower_bits;
  if (size >= 4) {
    return (load<uint32_t>(term) | load<uint32_t>(term + size - 4) << 32) | lower_bits;
  }
  if (size >= 2) {
    return (load<uint16_t>(term) | load<uint16_t>(term + size - 2) << 16) | lower_bits;
  }
  return load<uint8_t>(term) | lower_bits;
}

/// The last eight bytes of a term; 0 for one that `first_word` holds whole.
uint64_t last_word(const char* term, size_t size) {
  return size > 8 ? load<uint64_t>(term + size - 8) | lower_bits : 0;
}

constexpr size_t shape_count = size_t{1} << 15;

/// The size and the first two bytes of a term, five bits each: few terms share those of a needle.
size_t shape_of(const char* term, size_t size) {
  const auto first = static_cast<uint8_t>(term[0]) & 31u;
  const auto second = static_cast<uint8_t>(term[size > 1]) & 31u;
  return std::min<size_t>(size, 31) << 10 | second << 5 | first;
}

uint64_t slot_hash(uint64_t first, uint64_t last, size_t size) {
  return hash_word(first ^ std::rotl(last, 23) ^ size);
}

/// A bit for each of 64 bytes: is it a letter or digit? `beyond_ascii` for any byte above 127.
struct Block {
  uint64_t terms = 0;
  bool beyond_ascii = false;
};

Block classify(const char* bytes) {
  Block block;
#if defined(__SSE2__)
  const auto below = [](__m128i value, int limit) {
    // Unsigned `value < limit`, by way of the signed comparison there is.
    const __m128i biased = _mm_xor_si128(value, _mm_set1_epi8(static_cast<char>(0x80)));
    return _mm_cmplt_epi8(biased, _mm_set1_epi8(static_cast<char>(limit - 128)));
  };
  uint64_t high = 0;
  for (int part = 0; part < 4; ++part) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes) + part);
    const __m128i lowered = _mm_or_si128(text, _mm_set1_epi8(0x20));
    const __m128i letter = below(_mm_sub_epi8(lowered, _mm_set1_epi8('a')), 26);
    const __m128i digit = below(_mm_sub_epi8(text, _mm_set1_epi8('0')), 10);
    const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(letter, digit)));
    block.terms |= static_cast<uint64_t>(mask) << (16 * part);
    high |= static_cast<uint32_t>(_mm_movemask_epi8(text));
  }
  block.beyond_ascii = high != 0;
#else
  for (int at = 0; at < 64; ++at) {
    block.terms |= static_cast<uint64_t>(is_ascii_term_byte(bytes[at])) << at;
    block.beyond_ascii |= static_cast<int8_t>(bytes[at]) < 0;
  }
#endif
  return block;
}

}  // namespace

NeedleSet::NeedleSet(std::span<const std::string_view> texts, Where where, bool ignore_case) {
  constexpr size_t worth_a_table = 3;
  for (std::string_view text : texts) needles_.emplace_back(text, where, ignore_case);
  std::vector<uint32_t> terms;
  for (uint32_t at = 0; at < needles_.size(); ++at) {
    const bool term = where == Where::WholeTerm && ignore_case && is_ascii_term(texts[at]);
    (term ? terms : others_).push_back(at);
  }
  if (terms.size() < worth_a_table) {
    others_.insert(others_.end(), terms.begin(), terms.end());
    return;
  }
  slots_.resize(std::bit_ceil(terms.size() * 4));
  shapes_.resize(words_for(shape_count));
  for (uint32_t needle : terms) add_term(needle);
}

void NeedleSet::add_term(uint32_t needle) {
  const std::string_view text = needles_[needle].text();
  const uint64_t first = first_word(text.data(), text.size());
  const uint64_t last = last_word(text.data(), text.size());
  set_bit(shapes_.data(), shape_of(text.data(), text.size()));
  size_t at = slot_hash(first, last, text.size()) & (slots_.size() - 1);
  while (slots_[at].needle != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {first, last, needle + 1, static_cast<uint32_t>(text.size())};
}

bool NeedleSet::is_wanted(const char* term, size_t size) const {
  const uint64_t first = first_word(term, size);
  const uint64_t last = last_word(term, size);
  size_t at = slot_hash(first, last, size) & (slots_.size() - 1);
  for (; slots_[at].needle != 0; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.first != first || slot.last != last || slot.size != size) continue;
    if (size <= 16 || needles_[slot.needle - 1].in({term, size})) return true;
  }
  return false;
}

bool NeedleSet::any_term_in(std::string_view text) const {
  const char* const bytes = text.data();
  size_t start = 0;   // of the term that is open
  uint64_t open = 0;  // 1 while a term reaches the block from the one before
  for (size_t block = 0; block < text.size(); block += 64) {
    char copy[64];
    const size_t left = text.size() - block;
    if (left < 64) {
      std::memset(copy, 0, sizeof copy);
      std::memcpy(copy, bytes + block, left);
    }
    const Block kinds = classify(left < 64 ? copy : bytes + block);
    if (kinds.beyond_ascii) {
      // Terms may go on in other letters: each needle looks for itself, from the open term on.
      const std::string_view rest = text.substr(open != 0 ? start : block);
      return std::any_of(needles_.begin(), needles_.end(),
                         [&](const Needle& needle) { return needle.in(rest); });
    }
    uint64_t edges = kinds.terms ^ (kinds.terms << 1 | open);
    for (; edges != 0; edges &= edges - 1) {
      const size_t at = block + static_cast<size_t>(std::countr_zero(edges));
      if (open == 0) {
        start = at;
      } else if (get_bit(shapes_.data(), shape_of(bytes + start, at - start)) &&
                 is_wanted(bytes + start, at - start)) {
        return true;
      }
      open ^= 1;
    }
  }
  return open != 0 && is_wanted(bytes + start, text.size() - start);
}

bool NeedleSet::any_in(std::string_view text) const {
  if (!slots_.empty() && any_term_in(text)) return true;
  return std::any_of(others_.begin(), others_.end(),
                     [&](uint32_t needle) { return needles_[needle].in(text); });
}

bool NeedleSet::all_in(std::string_view text) const {
  return std::all_of(needles_.begin(), needles_.end(),
                     [&](const Needle& needle) { return needle.in(text); });
}

}  // namespace vedette
