#include "runtime/shell/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include <cstdlib>

#include "runtime/base/format.h"

namespace vedette::shell {
namespace {

bool is_obeyed_by_terminals(char32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return true;
  return code == 0x061C || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

Terminal terminal_of(int descriptor) {
  Terminal terminal;
  terminal.is_terminal = isatty(descriptor) == 1;
  if (!terminal.is_terminal) return terminal;
  const char* no_color = std::getenv("NO_COLOR");
  terminal.color = no_color == nullptr || *no_color == '\0';
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  return terminal;
}

Character first_character(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto read = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (read <= 0) return {0xFFFD, 1, 1};
  return {static_cast<char32_t>(code), static_cast<uint32_t>(read), utf8proc_charwidth(code)};
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += character.width;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string made_visible(std::string_view text) {
  std::string visible;
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.code == U'\n') {
      visible += "\\n";
    } else if (character.code == U'\t') {
      visible += "\\t";
    } else if (character.code == U'\r') {
      visible += "\\r";
    } else if (is_obeyed_by_terminals(character.code)) {
      visible += fmt::format("\\u{:04x}", static_cast<uint32_t>(character.code));
    } else if (character.code == 0xFFFD) {
      visible += "\xEF\xBF\xBD";
    } else {
      visible += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  return visible;
}

std::string truncated(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  int used = 0;
  size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    if (used + character.width > width - 1) break;
    used += character.width;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace vedette::shell
