// The C++ types that hold one KQL value each, as they lie in vectors.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vedette {

constexpr int64_t ticks_per_microsecond = 10;
constexpr int64_t ticks_per_millisecond = 10'000;
constexpr int64_t ticks_per_second = 10'000'000;
constexpr int64_t ticks_per_minute = 60 * ticks_per_second;
constexpr int64_t ticks_per_hour = 60 * ticks_per_minute;
constexpr int64_t ticks_per_day = 24 * ticks_per_hour;

/// A moment: 100 ns ticks since 0001-01-01T00:00:00Z, up to the end of the year 9999.
struct Datetime {
  int64_t ticks = 0;
  auto operator<=>(const Datetime&) const = default;
};

/// The last tick of 9999-12-31.
constexpr int64_t max_datetime_ticks = 3'155'378'975'999'999'999;

/// A duration in 100 ns ticks; negative durations count backwards.
struct Timespan {
  int64_t ticks = 0;
  auto operator<=>(const Timespan&) const = default;
};

/// A guid in the order its text shows it.
struct Guid {
  std::array<uint8_t, 16> bytes = {};
  auto operator<=>(const Guid&) const = default;
};

/// Text that lives elsewhere: 16 bytes, with the first four characters at hand for comparisons.
struct Text {
  const char* data = nullptr;
  uint32_t size = 0;
  uint32_t prefix = 0;  // the first four bytes as they lie in memory, zero-padded

  constexpr Text() = default;
  Text(std::string_view text) : data(text.data()), size(static_cast<uint32_t>(text.size())) {
    if (size > 0) std::memcpy(&prefix, data, size < 4 ? size : 4);
  }
  operator std::string_view() const { return {data, size}; }
  std::string_view view() const { return {data, size}; }

  friend bool operator==(const Text& a, const Text& b) {
    return a.size == b.size && a.prefix == b.prefix &&
           (a.size <= 4 || std::memcmp(a.data, b.data, a.size) == 0);
  }
};

/// A value of type dynamic: binary JSON that lives elsewhere (`runtime/value/dynamic.h`).
struct Dynamic {
  Text bytes;
};

}  // namespace vedette
