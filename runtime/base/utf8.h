// UTF-8: checking, repairing, counting and reading code points, and their letter case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"

namespace vedette {

constexpr uint32_t replacement_character = 0xfffd;

/// Whether no byte is above 127.
bool is_ascii(std::string_view text);

bool is_valid_utf8(std::string_view text);

/// A copy in which each invalid sequence has become U+FFFD.
std::string sanitized_utf8(std::string_view text);

/// Takes the first code point off a text that is not empty. An invalid byte reads as U+FFFD.
uint32_t take_code_point(std::string_view& text);

/// Appends a code point as UTF-8; surrogates and numbers that are no code point become U+FFFD.
void append_code_point(std::string& out, uint32_t code_point);

/// The number of code points.
size_t count_code_points(std::string_view text);

/// Whether a code point is a letter or a decimal digit; runs of these are KQL's terms.
bool is_letter_or_digit(uint32_t code_point);

/// The code point as it compares when case does not matter: one code point for one, and never an
/// ASCII one for one that is not.
uint32_t folded(uint32_t code_point);

/// All letters in lower or upper case, one code point for one. Lives in the arena, or is `text`
/// itself when nothing changes.
std::string_view lower_case(std::string_view text, Arena& arena);
std::string_view upper_case(std::string_view text, Arena& arena);

/// Whether two texts are equal but for the case of their letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Where the code point number `index` starts; the size of the text if there are not so many.
size_t byte_of_code_point(std::string_view text, size_t index);

}  // namespace vedette
