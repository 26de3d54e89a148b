#include "runtime/base/utf8.h"

#include <cstring>

namespace vedette {

namespace {

/// The length of the valid sequence at the start of a text that is not empty, or 0.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<uint8_t>(text[at]); };
  const auto continues = [&](size_t at) { return at < text.size() && (byte(at) & 0xc0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return continues(1) ? 2 : 0;
  if (lead < 0xf0) {
    if (!continues(1) || !continues(2)) return 0;
    if (lead == 0xe0 && byte(1) < 0xa0) return 0;   // overlong
    if (lead == 0xed && byte(1) >= 0xa0) return 0;  // surrogate
    return 3;
  }
  if (lead > 0xf4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) >= 0x90) return 0;
  return 4;
}

size_t ascii_prefix(std::string_view text) {
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if (word & 0x8080808080808080ull) break;
  }
  while (at < text.size() && static_cast<int8_t>(text[at]) >= 0) ++at;
  return at;
}

/// The length of the longest prefix that is valid.
size_t valid_prefix(std::string_view text) {
  size_t at = 0;
  while (true) {
    at += ascii_prefix(text.substr(at));
    if (at == text.size()) return at;
    const size_t length = sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
}

bool is_lead(char c) {
  return (static_cast<uint8_t>(c) & 0xc0) != 0x80;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return ascii_prefix(text) == text.size();
}

bool is_valid_utf8(std::string_view text) {
  return valid_prefix(text) == text.size();
}

std::string sanitized_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  while (true) {
    const size_t valid = valid_prefix(text);
    out.append(text.substr(0, valid));
    if (valid == text.size()) return out;
    append_code_point(out, replacement_character);
    text.remove_prefix(valid + 1);
    // The tail of a broken sequence belongs to it.
    while (!text.empty() && !is_lead(text.front())) text.remove_prefix(1);
  }
}

uint32_t take_code_point(std::string_view& text) {
  const auto byte = [&](size_t at) {
    return static_cast<uint32_t>(static_cast<uint8_t>(text[at]));
  };
  const size_t length = sequence_length(text);
  uint32_t code_point = replacement_character;
  switch (length) {
    case 1:
      code_point = byte(0);
      break;
    case 2:
      code_point = (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
      break;
    case 3:
      code_point = (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
      break;
    case 4:
      code_point = (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
                   (byte(3) & 0x3f);
      break;
    default:
      break;
  }
  text.remove_prefix(length == 0 ? 1 : length);
  return code_point;
}

void append_code_point(std::string& out, uint32_t code_point) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point < 0xe000)) {
    code_point = replacement_character;
  }
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    return put(0x80 | (code_point & 0x3f));
  }
  if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    return put(0x80 | (code_point & 0x3f));
  }
  put(0xf0 | code_point >> 18);
  put(0x80 | (code_point >> 12 & 0x3f));
  put(0x80 | (code_point >> 6 & 0x3f));
  put(0x80 | (code_point & 0x3f));
}

size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += is_lead(c);
  return count;
}

size_t byte_of_code_point(std::string_view text, size_t index) {
  if (index >= text.size()) return text.size();
  const size_t ascii = ascii_prefix(text);
  if (index <= ascii) return index;
  size_t at = ascii;
  for (size_t left = index - ascii; at < text.size(); --left) {
    if (left == 0) break;
    ++at;
    while (at < text.size() && !is_lead(text[at])) ++at;
  }
  return at;
}

}  // namespace vedette
