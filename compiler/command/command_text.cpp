#include "compiler/command/command_text.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "compiler/syntax/literal_text.h"
#include "runtime/base/format.h"
#include "runtime/value/type.h"

namespace vedette::command {
namespace {

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Walks through the text of a command.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) { skip_blanks(); }

  size_t at() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  bool looking_at(std::string_view symbol) const { return text_.substr(at_).starts_with(symbol); }

  Span here() const {
    size_t end = at_;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    if (end == at_ && end < text_.size()) ++end;
    return {static_cast<uint32_t>(at_), static_cast<uint32_t>(end - at_)};
  }

  bool take(std::string_view symbol) {
    if (!looking_at(symbol)) return false;
    at_ += symbol.size();
    skip_blanks();
    return true;
  }

  /// A word of commands: letters and dashes.
  bool take_word(std::string_view word) {
    if (!looking_at(word)) return false;
    const size_t end = at_ + word.size();
    if (end < text_.size() && (is_word_char(text_[end]) || text_[end] == '-')) return false;
    return take(word);
  }

  std::optional<NameAt> take_name() {
    const size_t start = at_;
    if (looking_at("['") || looking_at("[\"")) {
      const auto name = string_at(at_ + 1);
      if (!name || at_ + 1 + name->second >= text_.size() || text_[at_ + 1 + name->second] != ']') {
        return std::nullopt;
      }
      at_ += name->second + 2;
      const Span span = span_from(start);
      skip_blanks();
      return NameAt{name->first, span};
    }
    if (auto text = take_string()) return NameAt{*text, span_from(start)};
    size_t end = at_;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    if (end == at_) return std::nullopt;
    NameAt name{std::string(text_.substr(at_, end - at_)),
                {static_cast<uint32_t>(at_), static_cast<uint32_t>(end - at_)}};
    at_ = end;
    skip_blanks();
    return name;
  }

  std::optional<std::string> take_string() {
    const auto found = string_at(at_);
    if (!found) return std::nullopt;
    at_ += found->second;
    skip_blanks();
    return found->first;
  }

  /// From an opening bracket to its partner, strings and comments respected.
  std::optional<std::string> take_bracketed(char open, char close) {
    if (at_end() || text_[at_] != open) return std::nullopt;
    int depth = 0;
    for (size_t at = at_; at < text_.size();) {
      if (const auto text = string_at(at)) {
        at += text->second;
        continue;
      }
      if (text_.substr(at, 2) == "//") {
        at = std::min(text_.find('\n', at), text_.size());
        continue;
      }
      if (text_[at] == open) ++depth;
      if (text_[at] == close && --depth == 0) {
        std::string all(text_.substr(at_, at + 1 - at_));
        at_ = at + 1;
        skip_blanks();
        return all;
      }
      ++at;
    }
    return std::nullopt;
  }

  /// What a property is set to: a string, a word, a number, JSON in brackets.
  std::optional<std::string> take_value() {
    if (auto text = take_string()) return text;
    if (auto json = take_bracketed('{', '}')) return json;
    if (auto list = take_bracketed('[', ']')) return list;
    size_t end = at_;
    while (end < text_.size() && text_[end] != ',' && text_[end] != ')' && text_[end] != '(') ++end;
    if (end < text_.size() && text_[end] == '(') {  // datetime(...)
      end = text_.find(')', end);
      if (end == std::string_view::npos) return std::nullopt;
      ++end;
    }
    std::string value(text_.substr(at_, end - at_));
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back()))) {
      value.pop_back();
    }
    if (value.empty()) return std::nullopt;
    at_ = end;
    skip_blanks();
    return literal_content(value);
  }

  /// A string, or all up to the next blank.
  std::optional<std::string> take_word_or_string() {
    if (auto text = take_string()) return text;
    size_t end = at_;
    while (end < text_.size() &&
           std::string_view(" \t\r\n,;|").find(text_[end]) == std::string_view::npos)
      ++end;
    if (end == at_) return std::nullopt;
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    skip_blanks();
    return value;
  }

  Rest take_rest() {
    Rest rest{std::string(text_.substr(at_)), static_cast<uint32_t>(at_)};
    at_ = text_.size();
    return rest;
  }
  /// What follows without a step over blanks: rows begin behind the end of the line.
  Rest rest_behind(size_t start) {
    Rest rest{std::string(text_.substr(start)), static_cast<uint32_t>(start)};
    at_ = text_.size();
    return rest;
  }
  Span span_from(size_t start) const {
    return {static_cast<uint32_t>(start), static_cast<uint32_t>(at_ - start)};
  }
  void go_back(size_t at) { at_ = at; }

 private:
  void skip_blanks() {
    for (;;) {
      while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
      if (text_.substr(at_, 2) != "//") return;
      at_ = std::min(text_.find('\n', at_), text_.size());
    }
  }

  /// The string literal at a place, decoded, and its length in the text.
  std::optional<std::pair<std::string, size_t>> string_at(size_t at) const {
    size_t quote = at;
    while (quote < text_.size() && quote < at + 2 &&
           std::string_view("hH@").find(text_[quote]) != std::string_view::npos)
      ++quote;
    const std::string_view left = text_.substr(quote);
    size_t size = 0;
    if (left.starts_with("```") || left.starts_with("~~~")) {
      const size_t end = left.find(left.substr(0, 3), 3);
      if (end == std::string_view::npos) return std::nullopt;
      size = end + 3;
    } else if (left.starts_with('\'') || left.starts_with('"')) {
      const bool verbatim = text_.substr(at, quote - at).find('@') != std::string_view::npos;
      size_t end = 1;
      while (end < left.size() && left[end] != left[0] && left[end] != '\n') {
        end += left[end] == '\\' && !verbatim ? 2 : 1;
      }
      if (end >= left.size() || left[end] != left[0]) return std::nullopt;
      size = end + 1;
    } else {
      return std::nullopt;
    }
    size += quote - at;
    return std::pair(decode_string(text_.substr(at, size)).text, size);
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// Reads one element of a pattern after the other.
class Reader {
 public:
  explicit Reader(std::string_view text) : cursor_(text) {}

  bool read(std::string_view element);
  Arguments arguments;
  std::string wrong;

  bool take_pipe_or_end() {
    cursor_.take(";");
    if (cursor_.at_end()) return true;
    if (!cursor_.looking_at("|") || cursor_.looking_at("||")) return false;
    arguments.pipe = cursor_.take_rest();
    return true;
  }
  Span here() const { return cursor_.here(); }
  /// Is the end of the text, or an opening bracket or quote without its partner, what it stopped
  /// at?
  bool unfinished() const {
    if (cursor_.at_end()) return true;
    for (const std::string_view open : {"{", "(", "[", "'", "\"", "```"}) {
      if (cursor_.looking_at(open)) return true;
    }
    return false;
  }

 private:
  bool read_name() {
    auto name = cursor_.take_name();
    if (!name) return false;
    arguments.names.push_back(std::move(*name));
    return true;
  }
  bool read_list(const std::function<bool()>& item) {
    if (!cursor_.take("(")) return false;
    if (cursor_.take(")")) return true;
    do {
      if (!item()) return false;
    } while (cursor_.take(","));
    return cursor_.take(")");
  }
  bool read_columns(std::vector<ColumnSchema>& columns) {
    return read_list([&] {
      const auto name = cursor_.take_name();
      if (!name || !cursor_.take(":")) return false;
      const auto type = cursor_.take_name();
      if (!type) return false;
      std::string type_name = lower_case(type->text);
      if (type_name == "system" && cursor_.take(".")) {  // System.Int64
        const auto net = cursor_.take_name();
        if (!net) return false;
        type_name = lower_case(net->text);
        if (type_name == "object") type_name = "dynamic";
        if (type_name == "sbyte") type_name = "bool";
        if (type_name == "sqldecimal") type_name = "decimal";
      }
      const auto known = type_of_name(type_name);
      if (!known || *known == Type::Error) {
        wrong = fmt::format("there is no type '{}'", type->text);
        return false;
      }
      columns.push_back({name->text, *known});
      return true;
    });
  }
  bool read_path() {
    if (!read_name() || !cursor_.take(".") || !read_name()) return false;
    if (cursor_.take(".")) {  // database.table.column
      arguments.names.erase(arguments.names.end() - 2);
      return read_name();
    }
    return true;
  }
  bool read_function() {
    if (!read_name()) return false;
    arguments.function.name = arguments.names.back().text;
    auto parameters = cursor_.take_bracketed('(', ')');
    arguments.function.parameters = parameters.value_or("()");
    arguments.body_start = static_cast<uint32_t>(cursor_.at());
    auto body = cursor_.take_bracketed('{', '}');
    if (!body) return false;
    arguments.function.body = std::move(*body);
    return true;
  }

  Cursor cursor_;
};

bool Reader::read(std::string_view element) {
  if (element == "NAME") return read_name();
  if (element == "NAMES") {
    if (cursor_.looking_at("(")) return read_list([&] { return read_name(); });
    do {
      if (!read_name()) return false;
    } while (cursor_.take(","));
    return true;
  }
  if (element == "COLUMN") return read_path();
  if (element == "COLUMNS") return read_columns(arguments.columns);
  if (element == "TABLES") {
    do {
      const auto name = cursor_.take_name();
      if (!name) return false;
      TableSchema& table = arguments.tables.emplace_back();
      table.name = name->text;
      if (!read_columns(table.columns)) return false;
    } while (cursor_.take(","));
    return true;
  }
  if (element == "RENAMES" || element == "COLUMN_RENAMES") {
    do {
      const auto to = cursor_.take_name();
      if (!to || !cursor_.take("=")) return false;
      if (element == "RENAMES" ? !read_name() : !read_path()) return false;
      arguments.renames.emplace_back(arguments.names.back().text, to->text);
    } while (cursor_.take(","));
    return true;
  }
  if (element == "[WITH]") {
    if (!cursor_.take_word("with")) return true;
    return read_list([&] {
      const auto name = cursor_.take_name();
      if (!name || !cursor_.take("=")) return false;
      auto value = cursor_.take_value();
      if (!value) return false;
      arguments.properties[lower_case(name->text)] = std::move(*value);
      return true;
    });
  }
  if (element == "ASSIGNMENTS") {
    do {
      const auto name = cursor_.take_name();
      if (!name || !cursor_.take("=")) return false;
      auto value = cursor_.take_word_or_string();
      if (!value) return false;
      arguments.properties[lower_case(name->text)] = std::move(*value);
      cursor_.take(",");
    } while (!cursor_.at_end() && !cursor_.looking_at("|") && !cursor_.looking_at(";"));
    return true;
  }
  if (element == "FUNCTION") return read_function();
  if (element == "ENTITIES") {
    arguments.entities.start = static_cast<uint32_t>(cursor_.at());
    auto entities = cursor_.take_bracketed('(', ')');
    if (!entities) return false;
    arguments.entities.text = std::move(*entities);
    return true;
  }
  if (element == "TEXT") {
    auto text = cursor_.take_string();
    if (!text) text = cursor_.take_bracketed('{', '}');
    if (!text) return false;
    arguments.texts.push_back(std::move(*text));
    return true;
  }
  if (element == "TEXTS") {
    if (!cursor_.looking_at("(")) return read("TEXT");
    return read_list([&] { return read("TEXT"); });
  }
  if (element == "QUERY") {
    const size_t start = cursor_.at() + 2;
    if (!cursor_.take("<|")) return false;
    arguments.rest = cursor_.rest_behind(start);
    return true;
  }
  const bool optional = element.starts_with('[');
  if (optional) element = element.substr(1, element.size() - 2);
  bool several = false;
  for (std::string_view left = element; !left.empty();) {
    const std::string_view word = left.substr(0, left.find('|'));
    left.remove_prefix(std::min(word.size() + 1, left.size()));
    several = several || word.size() < element.size();
    const bool symbol = !is_word_char(word[0]);
    if (symbol ? !cursor_.take(word) : !cursor_.take_word(word)) continue;
    if (optional || several) arguments.words.emplace(word);
    return true;
  }
  return optional;
}

std::string expectation(std::string_view element) {
  if (element == "NAME" || element == "NAMES") return "a name";
  if (element == "COLUMN") return "a column as Table.Column";
  if (element == "COLUMNS") return "columns as (Name: type, ...)";
  if (element == "TABLES") return "tables as Name (Column: type, ...)";
  if (element == "RENAMES" || element == "COLUMN_RENAMES") return "names as New = Old";
  if (element == "[WITH]") return "properties as with (name = value, ...)";
  if (element == "ASSIGNMENTS") return "a property as name = value";
  if (element == "ENTITIES") return "entities as (database('a'), ...)";
  if (element == "FUNCTION") return "a function as Name(parameters) { body }";
  if (element == "TEXT" || element == "TEXTS") return "a text in quotes";
  if (element == "QUERY") return "<|";
  return fmt::format("'{}'", element);
}

}  // namespace

std::string Arguments::property(const std::string& name) const {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string() : found->second;
}

Reading read_along(std::string_view pattern, std::string_view text) {
  Reader reader(text);
  Reading reading;
  reader.arguments.span = {0, static_cast<uint32_t>(text.size())};
  if (!reader.read(".")) return reading;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const std::string_view element = pattern.substr(0, pattern.find(' '));
    pattern.remove_prefix(std::min(element.size() + 1, pattern.size()));
    if (!reader.read(element)) {
      reading.stopped = reader.here();
      reading.expected = expectation(element);
      reading.wrong = reader.wrong;
      reading.unfinished = reader.wrong.empty() && reader.unfinished();
      return reading;
    }
    ++reading.elements;
  }
  if (!reader.take_pipe_or_end()) {
    reading.stopped = reader.here();
    reading.expected = "the end of the command, or a pipe";
    return reading;
  }
  reading.arguments = std::move(reader.arguments);
  return reading;
}

std::string syntax_of(std::string_view pattern) {
  constexpr std::pair<std::string_view, std::string_view> elements[] = {
      {"NAME", "Name"},
      {"NAMES", "(Name, ...)"},
      {"COLUMN", "Table.Column"},
      {"COLUMNS", "(Column: type, ...)"},
      {"TABLES", "Name (Column: type, ...), ..."},
      {"RENAMES", "New = Old, ..."},
      {"COLUMN_RENAMES", "New = Table.Old, ..."},
      {"[WITH]", "[with (property = value, ...)]"},
      {"ASSIGNMENTS", "property = value ..."},
      {"FUNCTION", "Name(parameters) { body }"},
      {"ENTITIES", "(database('d'), ...)"},
      {"TEXT", "'text'"},
      {"TEXTS", "('text', ...)"},
      {"QUERY", "<| query"},
  };
  std::string syntax;
  while (!pattern.empty()) {
    const std::string_view element = pattern.substr(0, pattern.find(' '));
    const auto known = std::find_if(std::begin(elements), std::end(elements),
                                    [&](const auto& entry) { return entry.first == element; });
    if (!syntax.empty()) syntax += ' ';
    syntax += known == std::end(elements) ? element : known->second;
    pattern.remove_prefix(std::min(element.size() + 1, pattern.size()));
  }
  return syntax;
}

}  // namespace vedette::command
