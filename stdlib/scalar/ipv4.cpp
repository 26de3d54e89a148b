// IPv4 addresses: numbers, ranges, comparison.
#include <bit>

#include "stdlib/families.h"
#include "stdlib/scalar/ip_ranges.h"

namespace vedette::stdlib {
namespace {

/// The address with no more bits than `bits`; nothing if they are out of range.
std::optional<Ipv4> with_bits(std::optional<Ipv4> address, int64_t bits) {
  if (!address || bits < 0 || bits > 32) return std::nullopt;
  address->bits = std::min(address->bits, static_cast<int>(bits));
  return address;
}

std::optional<int64_t> number_of(std::optional<Ipv4> address) {
  return address ? std::optional<int64_t>(address->network()) : std::nullopt;
}

/// -1, 0 or 1: how two addresses are ordered as far as the fewer bits of both go.
std::optional<int64_t> order_of(std::string_view a, std::string_view b, int64_t bits) {
  auto left = with_bits(parse_ipv4(a), bits);
  auto right = with_bits(parse_ipv4(b), bits);
  if (!left || !right) return std::nullopt;
  left->bits = right->bits = std::min(left->bits, right->bits);
  return (left->network() > right->network()) - (left->network() < right->network());
}

std::optional<bool> match(std::string_view a, std::string_view b, int64_t bits) {
  const auto order = order_of(a, b, bits);
  return order ? std::optional(*order == 0) : std::nullopt;
}

bool is_private(const Ipv4& address) {
  constexpr Ipv4 ranges[] = {{0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}};
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Ipv4& range) { return contains(range, address); });
}

std::optional<Ipv4> of_number(int64_t number) {
  if (number < 0 || number > UINT32_MAX) return std::nullopt;
  return Ipv4{static_cast<uint32_t>(number)};
}

std::string_view network_text(Arena& arena, std::optional<Ipv4> address, bool with_suffix) {
  if (!address) return {};
  std::string out = text_of_ipv4(address->network());
  if (with_suffix) out += "/" + std::to_string(address->bits);
  return arena.copy(out);
}

constexpr auto cover_range = [](DynamicBuilder& out, RowValues values) {
  const auto first = parse_ipv4(values[0].text);
  const auto last = parse_ipv4(values[1].text);
  if (!first || !last || first->address > last->address) return false;
  const uint64_t end = uint64_t{last->address} + 1;
  out.begin_array();
  for (uint64_t at = first->address; at < end;) {
    // The largest block that begins here and does not go beyond the end.
    const int aligned = at == 0 ? 32 : std::countr_zero(at);
    const int fitting = std::bit_width(end - at) - 1;
    const int size = std::min(aligned, fitting);
    out.add_string(text_of_ipv4(static_cast<uint32_t>(at)) + "/" + std::to_string(32 - size));
    at += uint64_t{1} << size;
  }
  out.end_array();
  return true;
};

const Parameter bits_parameter = {
    .name = "prefix", .meaning = "How many of the first bits count, 0 to 32.", .optional = true};

}  // namespace

std::vector<ScalarFunction> ipv4_functions() {
  const Parameter ip = {"ip", "The address, perhaps with its bits: '10.0.0.1/8'."};
  const Parameter ip1 = {"ip1", "The first address."};
  const Parameter ip2 = {"ip2", "The second address."};
  Parameter needed_bits = bits_parameter;
  needed_bits.optional = false;
  return {
      {
          .name = "parse_ipv4",
          .summary = "An IPv4 address as a number.",
          .parameters = {ip},
          .overloads = {rowwise([](std::string_view text) { return number_of(parse_ipv4(text)); })},
          .examples = {{"parse_ipv4('192.168.1.1')", "3232235777"},
                       {"parse_ipv4('192.168.1.1/24')", "3232235776"},
                       {"parse_ipv4('1.2.3')", "null"}},
      },
      {
          .name = "parse_ipv4_mask",
          .summary = "An IPv4 address as a number, of which only the first bits count.",
          .parameters = {ip, needed_bits},
          .overloads = {rowwise([](std::string_view text, int64_t bits) {
            return number_of(with_bits(parse_ipv4(text), bits));
          })},
          .examples = {{"parse_ipv4_mask('127.0.0.1', 24)", "2130706432"},
                       {"parse_ipv4_mask('127.0.0.1', 33)", "null"}},
      },
      {
          .name = "format_ipv4",
          .summary = "An IPv4 address as text, with the bits that do not count set to zero.",
          .parameters = {{"ip", "The address, as text or as a number.", Accepts::Scalar},
                         bits_parameter},
          .overloads = {rowwise([](Arena& arena, std::string_view text) {
                          return network_text(arena, parse_ipv4(text), false);
                        }),
                        rowwise([](Arena& arena, int64_t number) {
                          return network_text(arena, of_number(number), false);
                        }),
                        rowwise([](Arena& arena, std::string_view text, int64_t bits) {
                          return network_text(arena, with_bits(parse_ipv4(text), bits), false);
                        }),
                        rowwise([](Arena& arena, int64_t number, int64_t bits) {
                          return network_text(arena, with_bits(of_number(number), bits), false);
                        })},
          .examples = {{"format_ipv4('192.168.1.1', 24)", "192.168.1.0"},
                       {"format_ipv4(3232236031)", "192.168.1.255"},
                       {"format_ipv4('192.168.1.1', -1)", ""}},
          .null_rule = "The empty text for what is no address.",
      },
      {
          .name = "format_ipv4_mask",
          .summary = "An IPv4 address as text, with the number of bits that count.",
          .parameters = {{"ip", "The address, as text or as a number.", Accepts::Scalar},
                         needed_bits},
          .overloads = {rowwise([](Arena& arena, std::string_view text, int64_t bits) {
                          return network_text(arena, with_bits(parse_ipv4(text), bits), true);
                        }),
                        rowwise([](Arena& arena, int64_t number, int64_t bits) {
                          return network_text(arena, with_bits(of_number(number), bits), true);
                        })},
          .examples = {{"format_ipv4_mask('192.168.1.1', 24)", "192.168.1.0/24"},
                       {"format_ipv4_mask(3232236031, 32)", "192.168.1.255/32"}},
          .null_rule = "The empty text for what is no address.",
      },
      {
          .name = "ipv4_compare",
          .summary = "-1, 0 or 1: how two IPv4 addresses are ordered, as far as their bits count.",
          .parameters = {ip1, ip2, bits_parameter},
          .overloads = {rowwise([](std::string_view a, std::string_view b) {
                          return order_of(a, b, 32);
                        }),
                        rowwise([](std::string_view a, std::string_view b, int64_t bits) {
                          return order_of(a, b, bits);
                        })},
          .examples = {{"ipv4_compare('192.168.1.1/24', '192.168.1.255')", "0"},
                       {"ipv4_compare('10.0.0.1', '9.0.0.1')", "1"},
                       {"ipv4_compare('10.0.0.1', 'x')", "null"}},
      },
      {
          .name = "ipv4_is_match",
          .summary = "Whether two IPv4 addresses are equal, as far as their bits count.",
          .parameters = {ip1, ip2, bits_parameter},
          .overloads = {rowwise(
                            [](std::string_view a, std::string_view b) { return match(a, b, 32); }),
                        rowwise([](std::string_view a, std::string_view b, int64_t bits) {
                          return match(a, b, bits);
                        })},
          .examples = {{"ipv4_is_match('192.168.1.1/24', '192.168.1.255')", "true"},
                       {"ipv4_is_match('192.168.1.1', '192.168.1.2', 31)", "false"}},
      },
      {
          .name = "ipv4_is_private",
          .summary = "Whether an IPv4 address belongs to a private network.",
          .parameters = {ip},
          .overloads = {rowwise([](std::string_view text) -> std::optional<bool> {
            const auto address = parse_ipv4(text);
            return address ? std::optional(is_private(*address)) : std::nullopt;
          })},
          .examples = {{"ipv4_is_private('172.31.255.255')", "true"},
                       {"ipv4_is_private('127.0.0.1')", "false"},
                       {"ipv4_is_private('localhost')", "null"}},
      },
      {
          .name = "ipv4_is_in_range",
          .summary = "Whether an IPv4 address lies in a range.",
          .parameters = {ip, {"ip_range", "The range: '10.0.0.0/8'."}},
          .overloads = {rowwise(
              [](std::string_view text, std::string_view range_text) -> std::optional<bool> {
                const auto address = parse_ipv4(text);
                const auto range = parse_ipv4(range_text);
                if (!address || !range) return std::nullopt;
                return contains(*range, *address);
              })},
          .examples = {{"ipv4_is_in_range('192.168.1.1', '192.168.1.255/24')", "true"},
                       {"ipv4_is_in_range('192.168.2.1', '192.168.1.255/24')", "false"}},
      },
      {
          .name = "ipv4_is_in_any_range",
          .summary = "Whether an IPv4 address lies in one of some ranges.",
          .parameters = {{"ip", "The address.", Accepts::StringOrDynamic},
                         {"ranges", "A range, or an array of them.", Accepts::StringOrDynamic}},
          .variadic = true,
          .max_arguments = 32'768,
          .overloads = any_range_overloads<Ipv4, parse_ipv4>(),
          .examples = {{"ipv4_is_in_any_range('192.168.1.6', '10.0.0.0/8', '192.168.0.0/16')",
                        "true"},
                       {"ipv4_is_in_any_range('1.1.1.1', dynamic(['10.0.0.0/8']))", "false"},
                       {"ipv4_is_in_any_range('x', '10.0.0.0/8')", "null"}},
          .null_rule = "Null for what is no address; what is no range is passed over.",
      },
      {
          .name = "ipv4_netmask_suffix",
          .summary = "How many bits of an IPv4 address count; 32 if it does not say.",
          .parameters = {ip},
          .overloads = {rowwise([](std::string_view text) -> std::optional<int64_t> {
            const auto address = parse_ipv4(text);
            return address ? std::optional<int64_t>(address->bits) : std::nullopt;
          })},
          .examples = {{"ipv4_netmask_suffix('192.168.1.1/24')", "24"},
                       {"ipv4_netmask_suffix('192.168.1.1')", "32"}},
      },
      {
          .name = "ipv4_range_to_cidr_list",
          .summary = "The ranges that together cover all IPv4 addresses from one to another.",
          .parameters = {{"start_ip", "The first address."}, {"end_ip", "The last address."}},
          .overloads = {builds_dynamic({Type::String, Type::String}, cover_range)},
          .examples = {{"ipv4_range_to_cidr_list('1.1.128.0', '1.1.140.255')",
                        "[\"1.1.128.0/21\",\"1.1.136.0/22\",\"1.1.140.0/24\"]"},
                       {"ipv4_range_to_cidr_list('0.0.0.0', '255.255.255.255')",
                        "[\"0.0.0.0/0\"]"}},
          .null_rule = "Null for what is no address, and for a last one before the first.",
      },
  };
}

}  // namespace vedette::stdlib
