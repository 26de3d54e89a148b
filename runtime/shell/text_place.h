// Places in a query's text as editors count them.
#pragma once

#include <string_view>

#include "runtime/base/error.h"

namespace vedette::shell {

/// A place in UTF-16 units, and as line and column, both from 1.
struct TextPlace {
  uint32_t start = 0;
  uint32_t length = 0;
  uint32_t line = 1;
  uint32_t column = 1;
  bool operator==(const TextPlace&) const = default;
};

/// `span` counts bytes of `text`, which is UTF-8; what lies behind the end is cut off.
TextPlace place_of(std::string_view text, Span span);

}  // namespace vedette::shell
