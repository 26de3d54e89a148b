// UTF-8: checking, repairing, counting and reading code points, and their letter case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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

/// Where the code point number `index` starts; the size of the text if there are not so many.
size_t byte_of_code_point(std::string_view text, size_t index);

}  // namespace vedette
