// Bytes that grow: std::string without the zeroes and the calls.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace vedette {

/// A growing run of bytes that keeps its memory when it is emptied.
class ByteBuffer {
 public:
  size_t size() const { return size_; }
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), size_}; }

  /// Room for `count` more bytes, uninitialised; they count as added.
  char* extend(size_t count) {
    if (capacity_ - size_ < count) grow(count);
    char* const at = bytes_.get() + size_;
    size_ += count;
    return at;
  }

  void append(std::string_view bytes) {
    char* const at = extend(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  }

  void push_back(char c) { *extend(1) = c; }

  /// Drops all but the first `size` bytes.
  void truncate(size_t size) { size_ = size; }

 private:
  void grow(size_t count) {
    const size_t wanted = size_ + count;
    const size_t capacity = wanted < 2 * capacity_ ? 2 * capacity_ : wanted < 256 ? 256 : wanted;
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace vedette
