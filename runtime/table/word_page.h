// A page of integers or times: packed differences to a base, or to the row before.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vedette::storage {

enum class WordMode : uint8_t {
  Offset = 0,  // value = base + unit * packed
  Delta = 1,   // first value = base; value = value before + step + unit * packed
  Plain = 2,   // 64 bits as they are
};

/// Where a page of words begins and how to read it; 32 bytes in the file. Arithmetic wraps.
struct WordPage {
  uint64_t base = 0;
  uint64_t step = 0;
  uint64_t unit = 1;
  uint32_t offset = 0;  // of its packed data, from the first page of the block
  uint8_t width = 0;
  WordMode mode = WordMode::Offset;
  uint16_t reserved = 0;
};
static_assert(sizeof(WordPage) == 32);

/// Packs up to page_rows values into the fewest bits and appends them to `data`.
WordPage encode_words(std::span<const int64_t> values, std::vector<char>& data);
/// Appends them as they are.
WordPage encode_plain_words(std::span<const int64_t> values, std::vector<char>& data);

/// Bytes of the data of a page of `count` values.
size_t stored_bytes(const WordPage& page, uint32_t count);
/// Reads a page; `data` is where `page.offset` points. `to` has room_to_unpack(count) places.
void decode_words(const WordPage& page, const char* data, uint32_t count, int64_t* to);
/// One value; not for WordMode::Delta.
int64_t decode_word(const WordPage& page, const char* data, uint32_t at);

}  // namespace vedette::storage
