#include "stdlib/scalar/ip_address.h"

#include <array>
#include <charconv>

namespace vedette::stdlib {
namespace {

constexpr int mapped_bits = 96;  // how many bits lie before an IPv4 address in an IPv6 one

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number after the last slash, which goes from the text; `most` if there is none, nothing if
/// it is no number up to `most`.
std::optional<int> take_bits(std::string_view& text, int most) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return most;
  const std::string_view digits = text.substr(slash + 1);
  text = text.substr(0, slash);
  int bits = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  if (!whole || bits < 0 || bits > most || !is_digit(digits[0])) return std::nullopt;
  return bits;
}

std::optional<uint16_t> parse_group(std::string_view text) {
  uint16_t group = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), group, 16);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && text.size() <= 4 ? std::optional(group) : std::nullopt;
}

/// The groups of an address, up to eight; a double colon stands for as many zeros as are missing.
std::optional<std::array<uint16_t, 8>> parse_groups(std::string_view text) {
  std::array<uint16_t, 8> groups = {};
  size_t count = 0;
  size_t gap = 8;  // where the double colon is
  if (text.substr(0, 2) == "::") {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (count == 8) return std::nullopt;
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
      std::string_view rest = part;
      const auto address = take_ipv4(rest);
      if (!address || !rest.empty() || count > 6) return std::nullopt;
      groups[count++] = static_cast<uint16_t>(*address >> 16);
      groups[count++] = static_cast<uint16_t>(*address);
      break;
    }
    const auto group = parse_group(part);
    if (!group) return std::nullopt;
    groups[count++] = *group;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
    if (text[0] == ':') {
      if (gap != 8) return std::nullopt;
      gap = count;
      text.remove_prefix(1);
    }
  }
  if (gap == 8) return count == 8 ? std::optional(groups) : std::nullopt;
  if (count == 8) return std::nullopt;
  std::array<uint16_t, 8> spread = {};
  for (size_t at = 0; at < gap; ++at) spread[at] = groups[at];
  for (size_t at = gap; at < count; ++at) spread[at + 8 - count] = groups[at];
  return spread;
}

Ipv6 mapped(uint32_t address) {
  return {.low = uint64_t{0xffff} << 32 | address, .is_ipv4 = true};
}

}  // namespace

Ipv6 Ipv6::network() const {
  const auto kept = [](int count) {
    return count <= 0 ? 0 : count >= 64 ? ~uint64_t{0} : ~uint64_t{0} << (64 - count);
  };
  return {
      .high = high & kept(bits), .low = low & kept(bits - 64), .bits = bits, .is_ipv4 = is_ipv4};
}

std::optional<uint32_t> take_ipv4(std::string_view& text) {
  std::string_view rest = text;
  uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (rest.empty() || rest[0] != '.') return std::nullopt;
      rest.remove_prefix(1);
    }
    uint32_t number = 0;
    size_t length = 0;
    while (length < rest.size() && length < 4 && is_digit(rest[length])) {
      number = number * 10 + static_cast<uint32_t>(rest[length++] - '0');
    }
    if (length == 0 || length > 3 || number > 255) return std::nullopt;
    address = address << 8 | number;
    rest.remove_prefix(length);
  }
  text = rest;
  return address;
}

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  const auto bits = take_bits(text, 32);
  const auto address = bits ? take_ipv4(text) : std::nullopt;
  if (!address || !text.empty()) return std::nullopt;
  return Ipv4{*address, *bits};
}

std::optional<Ipv6> parse_ipv6(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const auto address = parse_ipv4(text);
    if (!address) return std::nullopt;
    Ipv6 result = mapped(address->address);
    result.bits = mapped_bits + address->bits;
    return result;
  }
  const auto bits = take_bits(text, 128);
  const auto groups = bits ? parse_groups(text) : std::nullopt;
  if (!groups) return std::nullopt;
  Ipv6 result;
  for (size_t at = 0; at < 4; ++at) {
    result.high = result.high << 16 | (*groups)[at];
    result.low = result.low << 16 | (*groups)[at + 4];
  }
  result.bits = *bits;
  const bool ends_in_ipv4 = text.find('.') != std::string_view::npos;
  if (ends_in_ipv4 && result.high == 0 && (result.low >> 32 == 0 || result.low >> 32 == 0xffff)) {
    result = mapped(static_cast<uint32_t>(result.low));
    result.bits = *bits <= 32 ? mapped_bits + *bits : *bits;
  }
  return result;
}

std::string text_of_ipv4(uint32_t address) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift < 24) out.push_back('.');
    out += std::to_string(address >> shift & 255);
  }
  return out;
}

std::string text_of_ipv6(const Ipv6& address) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const uint64_t half : {address.high, address.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      if (shift % 16 == 12 && !out.empty()) out.push_back(':');
      out.push_back(digits[half >> shift & 15]);
    }
  }
  return out;
}

}  // namespace vedette::stdlib
