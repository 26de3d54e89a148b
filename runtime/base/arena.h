// Memory that is given out piece by piece and taken back all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vedette {

/// A bump allocator. Pieces live until `clear()` or the arena's end; no destructors run.
class Arena {
 public:
  explicit Arena(size_t block_bytes = 64 * 1024) : block_bytes_(block_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// Uninitialised bytes, aligned to `alignment` (a power of two up to 64).
  char* allocate(size_t bytes, size_t alignment = 8) {
    const uintptr_t at = (reinterpret_cast<uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
    if (next_ == nullptr || at + bytes > reinterpret_cast<uintptr_t>(end_)) {
      return allocate_slow(bytes, alignment);
    }
    next_ = reinterpret_cast<char*>(at + bytes);
    return reinterpret_cast<char*>(at);
  }

  /// An uninitialised array of trivial values.
  template <typename T> std::span<T> array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    const size_t alignment = alignof(T) < 64 && count * sizeof(T) >= 64 ? 64 : alignof(T);
    return {reinterpret_cast<T*>(allocate(count * sizeof(T), alignment)), count};
  }

  /// A copy of `text` that lives as long as the arena.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* bytes = allocate(text.size(), 1);
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  /// Takes everything back and keeps the memory for the next round.
  void clear();

  /// Bytes taken from the system, given out or not.
  size_t reserved() const { return reserved_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  char* allocate_slow(size_t bytes, size_t alignment);

  size_t block_bytes_;
  std::vector<Block> blocks_;
  size_t used_blocks_ = 0;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t reserved_ = 0;
};

}  // namespace vedette
