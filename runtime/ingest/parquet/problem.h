// What is wrong with a Parquet file, and reading its bytes without running over their end.
#pragma once

#include <cstdint>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

namespace vedette::parquet {

/// Why a file cannot be read. Where in the file is added on the way up.
class Problem : public std::exception {
 public:
  enum class Kind : uint8_t { Damaged, Unsupported };

  Problem(Kind kind, std::string text) : kind(kind), text(std::move(text)) {}
  const char* what() const noexcept override { return text.c_str(); }

  Kind kind;
  std::string text;
};

[[noreturn]] inline void damaged(std::string text) {
  throw Problem(Problem::Kind::Damaged, std::move(text));
}
[[noreturn]] inline void unsupported(std::string text) {
  throw Problem(Problem::Kind::Unsupported, std::move(text));
}

/// Takes bytes off the front of a text. Throws Problem at its end.
class Cursor {
 public:
  Cursor() = default;
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  size_t left() const { return bytes_.size(); }
  std::string_view rest() const { return bytes_; }

  std::string_view take(uint64_t count) {
    if (count > bytes_.size()) damaged("data ends too early");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  uint8_t byte() { return static_cast<uint8_t>(take(1)[0]); }
  /// A number of the width of `T`, the low byte first.
  template <typename T> T fixed() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  /// Seven bits a byte, the low ones first.
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= static_cast<uint64_t>(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    damaged("a number is too long");
  }
  int64_t zigzag() {
    const uint64_t value = varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }

 private:
  std::string_view bytes_;
};

}  // namespace vedette::parquet
