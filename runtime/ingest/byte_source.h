// The bytes of an input: a file or standard input, unpacked when it is gzip or Zstandard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vedette {

/// A stream of bytes that is read once, from front to back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `into` with up to `capacity` bytes; 0 only at the end. Throws QueryError `ING0001` when
  /// the file cannot be read and `ING0002` when its packing is damaged or ends too early.
  virtual size_t read(char* into, size_t capacity) = 0;

  /// Fills `into` with the `count` bytes from `offset` on, whatever has been read before; false
  /// when the source can only be read from front to back. Throws as `read`.
  virtual bool read_at(uint64_t offset, char* into, size_t count);

  /// Bytes of the file taken so far, as they lie on the disk.
  virtual uint64_t consumed() const = 0;

  /// The size of the file on the disk; 0 when nobody knows (a pipe).
  virtual uint64_t total() const = 0;
};

/// Opens `path`, or standard input for "-". How the bytes are packed is read off the bytes
/// themselves, not off the name. Throws QueryError `ING0001` with the system's reason.
std::unique_ptr<ByteSource> open_source(const std::string& path);

/// An input that is already in memory, for tests and for text that came over a wire. The text must
/// outlive the source; packed text is unpacked.
std::unique_ptr<ByteSource> open_memory(std::string_view text);

}  // namespace vedette
