#include "runtime/table/text_lines.h"

#include <algorithm>
#include <charconv>

namespace vedette::storage {

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string name;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      name += text[at];
    } else {
      name += text[++at] == 'n' ? '\n' : text[at];
    }
  }
  return name;
}

std::string_view Line::word() {
  const size_t end = std::min(text_.find(' '), text_.size());
  const std::string_view word = text_.substr(0, end);
  text_.remove_prefix(std::min(end + 1, text_.size()));
  return word;
}

uint64_t Line::number(int base) {
  const std::string_view digits = word();
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) ok_ = false;
  return value;
}

std::string_view take_line(std::string_view& text) {
  const size_t size = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return line;
}

}  // namespace vedette::storage
