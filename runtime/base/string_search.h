// Searching text: `contains`, `has` and their kin with one needle, `has_any` with many.
//
// A term is a maximal run of letters and digits. A needle is found as a whole term where no letter
// or digit goes on beyond its ends; an end of the needle that is itself neither needs no such check
// (`has '\\cmd'` finds `C:\\cmd`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Where in a text a needle must lie.
enum class Where : uint8_t {
  Anywhere,    // contains
  WholeTerm,   // has
  TermPrefix,  // hasprefix
  TermSuffix,  // hassuffix
  Start,       // startswith
  End,         // endswith
  Whole,       // ==, =~
};

/// Something to look for, prepared once and used on many texts. The empty needle is everywhere.
class Needle {
 public:
  Needle(std::string_view text, Where where, bool ignore_case);

  bool in(std::string_view text) const {
    return text.size() >= shortest_ && search_(*this, text.data(), text.size());
  }

  std::string_view text() const { return text_; }
  Where where() const { return where_; }
  bool ignores_case() const { return ignore_case_; }

 private:
  friend class NeedleSearch;
  using Search = bool (*)(const Needle& needle, const char* text, size_t size);

  std::string text_;
  std::string bytes_;  // lower case where case is ignored, padded for reads of eight bytes
  std::string masks_;  // 0x20 for each letter whose case is ignored, else 0; padded alike
  std::vector<uint32_t> code_points_;  // folded; only where case is ignored beyond ASCII
  size_t size_ = 0;
  size_t shortest_ = 0;  // no shorter text can hold the needle
  size_t rare_ = 0;      // where its two rarest bytes are
  size_t second_rare_ = 0;
  Search search_ = nullptr;
  Where where_;
  bool ignore_case_;
  bool check_before_ = false;  // no letter or digit may stand before a match
  bool check_after_ = false;
};

/// Many needles at once.
class NeedleSet {
 public:
  NeedleSet(std::span<const std::string_view> texts, Where where, bool ignore_case);

  /// Whether one of the needles is in `text`; false for an empty set.
  bool any_in(std::string_view text) const;
  /// Whether all of them are; true for an empty set.
  bool all_in(std::string_view text) const;

  size_t size() const { return needles_.size(); }

 private:
  struct Slot {
    uint64_t first = 0;   // the first bytes of a term, up to eight
    uint64_t last = 0;    // the last ones
    uint32_t needle = 0;  // its number plus one; 0 for a free slot
    uint32_t size = 0;
  };

  void add_term(uint32_t needle);
  bool any_term_in(std::string_view text) const;
  bool is_wanted(const char* term, size_t size) const;

  std::vector<Needle> needles_;
  // Needles that are one term of ASCII letters and digits are looked up term by term.
  std::vector<Slot> slots_;
  std::vector<uint32_t> others_;
  std::vector<uint64_t> shapes_;  // a bit for each size and first two bytes that are wanted
};

}  // namespace vedette
