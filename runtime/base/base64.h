// Base64 as RFC 4648 writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette {

std::string base64_of(std::string_view bytes);

/// Nothing where the text has other characters, or not the padding it needs.
std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace vedette
