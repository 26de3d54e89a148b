// Every code of an error or warning, and what it means: what docs/reference/errors.md is made of.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vedette::shell {

struct ErrorCode {
  std::string_view code;
  std::string_view meaning;
  std::string_view reference = {};  // the codes Kusto has for it, if any
};

/// All codes, in order. Codes are never used anew for something else.
std::span<const ErrorCode> error_codes();

/// docs/reference/errors.md.
std::string errors_page();

}  // namespace vedette::shell
