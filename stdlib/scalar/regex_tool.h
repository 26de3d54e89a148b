// Regular expressions as tools of prepared bodies.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

namespace vedette::stdlib {

/// A compiled expression; nullptr, and a sentence in `problem`, when it is none.
inline std::shared_ptr<const RE2> make_regex(std::string_view text, std::string& problem) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  auto regex = std::make_shared<const RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (regex->ok()) return regex;
  problem = "the regular expression is not valid: " + regex->error();
  return nullptr;
}

inline re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view view_of(const re2::StringPiece& piece) {
  return {piece.data(), piece.size()};
}

/// Calls `visit(groups)` for each match, from left to right; an empty match moves on by one byte
/// of a code point. Stops when `visit` answers false.
template <typename Visit>
void for_each_match(const RE2& regex, std::string_view text, re2::StringPiece* groups, int count,
                    Visit&& visit) {
  size_t at = 0;
  while (at <= text.size()) {
    if (!regex.Match(piece_of(text), at, text.size(), RE2::UNANCHORED, groups, count)) return;
    if (!visit()) return;
    const auto end = static_cast<size_t>(groups[0].data() + groups[0].size() - text.data());
    at = end;
    if (groups[0].empty()) {
      ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
    }
  }
}

}  // namespace vedette::stdlib
