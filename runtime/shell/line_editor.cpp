#include "runtime/shell/line_editor.h"

#include <histedit.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "runtime/shell/interrupt.h"

namespace vedette::shell {
namespace {

constexpr int history_entries = 1000;

/// Where the history is kept; empty when there is no home to keep it in.
std::filesystem::path history_path() {
  std::filesystem::path folder;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') {
    folder = state;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return {};
  }
  std::error_code problem;
  std::filesystem::create_directories(folder / "vedette", problem);
  return problem ? std::filesystem::path() : folder / "vedette" / "history";
}

}  // namespace

struct LineEditor::Terminal {
  EditLine* editor = nullptr;
  History* history = nullptr;
  HistEvent event = {};
  std::string prompt;
  std::filesystem::path path = history_path();

  Terminal() {
    editor = el_init("vedette", stdin, stdout, stderr);
    history = history_init();
    ::history(history, &event, H_SETSIZE, history_entries);
    ::history(history, &event, H_SETUNIQUE, 1);
    if (!path.empty()) ::history(history, &event, H_LOAD, path.c_str());
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, &Terminal::prompt_of);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_SIGNAL, 0);
    el_set(editor, EL_HIST, ::history, history);
    el_source(editor, nullptr);
  }

  ~Terminal() {
    history_end(history);
    el_end(editor);
  }

  static char* prompt_of(EditLine* editor) {
    Terminal* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self->prompt.data();
  }
};

LineEditor::LineEditor(bool interactive) {
  if (interactive) terminal_ = std::make_unique<Terminal>();
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(const char* prompt) {
  if (terminal_ == nullptr) {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  terminal_->prompt = prompt;
  int count = 0;
  const char* line = el_gets(terminal_->editor, &count);
  if (line == nullptr || count <= 0) {
    if (!interrupted()) return std::nullopt;
    interrupted() = false;
    el_reset(terminal_->editor);
    std::cout << std::endl;
    return std::string();
  }
  std::string text(line, static_cast<size_t>(count));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void LineEditor::remember(const std::string& entry) {
  if (terminal_ == nullptr) return;
  ::history(terminal_->history, &terminal_->event, H_ENTER, entry.c_str());
  if (!terminal_->path.empty()) {
    ::history(terminal_->history, &terminal_->event, H_SAVE, terminal_->path.c_str());
  }
}

}  // namespace vedette::shell
