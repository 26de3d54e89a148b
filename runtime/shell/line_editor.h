// Reads lines from a person, with editing and a history, or from a pipe.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace vedette::shell {

class LineEditor {
 public:
  /// `interactive`: edits on the terminal and keeps the history in
  /// `$XDG_STATE_HOME/vedette/history` (or `~/.local/state`); else reads plain lines.
  explicit LineEditor(bool interactive);
  ~LineEditor();

  /// The next line without its end; nothing at the end of input. Ctrl-C gives an empty line.
  std::optional<std::string> read(const char* prompt);

  /// Adds an entry to the history.
  void remember(const std::string& entry);

 private:
  struct Terminal;
  std::unique_ptr<Terminal> terminal_;  // none when lines come from a pipe
};

}  // namespace vedette::shell
