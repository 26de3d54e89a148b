#include "runtime/table/segment_reader.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/table/bit_packing.h"
#include "runtime/table/text_page.h"

namespace vedette::storage {
namespace {

bool all_ones(const uint64_t* words, uint32_t bits) {
  uint64_t all = ~uint64_t{0};
  for (uint32_t word = 0; word < bits / 64; ++word) all &= words[word];
  if (bits % 64 != 0) all &= words[bits / 64] | ~uint64_t{0} << (bits % 64);
  return all == ~uint64_t{0};
}

}  // namespace

SegmentReader::SegmentReader(const ExtentFile& file, const Segment& segment, uint32_t extent_size,
                             ReadCounters& counters)
    : file_(&file), segment_(&segment), extent_size_(extent_size), counters_(&counters) {
  ++counters_->segments;
}

// Places.

std::string_view SegmentReader::values_of(uint32_t block) const {
  std::string_view bytes = file_->block(*segment_, block);
  const ZoneMap& zone = segment_->blocks[block].zone;
  const uint64_t before =
      zone.nulls > 0 && segment_->encoding != Encoding::Dictionary ? validity_bytes(zone.rows) : 0;
  if (before > bytes.size()) file_->damaged(segment_, "a block is too short");
  bytes.remove_prefix(before);
  return bytes;
}

const char* SegmentReader::data_at(const PagePlace& place, uint64_t offset, uint64_t size) {
  if (offset > place.data_size || size > place.data_size - offset) {
    file_->damaged(segment_, "a page lies outside of its block");
  }
  ++counters_->pages;
  counters_->stored_bytes += size;
  return place.data + offset;
}

// Pages.

void SegmentReader::decode_word_page(const PagePlace& place, int64_t* to) {
  const auto& page = header_of<WordPage>(place);
  if (page.width > 64) file_->damaged(segment_, "a page makes no sense");
  const char* data = data_at(place, page.offset, stored_bytes(page, place.rows));
  decode_words(page, data, place.rows, to);
}

void SegmentReader::decode_code_page(const PagePlace& place, uint32_t* to) {
  const auto& page = header_of<CodePage>(place);
  if (page.width > 32) file_->damaged(segment_, "a page makes no sense");
  const char* data = data_at(place, page.offset, packed_bytes(place.rows, page.width));
  unpack(data, place.rows, page.width, to);
}

void SegmentReader::decode_text_page(const PagePlace& place, Arena& arena, Text* to) {
  const auto& page = header_of<TextPage>(place);
  if (page.length_width > 32) file_->damaged(segment_, "a page makes no sense");
  const char* data = data_at(place, page.offset, stored_bytes(page, place.rows));
  const char* bytes = decode_bytes(page, data, place.rows, arena);
  if (bytes == nullptr || !decode_texts(page, data, bytes, place.rows, to)) {
    file_->damaged(segment_, "a page cannot be decompressed");
  }
}

bool SegmentReader::texts_lie_in_file(const PagePlace& place) const {
  return header_of<TextPage>(place).codec == Codec::None;
}

const int64_t* SegmentReader::kept_words(uint32_t page) {
  if (kept_page_ != page) {
    words_.resize(page_rows);
    kept_page_ = no_page;
    decode_word_page(find_page<WordPage>(page), words_.data());
    kept_page_ = page;
  }
  return words_.data();
}

const uint32_t* SegmentReader::kept_codes(uint32_t page) {
  if (kept_page_ != page) {
    codes_.resize(page_rows);
    kept_page_ = no_page;
    decode_code_page(find_page<CodePage>(page), codes_.data());
    kept_page_ = page;
  }
  return codes_.data();
}

const Text* SegmentReader::kept_texts(uint32_t page) {
  if (kept_page_ != page) {
    texts_.resize(page_rows);
    bytes_.clear();
    kept_page_ = no_page;
    decode_text_page(find_page<TextPage>(page), bytes_, texts_.data());
    kept_page_ = page;
  }
  return texts_.data();
}

// Ranges.

template <typename Take>
void SegmentReader::for_each_piece(uint32_t first_row, uint32_t rows, Take&& take) const {
  uint32_t at = 0;
  while (at < rows) {
    const uint32_t row = first_row + at;
    const uint32_t from = row % page_rows;
    const uint32_t count = std::min(rows - at, page_rows - from);
    take(Piece{.page = row / page_rows, .from = from, .count = count, .at = at});
    at += count;
  }
}

Vector SegmentReader::read(uint32_t first_row, uint32_t rows, Arena& arena) {
  counters_->values += rows;
  switch (segment_->encoding) {
    case Encoding::Constant:
      return constant(arena);
    case Encoding::Bits:
      return read_bits(first_row, rows, arena);
    case Encoding::Packed:
      return read_words(first_row, rows, arena);
    case Encoding::Dictionary:
      return read_codes(first_row, rows, arena);
    case Encoding::Text:
      return read_texts(first_row, rows, arena);
    case Encoding::Plain:
    case Encoding::Absent:
      break;
  }
  switch (bytes_of(layout_of(segment_->column.type))) {
    case 1:
      return read_fixed<uint8_t>(first_row, rows, arena);
    case 8:
      return read_fixed<int64_t>(first_row, rows, arena);
    default:
      return read_fixed<Guid>(first_row, rows, arena);
  }
}

Vector SegmentReader::constant(Arena& arena) const {
  const Type type = segment_->column.type;
  if (segment_->zone.nulls > 0) return null_vector(type);
  const std::string& bytes = segment_->constant;
  Vector vector{.type = type, .shape = Shape::Constant};
  char* value = arena.allocate(16, 16);
  if (layout_of(type) == Layout::Text) {
    const Text text{std::string_view(bytes)};
    std::memcpy(value, &text, sizeof(text));
  } else {
    if (bytes.size() != static_cast<size_t>(bytes_of(layout_of(type)))) {
      file_->damaged(segment_, "its constant has the wrong size");
    }
    std::memcpy(value, bytes.data(), bytes.size());
  }
  vector.values = value;
  return vector;
}

const uint64_t* SegmentReader::validity(uint32_t first_row, uint32_t rows, Arena& arena) const {
  if (segment_->zone.nulls == 0) return nullptr;
  const uint32_t first_block = first_row / block_rows;
  const uint32_t last_block = (first_row + rows - 1) / block_rows;
  if (first_block == last_block) {
    if (segment_->blocks[first_block].zone.nulls == 0) return nullptr;
    if (first_row % 64 == 0) {
      const auto* words =
          reinterpret_cast<const uint64_t*>(file_->block(*segment_, first_block).data());
      words += first_row % block_rows / 64;
      return all_ones(words, rows) ? nullptr : words;
    }
  }
  const auto words = arena.array<uint64_t>(words_for(rows));
  std::memset(words.data(), 0, words.size_bytes());
  for (uint32_t at = 0; at < rows; ++at) {
    if (is_valid(first_row + at)) set_bit(words.data(), at);
  }
  return words.data();
}

template <typename T>
Vector SegmentReader::read_fixed(uint32_t first_row, uint32_t rows, Arena& arena) {
  Vector vector{.type = segment_->column.type, .validity = validity(first_row, rows, arena)};
  T* to = nullptr;
  for_each_piece(first_row, rows, [&](const Piece& piece) {
    const uint32_t row = first_row + piece.at;
    const std::string_view values = values_of(row / block_rows);
    const size_t offset = size_t{row % block_rows} * sizeof(T);
    if (offset + piece.count * sizeof(T) > values.size()) {
      file_->damaged(segment_, "a block is too short");
    }
    ++counters_->pages;
    counters_->stored_bytes += piece.count * sizeof(T);
    const T* from = reinterpret_cast<const T*>(values.data() + offset);
    if (piece.count == rows) {
      vector.values = from;  // where it lies
    } else {
      if (to == nullptr) to = arena.array<T>(rows).data();
      std::memcpy(to + piece.at, from, piece.count * sizeof(T));
      vector.values = to;
    }
  });
  return vector;
}

Vector SegmentReader::read_bits(uint32_t first_row, uint32_t rows, Arena& arena) {
  const auto to = arena.array<uint8_t>(rows);
  for_each_piece(first_row, rows, [&](const Piece& piece) {
    const uint32_t row = first_row + piece.at;
    const std::string_view values = values_of(row / block_rows);
    const uint32_t bit = row % block_rows;
    if (words_for(bit + piece.count) * 8 > values.size()) {
      file_->damaged(segment_, "a block is too short");
    }
    ++counters_->pages;
    counters_->stored_bytes += words_for(piece.count) * 8;
    const auto* words = reinterpret_cast<const uint64_t*>(values.data());
    for (uint32_t at = 0; at < piece.count; ++at) to[piece.at + at] = get_bit(words, bit + at);
  });
  return {.type = segment_->column.type,
          .values = to.data(),
          .validity = validity(first_row, rows, arena)};
}

Vector SegmentReader::read_words(uint32_t first_row, uint32_t rows, Arena& arena) {
  Vector vector{.type = segment_->column.type, .validity = validity(first_row, rows, arena)};
  const auto to = arena.array<int64_t>(room_to_unpack(rows) + 16);
  vector.values = to.data();
  for_each_piece(first_row, rows, [&](const Piece& piece) {
    const PagePlace place = find_page<WordPage>(piece.page);
    const auto& page = header_of<WordPage>(place);
    if (page.mode == WordMode::Plain) {
      const auto* words = reinterpret_cast<const int64_t*>(
          data_at(place, page.offset, stored_bytes(page, place.rows)));
      if (piece.count == rows) {
        vector.values = words + piece.from;  // where it lies
      } else {
        std::memcpy(&to[piece.at], words + piece.from, piece.count * sizeof(int64_t));
      }
    } else if (piece.count == place.rows && piece.at + room_to_unpack(piece.count) <= to.size()) {
      decode_word_page(place, &to[piece.at]);
    } else {
      std::memcpy(&to[piece.at], kept_words(piece.page) + piece.from,
                  piece.count * sizeof(int64_t));
    }
  });
  return vector;
}

Vector SegmentReader::dictionary_vector(const uint32_t* codes) {
  if (!dictionary_counted_) {
    counters_->stored_bytes += segment_->section(SectionKind::DictionaryEntries)->size;
    dictionary_counted_ = true;
  }
  return {.type = segment_->column.type,
          .shape = Shape::Dictionary,
          .codes = codes,
          .dictionary = file_->dictionary(*segment_)};
}

Vector SegmentReader::read_codes(uint32_t first_row, uint32_t rows, Arena& arena) {
  const auto to = arena.array<uint32_t>(room_to_unpack(rows) + 16);
  for_each_piece(first_row, rows, [&](const Piece& piece) {
    const PagePlace place = find_page<CodePage>(piece.page);
    if (piece.count == place.rows) {
      decode_code_page(place, &to[piece.at]);
    } else {
      std::memcpy(&to[piece.at], kept_codes(piece.page) + piece.from,
                  piece.count * sizeof(uint32_t));
    }
  });
  return dictionary_vector(to.data());
}

Vector SegmentReader::read_texts(uint32_t first_row, uint32_t rows, Arena& arena) {
  const auto to = arena.array<Text>(rows);
  for_each_piece(first_row, rows, [&](const Piece& piece) {
    const PagePlace place = find_page<TextPage>(piece.page);
    if (piece.count == place.rows) return decode_text_page(place, arena, &to[piece.at]);
    const Text* kept = kept_texts(piece.page) + piece.from;
    const bool copy = !texts_lie_in_file(place);
    for (uint32_t at = 0; at < piece.count; ++at) {
      to[piece.at + at] = kept[at];
      if (copy) to[piece.at + at].data = arena.copy(kept[at]).data();
    }
  });
  return {.type = segment_->column.type,
          .values = to.data(),
          .validity = validity(first_row, rows, arena)};
}

}  // namespace vedette::storage
