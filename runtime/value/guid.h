// Guids as text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/value/scalar.h"

namespace vedette {

constexpr size_t guid_text_bytes = 36;

/// Writes `74be27de-1e4e-49d9-b579-fe0b331d3642`, always 36 bytes, and returns the end.
char* write_guid(char* out, const Guid& guid);

std::string to_text(const Guid& guid);

/// Reads 32 hexadecimal digits with hyphens in the usual four places or none, perhaps in braces or
/// parentheses. As `toguid()` does, ignores what follows a guid.
std::optional<Guid> parse_guid(std::string_view text);

}  // namespace vedette
