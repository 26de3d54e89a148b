#include "tests/harness/document.h"

#include <algorithm>

namespace vedette {
namespace {

std::string_view without_space(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

/// How many backticks a line starts with.
size_t fence_length(std::string_view line) {
  return std::min(line.find_first_not_of('`'), line.size());
}

}  // namespace

std::vector<FencedBlock> fenced_blocks(std::string_view markdown) {
  std::vector<FencedBlock> blocks;
  size_t open = 0;  // backticks of the open fence
  bool only_blank = false;
  int number = 0;
  while (!markdown.empty()) {
    const std::string_view line = markdown.substr(0, markdown.find('\n'));
    markdown.remove_prefix(std::min(line.size() + 1, markdown.size()));
    ++number;
    const size_t fence = fence_length(line);
    if (open > 0) {
      if (fence >= open && without_space(line.substr(fence)).empty()) {
        open = 0;
        only_blank = true;
      } else {
        blocks.back().text += line;
        blocks.back().text += '\n';
      }
    } else if (fence >= 3) {
      open = fence;
      blocks.push_back({std::string(without_space(line.substr(fence))), {}, number, only_blank});
    } else if (!without_space(line).empty()) {
      only_blank = false;
    }
  }
  return blocks;
}

std::vector<DocumentExample> examples_of(std::string_view markdown) {
  std::vector<DocumentExample> examples;
  const std::vector<FencedBlock> blocks = fenced_blocks(markdown);
  for (size_t i = 1; i < blocks.size(); ++i) {
    const bool answers = blocks[i].language == "result" || blocks[i].language == "error";
    if (!answers || !blocks[i].follows || blocks[i - 1].language != "kql") continue;
    std::string query = blocks[i - 1].text;
    if (!query.empty()) query.pop_back();
    examples.push_back({std::move(query), blocks[i].text, blocks[i - 1].line});
  }
  return examples;
}

std::vector<DocumentCommand> commands_of(std::string_view markdown) {
  std::vector<DocumentCommand> commands;
  const std::vector<FencedBlock> blocks = fenced_blocks(markdown);
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].language != "sh") continue;
    DocumentCommand command = {blocks[i].text, {}, false, blocks[i].line, 0};
    if (i + 1 < blocks.size() && blocks[i + 1].language == "output" && blocks[i + 1].follows) {
      command.expected = blocks[i + 1].text;
      command.has_expected = true;
      command.expected_line = blocks[i + 1].line + 1;
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

std::string with_outputs(std::string_view markdown, const std::vector<DocumentCommand>& commands,
                         const std::vector<std::string>& outputs) {
  std::string text;
  int line = 1;
  const auto take_lines = [&](int count) {
    size_t bytes = 0;
    for (; count > 0 && bytes < markdown.size(); --count, ++line) {
      bytes = std::min(markdown.find('\n', bytes), markdown.size() - 1) + 1;
    }
    const std::string_view taken = markdown.substr(0, bytes);
    markdown.remove_prefix(bytes);
    return taken;
  };
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!commands[i].has_expected) continue;
    const std::string& old = commands[i].expected;
    text += take_lines(commands[i].expected_line - line);
    take_lines(static_cast<int>(std::count(old.begin(), old.end(), '\n')));
    text += outputs[i];
  }
  return text.append(markdown);
}

}  // namespace vedette
