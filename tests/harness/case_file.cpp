#include "tests/harness/case_file.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "runtime/base/format.h"

namespace vedette {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(' ') - start + 1);
}

/// Where the cell at the start of `line` ends: at two spaces, but not inside a quoted string.
size_t cell_end(std::string_view line) {
  size_t at = 0;
  if (line.starts_with('"')) {
    for (at = 1; at < line.size() && line[at] != '"'; ++at) at += line[at] == '\\';
  }
  return line.find("  ", std::min(at, line.size()));
}

/// The cells of a line: apart by two or more spaces.
std::vector<std::string> split_cells(std::string_view line) {
  std::vector<std::string> cells;
  line = trimmed(line);
  while (!line.empty()) {
    const size_t end = cell_end(line);
    cells.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
    line = trimmed(line.substr(end));
  }
  return cells;
}

/// `case  title` -> "title", when the line starts with `word`.
std::optional<std::string> heading(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  if (!line.empty() && line[0] != ' ') return std::nullopt;
  return std::string(trimmed(line));
}

size_t width_of(std::string_view text) {
  size_t width = 0;
  for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  return width;
}

class Parser {
 public:
  Parser(const std::filesystem::path& path, std::string_view text) {
    file_.path = path;
    file_.lines = split_lines(text);
  }

  CaseFile parse() {
    while (at_ < file_.lines.size()) {
      const std::string& line = file_.lines[at_];
      if (is_blank(line) || line[0] == '#') {
        ++at_;
      } else if (auto table = heading(line, "table")) {
        parse_named_table(*table);
      } else if (auto now = heading(line, "now")) {
        file_.now = *now;
        ++at_;
      } else if (auto title = heading(line, "case")) {
        parse_case(CaseKind::Rows, *title);
      } else if (auto title = heading(line, "error")) {
        parse_case(CaseKind::Error, *title);
      } else if (auto title = heading(line, "plan")) {
        parse_case(CaseKind::Plan, *title);
      } else if (auto title = heading(line, "counters")) {
        parse_case(CaseKind::Counters, *title);
      } else if (auto title = heading(line, "commands")) {
        parse_case(CaseKind::Commands, *title);
      } else {
        fail(
            "expected a comment, `table`, `now`, `case`, `error`, `plan`, `counters` or "
            "`commands`");
      }
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw CaseFileError(fmt::format("{}: {}", place(), problem));
  }

  std::string place() const { return fmt::format("{}:{}", file_.path.string(), at_ + 1); }

  /// The lines up to the next blank one.
  std::string paragraph() {
    std::string text;
    for (; at_ < file_.lines.size() && !is_blank(file_.lines[at_]); ++at_) {
      text += file_.lines[at_];
      text += '\n';
    }
    return text;
  }

  void parse_named_table(std::string_view text) {
    NamedTable table;
    const size_t end = text.find("  ");
    table.name = text.substr(0, end);
    if (table.name.empty()) fail("a table needs a name");
    if (end != std::string_view::npos) table.extent_rows = parse_extent_rows(text.substr(end));
    ++at_;
    const std::string where = place();
    table.table = parse_table(paragraph(), where);
    file_.tables.push_back(std::move(table));
  }

  int parse_extent_rows(std::string_view text) const {
    int rows = 0;
    text = trimmed(text);
    constexpr std::string_view start = "extents of ";
    if (text.starts_with(start)) {
      text.remove_prefix(start.size());
      std::from_chars(text.data(), text.data() + text.size(), rows);
    }
    if (rows <= 0) fail("after the name of a table only `extents of N rows` can follow");
    return rows;
  }

  void parse_case(CaseKind kind, const std::string& title) {
    if (title.empty()) fail("a case needs a title");
    TestCase found;
    found.kind = kind;
    found.title = title;
    found.line = static_cast<int>(at_) + 1;
    for (++at_; at_ < file_.lines.size() && file_.lines[at_] != "----"; ++at_) {
      found.query += file_.lines[at_];
      found.query += '\n';
    }
    if (at_ == file_.lines.size()) fail("the case has no `----` line");
    if (is_blank(found.query)) fail("the case has no query");
    found.query.pop_back();
    ++at_;
    found.expected_line = static_cast<int>(at_) + 1;
    const size_t first = at_;
    found.expected = paragraph();
    found.expected_lines = static_cast<int>(at_ - first);
    file_.cases.push_back(std::move(found));
  }

  CaseFile file_;
  size_t at_ = 0;
};

void append_utf8(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

CaseFile read_case_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw CaseFileError(fmt::format("{}: cannot be read", path.string()));
  return parse_case_file(path, text.str());
}

CaseFile parse_case_file(const std::filesystem::path& path, std::string_view text) {
  return Parser(path, text).parse();
}

TestTable parse_table(std::string_view text, std::string_view place) {
  TestTable table;
  bool header = true;
  for (const std::string& line : split_lines(text)) {
    std::vector<std::string> cells = split_cells(line);
    if (!header) {
      if (cells.size() != table.columns.size()) {
        throw CaseFileError(fmt::format("{}: {} cells under {} columns: {}", place, cells.size(),
                                        table.columns.size(), line));
      }
      table.rows.push_back(std::move(cells));
      continue;
    }
    header = false;
    for (const std::string& cell : cells) {
      const size_t colon = cell.rfind(':');
      const auto type =
          colon == std::string::npos ? std::nullopt : type_of_name(cell.substr(colon + 1));
      if (!type) {
        throw CaseFileError(fmt::format("{}: '{}' is not a `name:type` column", place, cell));
      }
      table.columns.push_back({cell.substr(0, colon), *type});
    }
  }
  if (header) throw CaseFileError(fmt::format("{}: a table needs a header", place));
  return table;
}

std::string write_table(const TestTable& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const TestColumn& column : table.columns) {
    lines[0].push_back(fmt::format("{}:{}", column.name, name_of(column.type)));
  }
  lines.insert(lines.end(), table.rows.begin(), table.rows.end());

  std::vector<size_t> widths(table.columns.size());
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) text.append(widths[i] - width_of(line[i]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

std::string quote_cell(std::string_view text) {
  bool plain = !text.empty() && text != "null" && text.front() != '"' && text.front() != ' ' &&
               text.back() != ' ' && text.find("  ") == std::string_view::npos;
  for (const char byte : text) plain = plain && static_cast<unsigned char>(byte) >= 0x20;
  if (plain) return std::string(text);

  std::string quoted = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      quoted += '\\';
      quoted += byte;
    } else if (byte == '\n') {
      quoted += "\\n";
    } else if (byte == '\t') {
      quoted += "\\t";
    } else if (code < 0x20) {
      quoted += fmt::format("\\u{:04x}", code);
    } else {
      quoted += byte;
    }
  }
  return quoted + '"';
}

std::string unquote_cell(std::string_view cell) {
  if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') return std::string(cell);
  cell = cell.substr(1, cell.size() - 2);
  std::string text;
  for (size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != '\\' || i + 1 == cell.size()) {
      text += cell[i];
      continue;
    }
    const char kind = cell[++i];
    if (kind == 'u' && i + 4 < cell.size()) {
      append_utf8(text, std::stoul(std::string(cell.substr(i + 1, 4)), nullptr, 16));
      i += 4;
    } else {
      text += kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'r' ? '\r' : kind;
    }
  }
  return text;
}

std::string with_expectations(const CaseFile& file, const std::vector<std::string>& expectations) {
  std::string text;
  size_t line = 0;
  const auto copy_until = [&](size_t end) {
    for (; line < end; ++line) text += file.lines[line] + '\n';
  };
  for (size_t i = 0; i < file.cases.size(); ++i) {
    copy_until(file.cases[i].expected_line - 1);
    text += expectations[i];
    line += file.cases[i].expected_lines;
  }
  copy_until(file.lines.size());
  return text;
}

}  // namespace vedette
