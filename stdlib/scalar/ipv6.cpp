// IPv6 addresses: canonical text, ranges, comparison. IPv4 addresses take part as `::ffff:...`.
#include "stdlib/families.h"
#include "stdlib/scalar/ip_ranges.h"

namespace vedette::stdlib {
namespace {

std::optional<Ipv6> with_bits(std::optional<Ipv6> address, int64_t bits) {
  if (!address || bits < 0 || bits > 128) return std::nullopt;
  address->bits = std::min(address->bits, static_cast<int>(bits));
  return address;
}

std::string_view canonical(Arena& arena, std::optional<Ipv6> address) {
  return address ? arena.copy(text_of_ipv6(address->network())) : std::string_view();
}

/// -1, 0 or 1. Up to 32 bits are bits of IPv4 addresses where both are.
std::optional<int64_t> order_of(std::string_view a, std::string_view b, int64_t bits) {
  auto left = parse_ipv6(a);
  auto right = parse_ipv6(b);
  if (!left || !right) return std::nullopt;
  if (left->is_ipv4 && right->is_ipv4 && bits >= 0 && bits <= 32) bits += 96;
  left = with_bits(left, bits);
  right = with_bits(right, bits);
  if (!left || !right) return std::nullopt;
  left->bits = right->bits = std::min(left->bits, right->bits);
  const Ipv6 first = left->network();
  const Ipv6 second = right->network();
  if (first.high != second.high) return first.high > second.high ? 1 : -1;
  return (first.low > second.low) - (first.low < second.low);
}

std::optional<bool> match(std::string_view a, std::string_view b, int64_t bits) {
  const auto order = order_of(a, b, bits);
  return order ? std::optional(*order == 0) : std::nullopt;
}

}  // namespace

std::vector<ScalarFunction> ipv6_functions() {
  const Parameter ip = {"ip", "The address, perhaps with its bits: 'fe80::1/64'."};
  const Parameter ip1 = {"ip1", "The first address."};
  const Parameter ip2 = {"ip2", "The second address."};
  const Parameter bits = {
      .name = "prefix", .meaning = "How many of the first bits count, 0 to 128.", .optional = true};
  return {
      {
          .name = "parse_ipv6",
          .summary = "An IPv6 or IPv4 address as eight groups of four digits.",
          .parameters = {ip},
          .overloads = {rowwise([](Arena& arena, std::string_view text) {
            return canonical(arena, parse_ipv6(text));
          })},
          .examples = {{"parse_ipv6('192.168.255.255/24')",
                        "0000:0000:0000:0000:0000:ffff:c0a8:ff00"},
                       {"parse_ipv6('fe80::85d:1')", "fe80:0000:0000:0000:0000:0000:085d:0001"},
                       {"parse_ipv6('fe80')", ""}},
          .null_rule = "The empty text for what is no address.",
      },
      {
          .name = "parse_ipv6_mask",
          .summary = "An IPv6 or IPv4 address as eight groups, of which only the first bits count.",
          .parameters = {ip, {"prefix", "How many of the first bits count, 0 to 128."}},
          .overloads = {rowwise([](Arena& arena, std::string_view text, int64_t count) {
            return canonical(arena, with_bits(parse_ipv6(text), count));
          })},
          .examples = {{"parse_ipv6_mask('192.168.255.255', 120)",
                        "0000:0000:0000:0000:0000:ffff:c0a8:ff00"},
                       {"parse_ipv6_mask('fe80::85d:e82c:9446:7994/120', 124)",
                        "fe80:0000:0000:0000:085d:e82c:9446:7900"}},
          .null_rule = "The empty text for what is no address.",
      },
      {
          .name = "ipv6_compare",
          .summary = "-1, 0 or 1: how two addresses are ordered, as far as their bits count.",
          .parameters = {ip1, ip2, bits},
          .overloads = {rowwise([](std::string_view a, std::string_view b) {
                          return order_of(a, b, 128);
                        }),
                        rowwise([](std::string_view a, std::string_view b, int64_t count) {
                          return order_of(a, b, count);
                        })},
          .examples = {{"ipv6_compare('fe80::1/120', 'fe80::2')", "0"},
                       {"ipv6_compare('192.168.1.1', '::ffff:c0a8:0101')", "0"},
                       {"ipv6_compare('fe80::1', 'fe80::2')", "-1"}},
      },
      {
          .name = "ipv6_is_match",
          .summary = "Whether two addresses are equal, as far as their bits count.",
          .parameters = {ip1, ip2, bits},
          .overloads = {rowwise([](std::string_view a, std::string_view b) {
                          return match(a, b, 128);
                        }),
                        rowwise([](std::string_view a, std::string_view b, int64_t count) {
                          return match(a, b, count);
                        })},
          .examples = {{"ipv6_is_match('fe80::1', 'fe80::2', 126)", "true"},
                       {"ipv6_is_match('fe80::1', 'fe80::2')", "false"}},
      },
      {
          .name = "ipv6_is_in_range",
          .summary = "Whether an address lies in a range.",
          .parameters = {ip, {"ip_range", "The range: 'fe80::/64'."}},
          .overloads = {rowwise(
              [](std::string_view text, std::string_view range_text) -> std::optional<bool> {
                const auto address = parse_ipv6(text);
                const auto range = parse_ipv6(range_text);
                if (!address || !range) return std::nullopt;
                return contains(*range, *address);
              })},
          .examples = {{"ipv6_is_in_range('fe80::1', 'fe80::/64')", "true"},
                       {"ipv6_is_in_range('fe81::1', 'fe80::/64')", "false"}},
      },
      {
          .name = "ipv6_is_in_any_range",
          .summary = "Whether an address lies in one of some ranges.",
          .parameters = {{"ip", "The address.", Accepts::StringOrDynamic},
                         {"ranges", "A range, or an array of them.", Accepts::StringOrDynamic}},
          .variadic = true,
          .max_arguments = 32'768,
          .overloads = any_range_overloads<Ipv6, parse_ipv6>(),
          .examples = {{"ipv6_is_in_any_range('fe80::1', 'fc00::/7', 'fe80::/10')", "true"},
                       {"ipv6_is_in_any_range('fe80::1', dynamic(['fc00::/7']))", "false"}},
          .null_rule = "Null for what is no address; what is no range is passed over.",
      },
  };
}

}  // namespace vedette::stdlib
