// Texts read as numbers and bools, the way the casts do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette::stdlib {

/// Decimal digits with a sign, or hexadecimal digits after `0x`; white space around them is fine.
std::optional<int64_t> parse_long(std::string_view text);

/// A decimal number, `nan`, `inf`, `infinity`; white space around it is fine.
std::optional<double> parse_real(std::string_view text);

/// `true`, `false` in any case, or a number: 0 is false.
std::optional<bool> parse_bool(std::string_view text);

}  // namespace vedette::stdlib
