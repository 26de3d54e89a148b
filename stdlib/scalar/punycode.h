// Punycode (RFC 3492): texts of any script in ASCII letters, as domain names write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::stdlib {

/// Nothing when the text is too long or too odd to be written so.
std::optional<std::string> to_punycode(std::string_view text);
std::optional<std::string> from_punycode(std::string_view code);

}  // namespace vedette::stdlib
