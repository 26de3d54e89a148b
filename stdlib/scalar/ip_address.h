// Internet addresses as text, with the number of bits that count (`10.0.0.0/8`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::stdlib {

/// An IPv4 address and how many of its first bits count.
struct Ipv4 {
  uint32_t address = 0;
  int bits = 32;

  /// The address with the bits that do not count set to zero.
  uint32_t network() const { return bits == 0 ? 0 : address & ~uint32_t{0} << (32 - bits); }
};

/// An IPv6 address and how many of its first bits count.
struct Ipv6 {
  uint64_t high = 0;
  uint64_t low = 0;
  int bits = 128;
  bool is_ipv4 = false;  // written as an IPv4 address, or ending in one

  Ipv6 network() const;
};

/// Takes four numbers from 0 to 255 off the front of a text; nothing, and the text as it was, if
/// it does not begin with them.
std::optional<uint32_t> take_ipv4(std::string_view& text);

/// `1.2.3.4` or `1.2.3.4/24`.
std::optional<Ipv4> parse_ipv4(std::string_view text);

/// An IPv6 address in any notation, or an IPv4 address, which stands for `::ffff:1.2.3.4`; each
/// with a number of bits if it has one. Bits after an IPv4 address are bits of that address.
std::optional<Ipv6> parse_ipv6(std::string_view text);

std::string text_of_ipv4(uint32_t address);
/// All eight groups with four digits each.
std::string text_of_ipv6(const Ipv6& address);

}  // namespace vedette::stdlib
