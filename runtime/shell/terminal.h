// What is known about the terminal, and text that is safe to show on one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::shell {

/// Where output goes.
struct Terminal {
  bool is_terminal = false;
  bool color = false;  // may be coloured: a terminal, and NO_COLOR is not set
  int width = 0;       // columns; 0: unlimited
};

/// About a file descriptor, 1 for stdout and 2 for stderr.
Terminal terminal_of(int descriptor);

/// One character of UTF-8 text; U+FFFD for each byte that is not UTF-8.
struct Character {
  char32_t code = 0;
  uint32_t bytes = 0;
  int width = 0;  // columns it takes
};

/// The first character of `text`, which is not empty.
Character first_character(std::string_view text);

/// Columns that `text` takes on a terminal.
int display_width(std::string_view text);

/// The text with what a terminal would obey (control characters, changes of direction) and what is
/// not UTF-8 made visible: logs hold what attackers wrote.
std::string made_visible(std::string_view text);

/// The longest start of `text` that fits into `width` columns, with `…` in place of what was cut.
std::string truncated(std::string_view text, int width);

}  // namespace vedette::shell
