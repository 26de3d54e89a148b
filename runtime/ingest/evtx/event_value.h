// The typed values of binary XML as the text that Windows shows for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"

namespace vedette {

/// Types of values in binary XML; the bit `Array` makes an array of one.
enum class EventValueType : uint8_t {
  Null = 0x00,
  String = 0x01,
  AnsiString = 0x02,
  Int8 = 0x03,
  UInt8 = 0x04,
  Int16 = 0x05,
  UInt16 = 0x06,
  Int32 = 0x07,
  UInt32 = 0x08,
  Int64 = 0x09,
  UInt64 = 0x0a,
  Real32 = 0x0b,
  Real64 = 0x0c,
  Bool = 0x0d,
  Binary = 0x0e,
  Guid = 0x0f,
  Size = 0x10,
  FileTime = 0x11,
  SystemTime = 0x12,
  Sid = 0x13,
  HexInt32 = 0x14,
  HexInt64 = 0x15,
  BinaryXml = 0x21,
};

constexpr uint8_t event_value_array = 0x80;

/// An unsigned number of `bytes` bytes (at most 8), the lowest first.
uint64_t little_endian(const char* from, size_t bytes);

/// UTF-16 as UTF-8 in `texts`. Halves of surrogate pairs become U+FFFD and set `repaired`.
std::string_view utf8_of_utf16(std::string_view utf16, Arena& texts, bool& repaired);

/// The text of a value that is neither an array nor binary XML: hexadecimal numbers are short
/// (`0x6`), times end in `Z`, GUIDs have braces. Nothing if the type is unknown or the bytes are
/// not one of its values.
std::optional<std::string_view> text_of_event_value(EventValueType type, std::string_view bytes,
                                                    Arena& texts, bool& repaired);

/// Appends the text of each item of an array. False as above.
bool texts_of_event_array(EventValueType item_type, std::string_view bytes, Arena& texts,
                          bool& repaired, std::vector<std::string_view>& items);

/// A count of 100 nanoseconds since 1601 as `2024-05-01T08:00:00.1234567Z`.
std::string_view text_of_file_time(uint64_t file_time, Arena& texts);

}  // namespace vedette
