#include "tests/harness/query_words.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace vedette {
namespace {

enum class Kind { Word, Text, Number, Mark };

struct Token {
  Kind kind = Kind::Mark;
  std::string text;
};

bool starts_word(char byte) {
  return std::isalpha(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '$';
}

bool in_word(char byte) {
  return starts_word(byte) || std::isdigit(static_cast<unsigned char>(byte)) != 0;
}

/// Reads the tokens of a query; what it does not know is a mark of one byte.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Token> read() {
    std::vector<Token> tokens;
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (std::isspace(static_cast<unsigned char>(byte)) != 0) {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (const bool verbatim = byte == '@'; quote_at(at_ + (verbatim ? 1 : 0))) {
        at_ += verbatim ? 1 : 0;
        tokens.push_back({Kind::Text, read_text(verbatim)});
      } else if (starts_word(byte)) {
        std::string word = take_while(in_word);
        if (at_ < text_.size() && text_[at_] == '~') word += text_[at_++];
        // h"..." hides a text from logs.
        if ((word == "h" || word == "H") && (quote_at(at_) || quote_at(at_ + 1))) continue;
        tokens.push_back({Kind::Word, std::move(word)});
      } else if (std::isdigit(static_cast<unsigned char>(byte)) != 0) {
        tokens.push_back({Kind::Number, take_while([](char c) { return in_word(c) || c == '.'; })});
      } else {
        tokens.push_back({Kind::Mark, std::string(1, byte)});
        ++at_;
      }
    }
    return tokens;
  }

 private:
  bool quote_at(size_t at) const {
    return at < text_.size() && (text_[at] == '"' || text_[at] == '\'');
  }

  template <typename Test> std::string take_while(const Test& test) {
    const size_t first = at_;
    while (at_ < text_.size() && test(text_[at_])) ++at_;
    return std::string(text_.substr(first, at_ - first));
  }

  std::string read_text(bool verbatim) {
    const char quote = text_[at_++];
    std::string text;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (!verbatim && text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      text += text_[at_++];
    }
    ++at_;
    return text;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool is_comparison(std::string_view word) {
  static const std::set<std::string_view> words = {
      "in",          "in~",        "has",           "has_cs",      "contains",
      "contains_cs", "startswith", "startswith_cs", "endswith",    "endswith_cs",
      "hasprefix",   "hassuffix",  "has_any",       "has_all",     "matches",
      "regex",       "between",    "dynamic",       "materialize", "split",
      "tolower",     "toupper",    "strcat",        "datatable",   "pack_array"};
  return words.contains(word);
}

bool ends_comparison(std::string_view word) {
  static const std::set<std::string_view> words = {"and", "or",   "where",     "extend", "project",
                                                   "let", "join", "summarize", "by",     "on"};
  return words.contains(word);
}

void add(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

}  // namespace

QueryWords::QueryWords(std::string_view query) {
  const std::vector<Token> tokens = Reader(query).read();
  const auto mark_at = [&](size_t at, std::string_view mark) {
    return at < tokens.size() && tokens[at].kind == Kind::Mark && tokens[at].text == mark;
  };
  constexpr size_t most_names = 80;
  std::set<std::string> assigned;
  std::set<std::string> renamed;  // must not be there before
  bool in_rename = false;
  int pivot_depth = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool word = tokens[i].kind == Kind::Word;
    if (word && tokens[i].text == "pivot" && mark_at(i + 1, "(")) pivot_depth = 1, ++i;
    if (pivot_depth > 0 && mark_at(i, "(") && i > 0 && tokens[i - 1].text != "pivot") ++pivot_depth;
    if (pivot_depth > 0 && mark_at(i, ")")) --pivot_depth;
    if (mark_at(i, "|")) in_rename = false;
    if (!word) continue;
    // `project-rename` is three tokens for us.
    if (tokens[i].text == "rename") in_rename = true;
    if (in_rename && mark_at(i + 1, "=")) renamed.insert(tokens[i].text);
    if (mark_at(i + 1, "=") && !mark_at(i + 2, "=") && !mark_at(i + 2, "~")) {
      assigned.insert(tokens[i].text);
    }
    if (std::isupper(static_cast<unsigned char>(tokens[i].text[0])) == 0) continue;
    if (pivot_depth > 0) add(pivoted_, tokens[i].text);
    if (names_.size() < most_names) add(names_, tokens[i].text);
  }
  for (const std::string& name : names_) {
    if (!assigned.contains(name)) fresh_names_.push_back(name);
  }
  std::erase_if(names_, [&](const std::string& name) {
    return renamed.contains(name) ||
           std::find(pivoted_.begin(), pivoted_.end(), name) != pivoted_.end();
  });
  std::string subject;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool after_dot = i > 0 && mark_at(i - 1, ".");
    if (token.kind == Kind::Text) {
      const bool of_list =
          i > 1 && mark_at(i - 2, "(") && (i < 3 || tokens[i - 3].text == "dynamic");
      if (i > 1 && mark_at(i - 1, "[") && mark_at(i + 1, "]") && !of_list) {
        add(properties_, token.text);
        continue;
      }
      add(texts_, token.text);
      if (!subject.empty()) add(values_[subject], token.text);
    } else if (token.kind == Kind::Number) {
      if (!subject.empty()) add(values_[subject], token.text);
    } else if (token.kind == Kind::Mark) {
      if (token.text == "|" || token.text == ";") subject.clear();
    } else if (words_[token.text]++; after_dot) {
      add(properties_, token.text);
      subject = token.text;
    } else if (ends_comparison(token.text)) {
      subject.clear();
    } else if (!is_comparison(token.text) && !mark_at(i + 1, "(")) {
      // `User in (names)`, `User == name`: the second name stands for values of the first.
      const bool refers = i > 0 && (mark_at(i - 1, "(") || mark_at(i - 1, "=") ||
                                    mark_at(i - 1, "~") || is_comparison(tokens[i - 1].text));
      if (refers && !subject.empty()) references_[subject].push_back(token.text);
      if (!refers || subject.empty()) subject = token.text;
    }
  }
  resolve();
}

void QueryWords::forget_name(std::string_view name) {
  std::erase(fresh_names_, name);
  std::erase(pivoted_, name);
}

void QueryWords::resolve() {
  for (const auto& [name, others] : references_) {
    for (const std::string& other : others) {
      const auto found = values_.find(other);
      if (found == values_.end() || other == name) continue;
      const std::vector<std::string> values = found->second;
      for (const std::string& value : values) add(values_[name], value);
    }
  }
}

const std::vector<std::string>& QueryWords::values_of(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

}  // namespace vedette
