// Decodes rows of one segment: what an ExtentReader has one of per column.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/column/vector.h"
#include "runtime/table/extent.h"
#include "runtime/table/extent_file.h"
#include "runtime/table/word_page.h"

namespace vedette::storage {

/// Reads one segment of an extent; for one thread. Vectors do not depend on the reader's life.
class SegmentReader {
 public:
  SegmentReader(const ExtentFile& file, const Segment& segment, uint32_t extent_size,
                ReadCounters& counters);

  Vector read(uint32_t first_row, uint32_t rows, Arena& arena);
  Vector read_rows(std::span<const uint32_t> rows, Arena& arena);

 private:
  /// A page of the segment, its block checked.
  struct PagePlace {
    uint32_t page;       // in the extent
    uint32_t first_row;  // in the extent
    uint32_t rows;
    const char* headers;  // of the pages of its block
    uint32_t header;      // which of them is its own
    const char* data;     // of the first page of its block
    uint64_t data_size;
  };
  /// The part of a page that a read needs.
  struct Piece {
    uint32_t page;
    uint32_t from;  // first row, in the page
    uint32_t count;
    uint32_t at;  // where it goes in the result
  };

  /// Values of a block, behind the validity it may have.
  std::string_view values_of(uint32_t block) const;
  template <typename Header> PagePlace find_page(uint32_t page) const;
  template <typename Header> const Header& header_of(const PagePlace& place) const;
  const char* data_at(const PagePlace& place, uint64_t offset, uint64_t size);

  Vector constant(Arena& arena) const;
  template <typename T> Vector read_fixed(uint32_t first_row, uint32_t rows, Arena& arena);
  Vector read_bits(uint32_t first_row, uint32_t rows, Arena& arena);
  Vector read_words(uint32_t first_row, uint32_t rows, Arena& arena);
  Vector read_codes(uint32_t first_row, uint32_t rows, Arena& arena);
  Vector read_texts(uint32_t first_row, uint32_t rows, Arena& arena);
  const uint64_t* validity(uint32_t first_row, uint32_t rows, Arena& arena) const;

  Vector gather_fixed(std::span<const uint32_t> rows, Arena& arena);
  Vector gather_words(std::span<const uint32_t> rows, Arena& arena);
  Vector gather_codes(std::span<const uint32_t> rows, Arena& arena);
  Vector gather_texts(std::span<const uint32_t> rows, Arena& arena);
  const uint64_t* gather_validity(std::span<const uint32_t> rows, Arena& arena) const;
  bool is_valid(uint32_t row) const;

  Vector dictionary_vector(const uint32_t* codes);

  void decode_word_page(const PagePlace& place, int64_t* to);
  void decode_code_page(const PagePlace& place, uint32_t* to);
  /// Strings whose bytes lie in `arena`, or in the file.
  void decode_text_page(const PagePlace& place, Arena& arena, Text* to);
  bool texts_lie_in_file(const PagePlace& place) const;

  // The page that was read last in part, decoded.
  const int64_t* kept_words(uint32_t page);
  const uint32_t* kept_codes(uint32_t page);
  const Text* kept_texts(uint32_t page);

  template <typename Take>
  void for_each_piece(uint32_t first_row, uint32_t rows, Take&& take) const;
  template <typename Take> void for_each_page(std::span<const uint32_t> rows, Take&& take) const;

  const ExtentFile* file_;
  const Segment* segment_;
  uint32_t extent_size_;
  ReadCounters* counters_;
  bool dictionary_counted_ = false;

  static constexpr uint32_t no_page = ~uint32_t{0};
  uint32_t kept_page_ = no_page;
  std::vector<int64_t> words_;
  std::vector<uint32_t> codes_;
  std::vector<Text> texts_;
  Arena bytes_;
};

// Templates that both sources of the class use.

template <typename Header>
inline SegmentReader::PagePlace SegmentReader::find_page(uint32_t page) const {
  constexpr uint32_t pages_per_block = block_rows / page_rows;
  const uint32_t block = page / pages_per_block;
  const std::string_view values = values_of(block);
  const uint32_t pages = pages_of(segment_->blocks[block].zone.rows);
  const uint64_t headers = align(pages * sizeof(Header));
  if (headers > values.size()) file_->damaged(segment_, "a block is too short");
  return {.page = page,
          .first_row = page * page_rows,
          .rows = std::min(page_rows, extent_size_ - page * page_rows),
          .headers = values.data(),
          .header = page % pages_per_block,
          .data = values.data() + headers,
          .data_size = values.size() - headers};
}

template <typename Header>
inline const Header& SegmentReader::header_of(const PagePlace& place) const {
  return reinterpret_cast<const Header*>(place.headers)[place.header];
}

}  // namespace vedette::storage
