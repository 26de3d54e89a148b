// Unpacks the pages of Parquet files.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/ingest/parquet/metadata.h"

namespace vedette::parquet {

/// Throws Problem for what cannot be unpacked here.
void check_codec(Codec codec);

/// Bytes that several owners may hold, followed by some that may be read and mean nothing.
struct Buffer {
  std::shared_ptr<char[]> bytes;
  size_t size = 0;

  std::string_view view() const { return {bytes.get(), size}; }
};

/// Room for `size` bytes. Throws Problem if there is none.
Buffer make_buffer(size_t size);

/// What `packed` unpacks to, which must be `size` bytes. Throws Problem; nothing is allocated for
/// a size that so few packed bytes cannot have.
Buffer unpack(Codec codec, std::string_view packed, size_t size);

}  // namespace vedette::parquet
