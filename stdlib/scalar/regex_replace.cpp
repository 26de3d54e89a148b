#include "stdlib/scalar/regex_replace.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "stdlib/scalar/regex_tool.h"

namespace vedette::stdlib {
namespace {

// An answer up to this size is put together once; of a larger one the size is found first, so that
// only the arena, which counts for the query's memory, ever holds it.
constexpr size_t most_bytes_aside = size_t{1} << 22;

/// A part of what goes in place of a match: text, or a group.
struct Part {
  std::string_view text;
  int group = -1;
};

std::vector<Part> parts_of(std::string_view rewrite) {
  std::vector<Part> parts;
  size_t from = 0;
  for (size_t at = 0; at + 1 < rewrite.size(); ++at) {
    if (rewrite[at] != '\\') continue;
    const char next = rewrite[at + 1];
    const bool digit = next >= '0' && next <= '9';
    if (!digit && next != '\\') continue;
    if (at > from) parts.push_back({rewrite.substr(from, at - from)});
    parts.push_back(digit ? Part{{}, next - '0'} : Part{rewrite.substr(at, 1)});
    from = at + 2;
    ++at;
  }
  if (from < rewrite.size()) parts.push_back({rewrite.substr(from)});
  return parts;
}

size_t code_point_bytes(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
  return end - at;
}

/// Calls `append(text)` for each part of the answer until it answers false. Answers how many
/// matches there were.
template <typename Append>
size_t for_each_part(const RE2& regex, std::string_view text, const std::vector<Part>& parts,
                     int groups, Append append) {
  std::array<re2::StringPiece, 10> found;
  size_t at = 0, count = 0;
  const char* last_end = nullptr;
  while (at <= text.size()) {
    if (!regex.Match(piece_of(text), at, text.size(), RE2::UNANCHORED, found.data(), groups)) break;
    const auto start = static_cast<size_t>(found[0].data() - text.data());
    if (start > at && !append(text.substr(at, start - at))) return count;
    at = start;
    if (found[0].empty() && found[0].data() == last_end) {
      // Nothing, right behind a match, is no match of its own.
      if (at == text.size()) break;
      const size_t bytes = code_point_bytes(text, at);
      if (!append(text.substr(at, bytes))) return count;
      at += bytes;
      continue;
    }
    for (const Part& part : parts) {
      const std::string_view piece =
          part.group < 0 ? part.text : view_of(found[static_cast<size_t>(part.group)]);
      if (!append(piece)) return count;
    }
    ++count;
    at = start + found[0].size();
    last_end = text.data() + at;
  }
  if (at < text.size()) append(text.substr(at));
  return count;
}

}  // namespace

std::string_view with_matches_replaced(Arena& arena, const RE2& regex, std::string_view text,
                                       std::string_view rewrite) {
  const std::vector<Part> parts = parts_of(rewrite);
  int most = 0;
  for (const Part& part : parts) most = std::max(most, part.group);
  if (most > regex.NumberOfCapturingGroups()) return text;
  thread_local std::string aside;
  aside.clear();
  bool whole = true;
  const size_t matches = for_each_part(regex, text, parts, most + 1, [&](std::string_view piece) {
    whole = aside.size() + piece.size() <= most_bytes_aside;
    if (whole) aside += piece;
    return whole;
  });
  if (whole) return matches == 0 ? text : arena.copy(aside);
  size_t size = 0;
  for_each_part(regex, text, parts, most + 1, [&](std::string_view piece) {
    size += piece.size();
    return true;
  });
  char* const out = arena.allocate(size, 1);
  char* end = out;
  for_each_part(regex, text, parts, most + 1, [&](std::string_view piece) {
    if (!piece.empty()) std::memcpy(end, piece.data(), piece.size());
    end += piece.size();
    return true;
  });
  return {out, size};
}

}  // namespace vedette::stdlib
