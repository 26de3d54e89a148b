// MD5, SHA-1 and SHA-256.
#pragma once

#include <string>
#include <string_view>

namespace vedette::stdlib {

/// Each answers the digest of some bytes in lower-case hexadecimal digits.
std::string md5_of(std::string_view bytes);
std::string sha1_of(std::string_view bytes);
std::string sha256_of(std::string_view bytes);

}  // namespace vedette::stdlib
