#include "runtime/base/bitmap.h"
#include "runtime/table/bit_packing.h"
#include "runtime/table/segment_reader.h"
#include "runtime/table/text_page.h"

// Single rows of a segment, for late materialization.

namespace vedette::storage {
namespace {

constexpr uint32_t few_values = 48;  // of a page: fewer are cheaper to take out one by one

/// Copies the values of `rows` out of a decoded page.
template <typename T> void take(const T* page, std::span<const uint32_t> rows, T* to) {
  for (size_t at = 0; at < rows.size(); ++at) to[at] = page[rows[at] % page_rows];
}

}  // namespace

template <typename Take>
void SegmentReader::for_each_page(std::span<const uint32_t> rows, Take&& take) const {
  for (size_t first = 0; first < rows.size();) {
    const uint32_t page = rows[first] / page_rows;
    size_t end = first + 1;
    while (end < rows.size() && rows[end] / page_rows == page) ++end;
    take(Piece{.page = page,
               .from = 0,
               .count = static_cast<uint32_t>(end - first),
               .at = static_cast<uint32_t>(first)});
    first = end;
  }
}

bool SegmentReader::is_valid(uint32_t row) const {
  const uint32_t block = row / block_rows;
  if (segment_->blocks[block].zone.nulls == 0) return true;
  const char* bits = file_->block(*segment_, block).data();
  return get_bit(reinterpret_cast<const uint64_t*>(bits), row % block_rows);
}

const uint64_t* SegmentReader::gather_validity(std::span<const uint32_t> rows, Arena& arena) const {
  if (segment_->zone.nulls == 0) return nullptr;
  const auto words = arena.array<uint64_t>(words_for(rows.size()));
  std::memset(words.data(), 0, words.size_bytes());
  for (size_t at = 0; at < rows.size(); ++at) {
    if (is_valid(rows[at])) set_bit(words.data(), at);
  }
  return words.data();
}

Vector SegmentReader::read_rows(std::span<const uint32_t> rows, Arena& arena) {
  counters_->values += rows.size();
  switch (segment_->encoding) {
    case Encoding::Constant:
      return constant(arena);
    case Encoding::Dictionary:
      return gather_codes(rows, arena);
    case Encoding::Text:
      return gather_texts(rows, arena);
    case Encoding::Packed:
      return gather_words(rows, arena);
    default:
      return gather_fixed(rows, arena);
  }
}

Vector SegmentReader::gather_codes(std::span<const uint32_t> rows, Arena& arena) {
  const auto to = arena.array<uint32_t>(rows.size());
  for_each_page(rows, [&](const Piece& piece) {
    const auto wanted = rows.subspan(piece.at, piece.count);
    if (piece.count >= few_values || kept_page_ == piece.page) {
      return take(kept_codes(piece.page), wanted, &to[piece.at]);
    }
    const PagePlace place = find_page<CodePage>(piece.page);
    const auto& page = header_of<CodePage>(place);
    const char* data = data_at(place, page.offset, packed_bytes(place.rows, page.width));
    for (uint32_t at = 0; at < piece.count; ++at) {
      to[piece.at + at] =
          static_cast<uint32_t>(packed_at(data, page.width, wanted[at] % page_rows));
    }
  });
  return dictionary_vector(to.data());
}

Vector SegmentReader::gather_texts(std::span<const uint32_t> rows, Arena& arena) {
  const auto to = arena.array<Text>(rows.size());
  for_each_page(rows, [&](const Piece& piece) {
    const bool copy = !texts_lie_in_file(find_page<TextPage>(piece.page));
    take(kept_texts(piece.page), rows.subspan(piece.at, piece.count), &to[piece.at]);
    for (uint32_t at = piece.at; copy && at < piece.at + piece.count; ++at) {
      to[at].data = arena.copy(to[at]).data();
    }
  });
  return {
      .type = segment_->column.type, .values = to.data(), .validity = gather_validity(rows, arena)};
}

Vector SegmentReader::gather_words(std::span<const uint32_t> rows, Arena& arena) {
  const auto to = arena.array<int64_t>(rows.size());
  for_each_page(rows, [&](const Piece& piece) {
    const auto wanted = rows.subspan(piece.at, piece.count);
    const PagePlace place = find_page<WordPage>(piece.page);
    const auto& page = header_of<WordPage>(place);
    if (page.mode == WordMode::Delta || piece.count >= few_values || kept_page_ == piece.page) {
      return take(kept_words(piece.page), wanted, &to[piece.at]);
    }
    const char* data = data_at(place, page.offset, stored_bytes(page, place.rows));
    for (uint32_t at = 0; at < piece.count; ++at) {
      to[piece.at + at] = decode_word(page, data, wanted[at] % page_rows);
    }
  });
  return {
      .type = segment_->column.type, .values = to.data(), .validity = gather_validity(rows, arena)};
}

/// Of values that lie side by side, and of bits.
Vector SegmentReader::gather_fixed(std::span<const uint32_t> rows, Arena& arena) {
  const bool bits = segment_->encoding == Encoding::Bits;
  const size_t size = bytes_of(layout_of(segment_->column.type));
  char* to = arena.allocate(rows.size() * size, 16);
  for (size_t at = 0; at < rows.size(); ++at) {
    const std::string_view values = values_of(rows[at] / block_rows);
    const uint32_t row = rows[at] % block_rows;
    if ((bits ? words_for(row + 1) * 8 : (row + 1) * size) > values.size()) {
      file_->damaged(segment_, "a block is too short");
    }
    if (bits) {
      to[at] = get_bit(reinterpret_cast<const uint64_t*>(values.data()), row);
    } else {
      std::memcpy(to + at * size, values.data() + row * size, size);
    }
    counters_->stored_bytes += size;
  }
  return {.type = segment_->column.type, .values = to, .validity = gather_validity(rows, arena)};
}

}  // namespace vedette::storage
