// A cursor over a short text: what the parsers of times and numbers have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vedette {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool is_ascii_letter(char c) {
  return lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z';
}
constexpr bool is_ascii_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// `text` without white space at its ends.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Whether two ASCII texts are equal, ignoring case.
constexpr bool equal_ignoring_ascii_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t at = 0; at < a.size(); ++at) {
    if (lower_ascii(a[at]) != lower_ascii(b[at])) return false;
  }
  return true;
}

/// Reads a text from left to right.
class TextScanner {
 public:
  constexpr explicit TextScanner(std::string_view text) : text_(text) {}

  constexpr bool done() const { return at_ == text_.size(); }
  constexpr char peek() const { return done() ? '\0' : text_[at_]; }
  constexpr size_t at() const { return at_; }
  constexpr void go_to(size_t at) { at_ = at; }
  constexpr std::string_view rest() const { return text_.substr(at_); }

  /// Takes `c` if it comes next.
  constexpr bool take(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }

  constexpr bool skip_spaces() {
    const size_t start = at_;
    while (!done() && is_ascii_space(text_[at_])) ++at_;
    return at_ > start;
  }

  constexpr std::string_view take_digits() {
    const size_t start = at_;
    while (!done() && is_digit(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  constexpr std::string_view take_letters() {
    const size_t start = at_;
    while (!done() && is_ascii_letter(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

/// The value of up to nine digits.
constexpr int digits_value(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// Digits after a point as ticks; what is below a tick is dropped.
constexpr int fraction_ticks(std::string_view digits) {
  int ticks = 0;
  for (size_t at = 0; at < 7; ++at)
    ticks = ticks * 10 + (at < digits.size() ? digits[at] - '0' : 0);
  return ticks;
}

}  // namespace vedette
