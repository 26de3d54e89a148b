#include "runtime/ingest/parquet/compression.h"

#include <lz4.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <new>

#include "runtime/base/format.h"

namespace vedette::parquet {

namespace {

/// How many bytes one packed byte can become at most.
size_t most_growth(Codec codec) {
  switch (codec) {
    case Codec::Snappy:
      return 32;
    case Codec::Gzip:
      return 1'040;
    case Codec::HadoopLz4:
    case Codec::RawLz4:
      return 256;
    default:
      return 1 << 16;
  }
}

bool unpack_gzip(std::string_view packed, char* into, size_t size) {
  z_stream stream = {};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) return false;  // zlib's own header is taken as well
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(into);
  stream.avail_out = static_cast<uInt>(size);
  int result = inflate(&stream, Z_FINISH);
  while (result == Z_STREAM_END && stream.avail_in > 0 && stream.avail_out > 0) {
    inflateReset(&stream);  // another member
    result = inflate(&stream, Z_FINISH);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  return whole;
}

bool unpack_lz4(std::string_view packed, char* into, size_t size) {
  if (packed.size() > LZ4_MAX_INPUT_SIZE || size > LZ4_MAX_INPUT_SIZE) return false;
  const int got = LZ4_decompress_safe(packed.data(), into, static_cast<int>(packed.size()),
                                      static_cast<int>(size));
  return got >= 0 && static_cast<size_t>(got) == size;
}

uint32_t big_endian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t at = 0; at < 4; ++at) value = value << 8 | static_cast<uint8_t>(bytes[at]);
  return value;
}

/// Blocks with their sizes before them, as Hadoop writes LZ4; some writers wrote plain LZ4.
bool unpack_hadoop_lz4(std::string_view packed, char* into, size_t size) {
  std::string_view rest = packed;
  size_t done = 0;
  while (rest.size() >= 8) {
    const size_t unpacked = big_endian(rest);
    const size_t length = big_endian(rest.substr(4));
    if (length > rest.size() - 8 || unpacked > size - done) break;
    if (!unpack_lz4(rest.substr(8, length), into + done, unpacked)) break;
    done += unpacked;
    rest.remove_prefix(8 + length);
  }
  return (done == size && rest.empty()) || unpack_lz4(packed, into, size);
}

bool unpack_into(Codec codec, std::string_view packed, char* into, size_t size) {
  switch (codec) {
    case Codec::Snappy: {
      size_t said = 0;
      return snappy::GetUncompressedLength(packed.data(), packed.size(), &said) && said == size &&
             snappy::RawUncompress(packed.data(), packed.size(), into);
    }
    case Codec::Gzip:
      return unpack_gzip(packed, into, size);
    case Codec::HadoopLz4:
      return unpack_hadoop_lz4(packed, into, size);
    case Codec::RawLz4:
      return unpack_lz4(packed, into, size);
    case Codec::Zstandard:
      return ZSTD_decompress(into, size, packed.data(), packed.size()) == size;
    case Codec::Brotli:
    case Codec::Lzo:
    case Codec::Uncompressed:
      break;
  }
  return false;
}

}  // namespace

void check_codec(Codec codec) {
  if (codec != Codec::Brotli && codec != Codec::Lzo) return;
  unsupported(
      fmt::format("it is packed with {}, which is not read here; write it with Zstandard or Snappy",
                  codec == Codec::Brotli ? "Brotli" : "LZO"));
}

Buffer make_buffer(size_t size) {
  constexpr size_t padding = 16;
  char* bytes = new (std::nothrow) char[size + padding];
  if (bytes == nullptr) unsupported(fmt::format("there is no memory for {} bytes of it", size));
  std::memset(bytes + size, 0, padding);
  return {std::shared_ptr<char[]>(bytes), size};
}

Buffer unpack(Codec codec, std::string_view packed, size_t size) {
  if (size / most_growth(codec) > packed.size() + 64) {
    damaged(fmt::format("{} packed bytes cannot become {}", packed.size(), size));
  }
  Buffer buffer = make_buffer(size);
  if (size == 0 && packed.empty()) return buffer;
  if (!unpack_into(codec, packed, buffer.bytes.get(), size)) {
    damaged("packed data is damaged");
  }
  return buffer;
}

}  // namespace vedette::parquet
