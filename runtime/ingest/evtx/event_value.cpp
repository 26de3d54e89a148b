#include "runtime/ingest/evtx/event_value.h"

#include <bit>
#include <boost/algorithm/hex.hpp>
#include <cmath>
#include <string>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/datetime.h"

namespace vedette {

namespace {

constexpr int64_t ticks_to_1601 = days_of_date(1601, 1, 1) * 864'000'000'000;
constexpr int64_t ticks_to_10000 = days_of_date(10000, 1, 1) * 864'000'000'000;

/// Bytes of a value whose size its type tells; 0 for others.
size_t fixed_size(EventValueType type) {
  switch (type) {
    case EventValueType::Int8:
    case EventValueType::UInt8:
      return 1;
    case EventValueType::Int16:
    case EventValueType::UInt16:
      return 2;
    case EventValueType::Int32:
    case EventValueType::UInt32:
    case EventValueType::Real32:
    case EventValueType::Bool:
    case EventValueType::HexInt32:
      return 4;
    case EventValueType::Int64:
    case EventValueType::UInt64:
    case EventValueType::Real64:
    case EventValueType::FileTime:
    case EventValueType::HexInt64:
      return 8;
    case EventValueType::Guid:
    case EventValueType::SystemTime:
      return 16;
    default:
      return 0;
  }
}

/// The number as it was before its sign was lost.
int64_t signed_of(uint64_t bits, size_t bytes) {
  const unsigned unused = static_cast<unsigned>(64 - 8 * bytes);
  return static_cast<int64_t>(bits << unused) >> unused;
}

std::string hex_of_bytes(std::string_view bytes) {
  std::string text;
  boost::algorithm::hex(bytes, std::back_inserter(text));
  return text;
}

std::string guid_text(std::string_view bytes) {
  const auto tail = hex_of_bytes(bytes.substr(8));
  std::string text =
      fmt::format("{{{:08X}-{:04X}-{:04X}-{}-{}}}", little_endian(bytes.data(), 4),
                  little_endian(bytes.data() + 4, 2), little_endian(bytes.data() + 6, 2),
                  tail.substr(0, 4), tail.substr(4));
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

std::optional<std::string> sid_text(std::string_view bytes) {
  if (bytes.size() < 8) return {};
  const auto parts = static_cast<unsigned char>(bytes[1]);
  if (bytes.size() < 8 + size_t{4} * parts) return {};
  uint64_t authority = 0;
  for (size_t at = 2; at < 8; ++at) {
    authority = authority << 8 | static_cast<unsigned char>(bytes[at]);
  }
  std::string text = fmt::format("S-{}-{}", static_cast<unsigned char>(bytes[0]), authority);
  for (size_t part = 0; part < parts; ++part) {
    text += fmt::format("-{}", little_endian(bytes.data() + 8 + 4 * part, 4));
  }
  return text;
}

std::optional<std::string> system_time_text(std::string_view bytes) {
  uint64_t parts[8];  // year, month, day of week, day, hour, minute, second, millisecond
  for (size_t at = 0; at < 8; ++at) parts[at] = little_endian(bytes.data() + 2 * at, 2);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts[0], parts[1], parts[3],
                     parts[4], parts[5], parts[6], parts[7]);
}

std::optional<std::string> number_text(EventValueType type, std::string_view bytes) {
  const uint64_t bits = little_endian(bytes.data(), bytes.size());
  switch (type) {
    case EventValueType::Int8:
    case EventValueType::Int16:
    case EventValueType::Int32:
    case EventValueType::Int64:
      return fmt::format("{}", signed_of(bits, bytes.size()));
    case EventValueType::UInt8:
    case EventValueType::UInt16:
    case EventValueType::UInt32:
    case EventValueType::UInt64:
      return fmt::format("{}", bits);
    case EventValueType::HexInt32:
    case EventValueType::HexInt64:
      return fmt::format("0x{:x}", bits);
    case EventValueType::Real32:
      return fmt::format("{}", std::bit_cast<float>(static_cast<uint32_t>(bits)));
    case EventValueType::Real64:
      return fmt::format("{}", std::bit_cast<double>(bits));
    case EventValueType::Bool:
      return std::string(bits != 0 ? "true" : "false");
    case EventValueType::Guid:
      return guid_text(bytes);
    case EventValueType::SystemTime:
      return system_time_text(bytes);
    default:
      return {};
  }
}

std::string_view without_nulls(std::string_view utf16) {
  while (utf16.size() >= 2 && utf16[utf16.size() - 1] == 0 && utf16[utf16.size() - 2] == 0) {
    utf16.remove_suffix(2);
  }
  return utf16;
}

/// Text of a code page that the file does not name: UTF-8 if it reads as such, else Latin-1.
std::string_view ansi_text(std::string_view bytes, Arena& texts) {
  while (bytes.ends_with('\0')) bytes.remove_suffix(1);
  if (is_valid_utf8(bytes)) return texts.copy(bytes);
  std::string text;
  for (const char c : bytes) append_code_point(text, static_cast<unsigned char>(c));
  return texts.copy(text);
}

}  // namespace

uint64_t little_endian(const char* from, size_t bytes) {
  uint64_t value = 0;
  for (size_t at = bytes < 8 ? bytes : 8; at > 0; --at) {
    value = value << 8 | static_cast<unsigned char>(from[at - 1]);
  }
  return value;
}

std::string_view utf8_of_utf16(std::string_view utf16, Arena& texts, bool& repaired) {
  const size_t units = utf16.size() / 2;
  const auto unit = [&](size_t at) {
    return static_cast<uint32_t>(little_endian(utf16.data() + 2 * at, 2));
  };
  bool ascii = true;
  for (size_t at = 0; at < units && ascii; ++at) ascii = unit(at) < 128;
  if (ascii) {
    char* into = texts.allocate(units, 1);
    for (size_t at = 0; at < units; ++at) into[at] = utf16[2 * at];
    return {into, units};
  }
  std::string text;
  text.reserve(units * 2);
  for (size_t at = 0; at < units; ++at) {
    uint32_t point = unit(at);
    const bool pair = point >= 0xd800 && point < 0xdc00 && at + 1 < units &&
                      unit(at + 1) >= 0xdc00 && unit(at + 1) < 0xe000;
    if (pair) {
      point = 0x10000 + ((point - 0xd800) << 10) + (unit(++at) - 0xdc00);
    } else if (point >= 0xd800 && point < 0xe000) {
      repaired = true;
    }
    append_code_point(text, point);
  }
  return texts.copy(text);
}

std::string_view text_of_file_time(uint64_t file_time, Arena& texts) {
  if (file_time >= static_cast<uint64_t>(ticks_to_10000 - ticks_to_1601)) {
    return texts.copy(fmt::format("0x{:x}", file_time));
  }
  const auto ticks = static_cast<int64_t>(file_time) + ticks_to_1601;
  return texts.copy(to_text(Datetime{ticks}));
}

std::optional<std::string_view> text_of_event_value(EventValueType type, std::string_view bytes,
                                                    Arena& texts, bool& repaired) {
  if (type == EventValueType::Null || bytes.empty()) return std::string_view();
  const size_t size = fixed_size(type);
  if (size > 0 && bytes.size() != size) {
    // Old providers write bools as one byte.
    if (type == EventValueType::Bool && bytes.size() == 1) {
      return texts.copy(bytes[0] != 0 ? "true" : "false");
    }
    return {};
  }
  switch (type) {
    case EventValueType::String:
      return utf8_of_utf16(without_nulls(bytes), texts, repaired);
    case EventValueType::AnsiString:
      return ansi_text(bytes, texts);
    case EventValueType::Binary:
      return texts.copy(hex_of_bytes(bytes));
    case EventValueType::Size:
      if (bytes.size() != 4 && bytes.size() != 8) return {};
      return texts.copy(fmt::format("0x{:x}", little_endian(bytes.data(), bytes.size())));
    case EventValueType::FileTime:
      return text_of_file_time(little_endian(bytes.data(), 8), texts);
    case EventValueType::Sid: {
      const auto text = sid_text(bytes);
      if (!text) return {};
      return texts.copy(*text);
    }
    default: {
      const auto text = number_text(type, bytes);
      if (!text) return {};
      return texts.copy(*text);
    }
  }
}

bool texts_of_event_array(EventValueType item_type, std::string_view bytes, Arena& texts,
                          bool& repaired, std::vector<std::string_view>& items) {
  if (item_type == EventValueType::String || item_type == EventValueType::AnsiString) {
    const size_t width = item_type == EventValueType::String ? 2 : 1;
    size_t start = 0;
    for (size_t at = 0; at + width <= bytes.size(); at += width) {
      const bool last = at + 2 * width > bytes.size();
      const bool end = little_endian(bytes.data() + at, width) == 0;
      if (!end && !last) continue;
      const std::string_view item = bytes.substr(start, at - start + (end ? 0 : width));
      items.push_back(*text_of_event_value(item_type, item, texts, repaired));
      start = at + width;
    }
    return true;
  }
  size_t at = 0;
  while (at < bytes.size()) {
    size_t size = fixed_size(item_type);
    if (item_type == EventValueType::Sid && at + 8 <= bytes.size()) {
      size = 8 + size_t{4} * static_cast<unsigned char>(bytes[at + 1]);
    }
    if (size == 0 || at + size > bytes.size()) return false;
    const auto text = text_of_event_value(item_type, bytes.substr(at, size), texts, repaired);
    if (!text) return false;
    items.push_back(*text);
    at += size;
  }
  return true;
}

}  // namespace vedette
