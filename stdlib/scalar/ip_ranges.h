// Whether an address lies in one of some ranges, each an address with the bits that count.
#pragma once

#include <algorithm>
#include <vector>

#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/ip_address.h"

namespace vedette::stdlib {

inline bool contains(const Ipv4& range, const Ipv4& address) {
  return Ipv4{address.network(), range.bits}.network() == range.network();
}

inline bool contains(const Ipv6& range, const Ipv6& address) {
  Ipv6 within = address.network();
  within.bits = range.bits;
  within = within.network();
  const Ipv6 start = range.network();
  return within.high == start.high && within.low == start.low;
}

/// Adds the range of a text, or those of each text of an array; what is none is passed over.
template <typename Address, std::optional<Address> (*parse)(std::string_view)>
void add_ranges(std::vector<Address>& ranges, const AnyScalar& value) {
  const auto add = [&](std::string_view text) {
    if (const auto range = parse(text)) ranges.push_back(*range);
  };
  if (value.kind == DynamicKind::String) add(value.text);
  if (is_array(value)) {
    for (DynamicView item : value.view.items()) add(item.as_text());
  }
}

/// The body of `ipv4_is_in_any_range` and its sister: the address, then ranges.
template <typename Address, std::optional<Address> (*parse)(std::string_view)>
void test_any_range(Call& call) {
  const auto ranges_given = call.arguments.subspan(1);
  const bool constant = std::all_of(ranges_given.begin(), ranges_given.end(),
                                    [](const Vector& v) { return v.shape == Shape::Constant; });
  std::vector<Address> ranges;
  if (constant) {
    for (const Vector& argument : ranges_given) {
      add_ranges<Address, parse>(ranges, AnyReader(argument).get(0));
    }
  }
  ResultWriter<uint8_t> writer(call, true);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    const auto address = parse(values[0].text);
    if (!address) return writer.set_null(row);
    if (!constant) {
      ranges.clear();
      for (const AnyScalar& value : values.subspan(1)) add_ranges<Address, parse>(ranges, value);
    }
    writer.set(row, std::any_of(ranges.begin(), ranges.end(),
                                [&](const Address& range) { return contains(range, *address); }));
  });
}

/// As a text list and as a dynamic array.
template <typename Address, std::optional<Address> (*parse)(std::string_view)>
std::vector<Overload> any_range_overloads() {
  const auto overload = [](Type ranges) {
    return Overload{.takes = {Type::String, ranges},
                    .returns = Type::Bool,
                    .variadic = true,
                    .sees_nulls = true,
                    .evaluate = test_any_range<Address, parse>};
  };
  return {overload(Type::String), overload(Type::Dynamic)};
}

}  // namespace vedette::stdlib
