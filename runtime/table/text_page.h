// A page of strings: lengths in few bits, then the bytes, compressed or not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/value/scalar.h"

namespace vedette::storage {

enum class Codec : uint8_t { None = 0, Lz4 = 1, Zstd = 2 };

/// Where a page of strings begins and how to read it; 32 bytes in the file.
struct TextPage {
  uint64_t offset = 0;        // of its data, from the first page of the block: lengths, then bytes
  uint64_t stored = 0;        // bytes, as stored
  uint64_t raw = 0;           // bytes, decompressed
  uint32_t least_length = 0;  // lengths are packed as differences to the shortest
  uint8_t length_width = 0;
  Codec codec = Codec::None;
  uint16_t reserved = 0;
};
static_assert(sizeof(TextPage) == 32);

/// The codec for strings like these (some pages of a column, one after the other). Zstd takes three
/// times as long to read, so it is for heavy columns (1,024 bytes a value) where it needs at most half
/// of what LZ4 needs; nothing is compressed that LZ4 does not shrink by a tenth.
Codec choose_codec(std::span<const Text> sample);

/// Packs up to page_rows strings and appends them to `data`. A page that `codec` does not shrink by
/// a sixteenth is left as it is.
TextPage encode_texts(std::span<const Text> texts, Codec codec, std::vector<char>& data);

/// Bytes of the data of a page of `count` strings.
size_t stored_bytes(const TextPage& page, uint32_t count);

/// Reads the bytes of a page: where they lie in `data` when they are not compressed, else from the
/// arena. nullptr when they cannot be decompressed.
const char* decode_bytes(const TextPage& page, const char* data, uint32_t count, Arena& arena);
/// The strings of a page whose bytes are known. `to` has `count` places. False when the lengths do
/// not agree with the bytes.
bool decode_texts(const TextPage& page, const char* data, const char* bytes, uint32_t count,
                  Text* to);

}  // namespace vedette::storage
