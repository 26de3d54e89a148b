// What a Markdown page promises: queries with their results, commands with their output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// A fenced block: ```` ```kql ````, and the block that follows it with nothing but blank lines in
/// between.
struct FencedBlock {
  std::string language;  // the word after the fence
  std::string text;      // with the newline of each line
  int line = 0;          // 1-based, of the fence
  bool follows = false;  // only blank lines are between it and the block before
};

/// All fenced blocks of a page, in order.
std::vector<FencedBlock> fenced_blocks(std::string_view markdown);

/// A query and what the page says it answers: `kql` followed by `result` (rows) or `error`.
struct DocumentExample {
  std::string query;
  std::string expected;
  int line = 0;
};
std::vector<DocumentExample> examples_of(std::string_view markdown);

/// A shell command to be run, and what the page says it prints: `sh`, perhaps followed by `output`.
/// Blocks of other languages (`console`, `text`) are not run.
struct DocumentCommand {
  std::string script;
  std::string expected;  // of stdout
  bool has_expected = false;
  int line = 0;
  int expected_line = 0;  // 1-based, of the first line of the output
};
std::vector<DocumentCommand> commands_of(std::string_view markdown);

/// The page with the outputs of its commands replaced; one a command, where it has one.
std::string with_outputs(std::string_view markdown, const std::vector<DocumentCommand>& commands,
                         const std::vector<std::string>& outputs);

}  // namespace vedette
