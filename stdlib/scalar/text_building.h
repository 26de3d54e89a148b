// Small things that functions over text share.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/base/utf8.h"

namespace vedette::stdlib {

/// How many code points; bytes, where all are ASCII.
inline int64_t length_of(std::string_view text) {
  return static_cast<int64_t>(is_ascii(text) ? text.size() : count_code_points(text));
}

/// Where code point `index` (not negative) starts; the end where there is none.
inline size_t byte_of(std::string_view text, int64_t index, bool ascii) {
  const auto at = static_cast<uint64_t>(index);
  if (ascii) return at < text.size() ? at : text.size();
  return byte_of_code_point(text, at);
}

/// Puts texts one after the other into the arena.
template <typename Texts> std::string_view joined(Arena& arena, const Texts& texts) {
  size_t size = 0;
  for (std::string_view text : texts) size += text.size();
  char* out = arena.allocate(size, 1);
  char* end = out;
  for (std::string_view text : texts) {
    if (!text.empty()) std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
  return {out, size};
}

}  // namespace vedette::stdlib
