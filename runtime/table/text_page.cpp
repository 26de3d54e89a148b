#include "runtime/table/text_page.h"

#include <lz4.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "runtime/table/bit_packing.h"
#include "runtime/table/extent.h"

namespace vedette::storage {
namespace {

constexpr int zstd_level = 3;
constexpr size_t heavy_bytes = 1024;  // a value, on average

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Contexts are large to make and belong to one thread at a time.
ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context.get();
}

/// Bytes written to `to`; 0 when it did not work.
size_t compress(Codec codec, std::string_view bytes, std::vector<char>& to) {
  if (codec == Codec::Zstd) {
    to.resize(ZSTD_compressBound(bytes.size()));
    const size_t size = ZSTD_compressCCtx(compressor(), to.data(), to.size(), bytes.data(),
                                          bytes.size(), zstd_level);
    return ZSTD_isError(size) ? 0 : size;
  }
  if (bytes.size() > LZ4_MAX_INPUT_SIZE) return 0;
  const int size = static_cast<int>(bytes.size());
  const int bound = LZ4_compressBound(size);
  to.resize(bound);
  return static_cast<size_t>(LZ4_compress_default(bytes.data(), to.data(), size, bound));
}

void concatenate(std::span<const Text> texts, char* to) {
  for (const Text& text : texts) {
    if (text.size > 0) std::memcpy(to, text.data, text.size);
    to += text.size;
  }
}

std::vector<char>& concatenated(std::span<const Text> texts) {
  thread_local std::vector<char> bytes;
  size_t size = 0;
  for (const Text& text : texts) size += text.size;
  bytes.resize(size);
  concatenate(texts, bytes.data());
  return bytes;
}

std::vector<char>& scratch() {
  thread_local std::vector<char> bytes;
  return bytes;
}

}  // namespace

Codec choose_codec(std::span<const Text> sample) {
  size_t raw = 0, lz4 = 0, zstd = 0;
  const size_t average_of = std::max<size_t>(sample.size(), 1);
  for (const Text& text : sample) raw += text.size;
  const bool heavy = raw / average_of >= heavy_bytes;
  for (size_t first = 0; first < sample.size(); first += page_rows) {
    const auto& bytes =
        concatenated(sample.subspan(first, std::min<size_t>(page_rows, sample.size() - first)));
    lz4 += compress(Codec::Lz4, {bytes.data(), bytes.size()}, scratch());
    if (heavy) zstd += compress(Codec::Zstd, {bytes.data(), bytes.size()}, scratch());
  }
  if (heavy && zstd > 0 && zstd * 2 <= lz4) return Codec::Zstd;
  return lz4 * 10 <= raw * 9 ? Codec::Lz4 : Codec::None;
}

TextPage encode_texts(std::span<const Text> texts, Codec codec, std::vector<char>& data) {
  TextPage page{.offset = data.size()};
  if (texts.empty()) return page;
  std::array<uint64_t, page_rows> lengths;
  uint32_t least = UINT32_MAX, most = 0;
  for (const Text& text : texts) {
    least = std::min(least, text.size);
    most = std::max(most, text.size);
    page.raw += text.size;
  }
  const uint32_t count = static_cast<uint32_t>(texts.size());
  for (uint32_t at = 0; at < count; ++at) lengths[at] = texts[at].size - least;
  page.least_length = least;
  page.length_width = static_cast<uint8_t>(width_of(most - least));
  const size_t length_bytes = packed_bytes(count, page.length_width);
  data.resize(data.size() + length_bytes);
  pack(lengths.data(), count, page.length_width, data.data() + page.offset);

  const size_t bytes_at = data.size();
  const auto pad = [&] { data.resize((data.size() + 63) / 64 * 64); };
  if (codec != Codec::None && page.raw > 0) {
    const auto& bytes = concatenated(texts);
    const auto& packed = scratch();
    const size_t size = compress(codec, {bytes.data(), bytes.size()}, scratch());
    if (size > 0 && size + page.raw / 16 <= page.raw) {
      page.codec = codec;
      page.stored = size;
      data.insert(data.end(), packed.data(), packed.data() + size);
      pad();
      return page;
    }
  }
  page.stored = page.raw;
  data.resize(bytes_at + page.raw);
  concatenate(texts, data.data() + bytes_at);
  pad();
  return page;
}

size_t stored_bytes(const TextPage& page, uint32_t count) {
  return packed_bytes(count, page.length_width) + page.stored;
}

const char* decode_bytes(const TextPage& page, const char* data, uint32_t count, Arena& arena) {
  const char* stored = data + packed_bytes(count, page.length_width);
  if (page.codec == Codec::None) return stored;
  char* bytes = arena.allocate(page.raw + sizeof(uint32_t), 64);  // decode_texts reads in fours
  size_t size = 0;
  if (page.codec == Codec::Lz4) {
    const int result = LZ4_decompress_safe(stored, bytes, static_cast<int>(page.stored),
                                           static_cast<int>(page.raw));
    size = result < 0 ? SIZE_MAX : static_cast<size_t>(result);
  } else {
    size = ZSTD_decompressDCtx(decompressor(), bytes, page.raw, stored, page.stored);
  }
  if (size != page.raw) return nullptr;
  std::memset(bytes + page.raw, 0, sizeof(uint32_t));
  return bytes;
}

bool decode_texts(const TextPage& page, const char* data, const char* bytes, uint32_t count,
                  Text* to) {
  constexpr std::array<uint32_t, 5> prefix_mask = {0, 0xff, 0xffff, 0xffffff, 0xffffffff};
  std::array<uint32_t, room_to_unpack(page_rows)> lengths;
  unpack(data, count, page.length_width, lengths.data());
  uint64_t total = uint64_t{page.least_length} * count;
  for (uint32_t at = 0; at < count; ++at) total += lengths[at];
  if (total != page.raw) return false;
  for (uint32_t at = 0; at < count; ++at) {
    const uint32_t size = lengths[at] + page.least_length;
    uint32_t prefix;
    std::memcpy(&prefix, bytes, sizeof(prefix));
    to[at].data = bytes;
    to[at].size = size;
    to[at].prefix = prefix & prefix_mask[std::min(size, 4u)];
    bytes += size;
  }
  return true;
}

}  // namespace vedette::storage
