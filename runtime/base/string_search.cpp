#include "runtime/base/string_search.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/base/utf8.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace vedette {

namespace {

constexpr size_t padding = 8;

constexpr auto ascii_term_bytes = [] {
  std::array<bool, 256> table = {};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c)
    table[static_cast<size_t>(c)] = table[static_cast<size_t>(c - 32)] = true;
  return table;
}();

/// How common bytes are in logs: the higher the more common. Case is ignored.
constexpr auto commonness = [] {
  constexpr std::string_view common_to_rare =
      " eatsoirncl\"0dm12pu.-\\3/4f65:7,89hgbw=_v{}yx;k[]()&%'q@+z$?j|!*<>#~^`";
  std::array<uint8_t, 256> table = {};
  for (size_t at = 0; at < common_to_rare.size(); ++at) {
    const auto c = static_cast<uint8_t>(common_to_rare[at]);
    table[c] = static_cast<uint8_t>(common_to_rare.size() - at);
    if (c >= 'a' && c <= 'z') table[c - 32u] = table[c];
  }
  return table;
}();

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'z';
}

uint64_t load_word(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, 8);
  return word;
}

bool goes_on_before(const char* text, size_t at) {
  if (at == 0) return false;
  const auto byte = static_cast<uint8_t>(text[at - 1]);
  if (byte < 0x80) return ascii_term_bytes[byte];
  size_t start = at - 1;
  while (start > 0 && at - start < 4 && (static_cast<uint8_t>(text[start]) & 0xc0) == 0x80) --start;
  std::string_view last(text + start, at - start);
  return is_letter_or_digit(take_code_point(last));
}

bool goes_on_after(const char* text, size_t size, size_t at) {
  if (at == size) return false;
  const auto byte = static_cast<uint8_t>(text[at]);
  if (byte < 0x80) return ascii_term_bytes[byte];
  std::string_view rest(text + at, size - at);
  return is_letter_or_digit(take_code_point(rest));
}

}  // namespace

/// The ways to look for a needle; each is a `Needle::Search`.
class NeedleSearch {
 public:
  static Needle::Search anywhere() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw")) return search_avx512;
    if (__builtin_cpu_supports("avx2")) return search_avx2;
#endif
    return search_plain;
  }

  static bool always(const Needle&, const char*, size_t) { return true; }
  static bool at_start(const Needle& needle, const char* text, size_t) {
    return same_at(needle, text);
  }
  static bool at_end(const Needle& needle, const char* text, size_t size) {
    return same_at(needle, text + size - needle.size_);
  }
  static bool whole(const Needle& needle, const char* text, size_t size) {
    return size == needle.size_ && same_at(needle, text);
  }

  /// Ignores case beyond ASCII: tries every code point of the text, folding as it goes.
  static bool folding(const Needle& needle, const char* text, size_t size) {
    const bool only_start = needle.where_ == Where::Start || needle.where_ == Where::Whole;
    const bool to_end = needle.where_ == Where::End || needle.where_ == Where::Whole;
    std::string_view rest(text, size);
    while (!rest.empty()) {
      const size_t at = size - rest.size();
      std::string_view after = rest;
      size_t matched = 0;
      while (matched < needle.code_points_.size() && !after.empty() &&
             folded(take_code_point(after)) == needle.code_points_[matched]) {
        ++matched;
      }
      if (matched == needle.code_points_.size() && (!to_end || after.empty()) &&
          ends_fit(needle, text, size, at, size - after.size())) {
        return true;
      }
      if (only_start) return false;
      take_code_point(rest);
    }
    return false;
  }

 private:
  /// Whether the bytes of the needle stand at `at`; a byte of a text that is not ASCII is never
  /// equal to one with its case masked.
  static bool same_at(const Needle& needle, const char* at) {
    const char* bytes = needle.bytes_.data();
    const char* masks = needle.masks_.data();
    size_t left = needle.size_;
    for (; left >= 8; left -= 8, at += 8, bytes += 8, masks += 8) {
      if ((load_word(at) | load_word(masks)) != load_word(bytes)) return false;
    }
    for (; left > 0; --left, ++at, ++bytes, ++masks) {
      if (static_cast<char>(*at | *masks) != *bytes) return false;
    }
    return true;
  }

  static bool ends_fit(const Needle& needle, const char* text, size_t size, size_t start,
                       size_t end) {
    if (needle.check_before_ && goes_on_before(text, start)) return false;
    return !needle.check_after_ || !goes_on_after(text, size, end);
  }

  static bool found_at(const Needle& needle, const char* text, size_t size, size_t at) {
    return same_at(needle, text + at) && ends_fit(needle, text, size, at, at + needle.size_);
  }

  static bool search_from(const Needle& needle, const char* text, size_t size, size_t at) {
    const char rare = needle.bytes_[needle.rare_];
    const char mask = needle.masks_[needle.rare_];
    for (const size_t last = size - needle.size_; at <= last; ++at) {
      if (static_cast<char>(text[at + needle.rare_] | mask) != rare) continue;
      if (found_at(needle, text, size, at)) return true;
    }
    return false;
  }

  static bool search_plain(const Needle& needle, const char* text, size_t size) {
    return search_from(needle, text, size, 0);
  }

#if defined(__x86_64__)
  __attribute__((target("avx512bw"))) static bool search_avx512(const Needle& needle,
                                                                const char* text, size_t size) {
    const size_t i = needle.rare_;
    const size_t j = needle.second_rare_;
    const __m512i byte_i = _mm512_set1_epi8(needle.bytes_[i]);
    const __m512i byte_j = _mm512_set1_epi8(needle.bytes_[j]);
    const __m512i mask_i = _mm512_set1_epi8(needle.masks_[i]);
    const __m512i mask_j = _mm512_set1_epi8(needle.masks_[j]);
    const size_t starts = size - needle.size_ + 1;
    for (size_t at = 0; at < starts; at += 64) {
      const size_t left = starts - at;
      const __mmask64 lanes = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
      const __m512i at_i = _mm512_maskz_loadu_epi8(lanes, text + at + i);
      const __m512i at_j = _mm512_maskz_loadu_epi8(lanes, text + at + j);
      __mmask64 hits = _mm512_mask_cmpeq_epi8_mask(lanes, _mm512_or_si512(at_i, mask_i), byte_i);
      hits = _mm512_mask_cmpeq_epi8_mask(hits, _mm512_or_si512(at_j, mask_j), byte_j);
      for (; hits != 0; hits &= hits - 1) {
        const auto lane = static_cast<size_t>(std::countr_zero(static_cast<uint64_t>(hits)));
        if (found_at(needle, text, size, at + lane)) return true;
      }
    }
    return false;
  }

  __attribute__((target("avx2"))) static bool search_avx2(const Needle& needle, const char* text,
                                                          size_t size) {
    const size_t i = needle.rare_;
    const size_t j = needle.second_rare_;
    const size_t starts = size - needle.size_ + 1;
    if (starts < 32) return search_plain(needle, text, size);
    const __m256i byte_i = _mm256_set1_epi8(needle.bytes_[i]);
    const __m256i byte_j = _mm256_set1_epi8(needle.bytes_[j]);
    const __m256i mask_i = _mm256_set1_epi8(needle.masks_[i]);
    const __m256i mask_j = _mm256_set1_epi8(needle.masks_[j]);
    for (size_t at = 0; at < starts; at += 32) {
      at = std::min(at, starts - 32);  // the last block overlaps the one before
      const __m256i at_i = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + at + i));
      const __m256i at_j = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + at + j));
      const __m256i equal =
          _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(at_i, mask_i), byte_i),
                           _mm256_cmpeq_epi8(_mm256_or_si256(at_j, mask_j), byte_j));
      for (auto hits = static_cast<uint32_t>(_mm256_movemask_epi8(equal)); hits != 0;
           hits &= hits - 1) {
        const auto lane = static_cast<size_t>(std::countr_zero(hits));
        if (found_at(needle, text, size, at + lane)) return true;
      }
    }
    return false;
  }
#endif
};

Needle::Needle(std::string_view text, Where where, bool ignore_case)
    : text_(text), bytes_(text), where_(where), ignore_case_(ignore_case) {
  size_ = text.size();
  shortest_ = size_;
  masks_.assign(size_ + padding, '\0');
  if (ignore_case) {
    for (size_t at = 0; at < size_; ++at) {
      bytes_[at] = lower(bytes_[at]);
      if (is_lower_letter(bytes_[at])) masks_[at] = 0x20;
    }
  }
  bytes_.append(padding, '\0');
  if (where == Where::WholeTerm || where == Where::TermPrefix) {
    check_before_ = goes_on_after(text.data(), size_, 0);
  }
  if (where == Where::WholeTerm || where == Where::TermSuffix) {
    check_after_ = goes_on_before(text.data(), size_);
  }
  if (text.empty()) {
    search_ = where == Where::Whole ? NeedleSearch::whole : NeedleSearch::always;
    return;
  }
  if (ignore_case && !is_ascii(text)) {
    shortest_ = 1;
    while (!text.empty()) code_points_.push_back(folded(take_code_point(text)));
    search_ = NeedleSearch::folding;
    return;
  }
  const auto rarer = [&](size_t a, size_t b) {
    return commonness[static_cast<uint8_t>(bytes_[a])] <
           commonness[static_cast<uint8_t>(bytes_[b])];
  };
  for (size_t at = 1; at < size_; ++at) {
    if (rarer(at, rare_)) rare_ = at;
  }
  second_rare_ = rare_ == 0 ? size_ - 1 : 0;
  for (size_t at = 0; at < size_; ++at) {
    if (at != rare_ && rarer(at, second_rare_)) second_rare_ = at;
  }
  switch (where) {
    case Where::Start:
      search_ = NeedleSearch::at_start;
      break;
    case Where::End:
      search_ = NeedleSearch::at_end;
      break;
    case Where::Whole:
      search_ = NeedleSearch::whole;
      break;
    default:
      search_ = NeedleSearch::anywhere();
      break;
  }
}

}  // namespace vedette
