// What the text of a literal means: quotes, escapes, and the insides of `datetime(...)`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette {

/// The text of a decoded string token, or the place in the token (bytes) of an escape that KQL does
/// not have.
struct DecodedString {
  std::string text;
  bool obfuscated = false;             // `h'...'`
  std::optional<size_t> wrong_escape;  // offset of the backslash
};

/// Decodes one string token with its prefix and quotes: "..", '..', @"..", h'..', ```..```,
/// ~~~..~~~.
DecodedString decode_string(std::string_view token);

/// What stands in the parentheses of `datetime(...)`, `long(...)`, ...; the token itself otherwise.
/// Trimmed, and without quotes where it had some.
std::string literal_content(std::string_view token);

/// `text` as a KQL string in double quotes.
std::string quote_string(std::string_view text);

/// `name` as KQL: itself, or `['...']` where it could not stand alone.
std::string quote_name(std::string_view name);

/// `name` as it stands before the parentheses of a call, where more words may stand alone.
std::string quote_function_name(std::string_view name);

/// The offset of the first byte of `text` that is not UTF-8.
std::optional<size_t> first_invalid_utf8(std::string_view text);

}  // namespace vedette
