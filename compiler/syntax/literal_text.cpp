#include "compiler/syntax/literal_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "runtime/base/utf8.h"

namespace vedette {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Reads exactly `count` hexadecimal digits at `at`.
std::optional<uint32_t> read_hex(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = at; i < at + count; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

/// Reads one escape at `at`, the place of its backslash, into `out`. The length read, or 0.
size_t read_escape(std::string_view text, size_t at, std::string& out) {
  if (at + 1 >= text.size()) return 0;
  const char kind = text[at + 1];
  constexpr std::string_view plain = "\\'\"abfnrtv/";
  constexpr std::string_view meant = "\\'\"\a\b\f\n\r\t\v/";
  if (const size_t which = plain.find(kind); which != std::string_view::npos) {
    out += meant[which];
    return 2;
  }
  if (kind == 'x' || kind == 'u' || kind == 'U') {
    const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    std::optional<uint32_t> code = read_hex(text, at + 2, digits);
    if (!code) return 0;
    size_t length = 2 + digits;
    if (kind == 'u' && *code >= 0xD800 && *code < 0xDC00 && at + length + 1 < text.size() &&
        text[at + length] == '\\' && text[at + length + 1] == 'u') {
      const std::optional<uint32_t> low = read_hex(text, at + length + 2, 4);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        length += 6;
      }
    }
    append_code_point(out, *code);
    return length;
  }
  if (kind >= '0' && kind <= '7') {
    uint32_t code = 0;
    size_t length = 1;
    while (length <= 3 && at + length < text.size() && text[at + length] >= '0' &&
           text[at + length] <= '7' && code * 8 + 7 < 0x100 + 7) {
      code = code * 8 + static_cast<uint32_t>(text[at + length] - '0');
      ++length;
    }
    append_code_point(out, code);
    return length;
  }
  return 0;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Words that no rule of the grammar takes as the name in an expression.
constexpr auto reserved_words = std::to_array<std::string_view>(
    {"and",           "as",          "asc",          "between",     "by",
     "contains",      "contains_cs", "containscs",   "datascope",   "datatable",
     "desc",          "dynamic",     "endswith",     "endswith_cs", "external_data",
     "externaldata",  "false",       "False",        "FALSE",       "find",
     "has",           "has_all",     "has_any",      "has_cs",      "hasprefix",
     "hasprefix_cs",  "hassuffix",   "hassuffix_cs", "in",          "invoke",
     "like",          "likecs",      "matches",      "notcontains", "notcontainscs",
     "notlike",       "notlikecs",   "of",           "or",          "print",
     "project",       "sample",      "search",       "set",         "startswith",
     "startswith_cs", "to",          "toscalar",     "totable",     "true",
     "True",          "TRUE",        "typeof",       "union",       "where"});

/// Words that may be names, but start a statement or an operator in some places.
constexpr auto ambiguous_words = std::to_array<std::string_view>(
    {"__partitionby", "alias",    "bin",          "consume",   "count",
     "declare",       "distinct", "entity_group", "evaluate",  "extend",
     "facet",         "filter",   "fork",         "getschema", "inline_external_table",
     "join",          "let",      "limit",        "lookup",    "mvapply",
     "mvexpand",      "null",     "order",        "parse",     "partition",
     "range",         "reduce",   "render",       "restrict",  "scan",
     "serialize",     "sort",     "summarize",    "take",      "top",
     "view"});

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether `name` has the shape of an identifier (of ASCII letters).
bool is_identifier(std::string_view name) {
  if (name.empty() || !(is_letter_or_digit(name[0]) || name[0] == '_' || name[0] == '$') ||
      (name[0] >= '0' && name[0] <= '9')) {
    return false;
  }
  return std::all_of(name.begin() + 1, name.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '_'; });
}

}  // namespace

DecodedString decode_string(std::string_view token) {
  DecodedString decoded;
  size_t begin = 0;
  if (!token.empty() && (token[0] == 'h' || token[0] == 'H')) {
    decoded.obfuscated = true;
    ++begin;
  }
  if (token.substr(begin).starts_with("```") || token.substr(begin).starts_with("~~~")) {
    decoded.text = token.substr(begin + 3, token.size() - begin - 6);
    return decoded;
  }
  const bool verbatim = begin < token.size() && token[begin] == '@';
  if (verbatim) ++begin;
  const char quote = token[begin];
  const size_t end = token.size() - 1;
  for (size_t i = begin + 1; i < end;) {
    if (verbatim && token[i] == quote) {
      decoded.text += quote;
      i += 2;
    } else if (!verbatim && token[i] == '\\') {
      const size_t length = read_escape(token.substr(0, end), i, decoded.text);
      if (length == 0 && !decoded.wrong_escape) decoded.wrong_escape = i;
      i += length == 0 ? 1 : length;
    } else {
      decoded.text += token[i++];
    }
  }
  return decoded;
}

std::string literal_content(std::string_view token) {
  const size_t open = token.find('(');
  if (open == std::string_view::npos) return std::string(token);
  std::string_view inside = token.substr(open + 1, token.size() - open - 2);
  while (!inside.empty()) {
    const bool quoted = inside.size() >= 2 && (inside.front() == '"' || inside.front() == '\'') &&
                        inside.back() == inside.front();
    if (quoted || inside.front() == ' ' || inside.front() == '\t') {
      inside.remove_prefix(1);
      if (quoted) inside.remove_suffix(1);
    } else if (inside.back() == ' ' || inside.back() == '\t') {
      inside.remove_suffix(1);
    } else {
      break;
    }
  }
  return std::string(inside);
}

std::string quote_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr std::string_view digits = "0123456789abcdef";
          out += "\\x";
          out += digits[static_cast<unsigned char>(c) >> 4];
          out += digits[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string quote_name(std::string_view name) {
  if (!is_identifier(name) || is_one_of(name, reserved_words) || is_one_of(name, ambiguous_words)) {
    return '[' + quote_string(name) + ']';
  }
  return std::string(name);
}

std::string quote_function_name(std::string_view name) {
  if (name == "toscalar" || name == "totable") return std::string(name);
  if (!is_identifier(name) || is_one_of(name, reserved_words)) {
    return '[' + quote_string(name) + ']';
  }
  return std::string(name);
}

std::optional<size_t> first_invalid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::nullopt;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const uint32_t code = take_code_point(rest);
    if (code == replacement_character && !before.starts_with("\xEF\xBF\xBD")) {
      return text.size() - before.size();
    }
  }
  return 0;
}

}  // namespace vedette
