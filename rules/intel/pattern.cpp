#include "rules/intel/pattern.h"

#include <algorithm>
#include <cctype>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// How much a condition says: hashes name one file, names of files name many.
int weight_of(const Observable& observable) {
  const std::string_view path = observable.path;
  if (path.starts_with("file:hashes")) return 3;
  for (const std::string_view kind : {"ipv4-addr:", "ipv6-addr:", "domain-name:", "url:",
                                      "email-addr:", "email-message:from_ref"}) {
    if (path.starts_with(kind)) return 2;
  }
  return 1;
}

/// Observables of a part of a pattern.
struct Part {
  std::vector<Observable> any;  // each is enough
};

/// Reads a pattern from left to right; AND binds stronger than OR.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<Observable>> run() {
    Part part = either(&PatternReader::observation);
    skip_spaces();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return std::move(part.any);
  }

 private:
  using Reader = Part (PatternReader::*)();
  static constexpr int deepest = 100;  // of parentheses

  Part either(Reader one) {
    if (++depth_ > deepest) failed_ = true;
    Part part = failed_ ? Part() : all(one);
    while (!failed_ && word("OR")) {
      Part other = all(one);
      for (Observable& each : other.any) {
        if (std::ranges::find(part.any, each) == part.any.end()) {
          part.any.push_back(std::move(each));
        }
      }
    }
    --depth_;
    return part;
  }

  Part all(Reader one) {
    Part part = (this->*one)();
    while (!failed_ && (word("AND") || word("FOLLOWEDBY"))) {
      Part other = (this->*one)();
      if (part.any.empty() ||
          (!other.any.empty() && weight_of(other.any[0]) > weight_of(part.any[0]))) {
        part = std::move(other);
      }
    }
    return part;
  }

  Part observation() {
    Part part;
    if (symbol('(')) {
      part = either(&PatternReader::observation);
      expect(')');
    } else {
      expect('[');
      part = either(&PatternReader::comparison);
      expect(']');
    }
    while (!failed_ && qualifier()) {
    }
    return part;
  }

  /// `WITHIN 600 SECONDS`, `REPEATS 5 TIMES`, `START t'..' STOP t'..'`
  bool qualifier() {
    if (word("WITHIN")) return number() && word("SECONDS");
    if (word("REPEATS")) return number() && word("TIMES");
    if (word("START")) {
      return time() && word("STOP") && time();
    }
    return false;
  }

  Part comparison() {
    if (symbol('(')) {
      Part part = either(&PatternReader::comparison);
      expect(')');
      return part;
    }
    Part part;
    const std::string path = object_path();
    const bool negated = word("NOT");
    bool exact = !negated;
    std::vector<std::string> values;
    if (word("IN")) {
      expect('(');
      do {
        values.push_back(literal());
      } while (!failed_ && symbol(','));
      expect(')');
    } else {
      const bool vague = word("LIKE") || word("MATCHES") || word("ISSUPERSET");
      if (!vague && !word("ISSUBSET")) exact = comparison_sign() && exact;
      if (vague) exact = false;
      values.push_back(literal());
    }
    for (std::string& value : values) {
      if (exact && !value.empty()) part.any.push_back({path, std::move(value)});
    }
    return part;
  }

  /// Reads `=`, `!=`, `<` ...; true for the one that is met by a value alone.
  bool comparison_sign() {
    skip_spaces();
    const size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view("=!<>").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
    const std::string_view sign = text_.substr(start, at_ - start);
    if (sign.empty()) failed_ = true;
    return sign == "=" || sign == "==";
  }

  /// `file:hashes.'SHA-256'`, `email-message:from_ref.value`
  std::string object_path() {
    skip_spaces();
    std::string path;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'') {
        path += fmt::format("'{}'", literal());
        continue;
      }
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
          std::string_view(":.-_[]*").find(c) == std::string_view::npos) {
        break;
      }
      if (c == ']') break;
      path += c;
      ++at_;
    }
    if (path.find(':') == std::string::npos) failed_ = true;
    return path;
  }

  /// A text in quotes, a number or a word.
  std::string literal() {
    skip_spaces();
    std::string value;
    if (at_ < text_.size() && text_[at_] == '\'') {
      for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        value += text_[at_];
      }
      expect_here('\'');
      return value;
    }
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '.' || text_[at_] == '-')) {
      value += text_[at_++];
    }
    if (value.empty()) failed_ = true;
    return value;
  }

  bool number() { return !literal().empty(); }
  bool time() { return symbol('t') && !literal().empty(); }

  bool word(std::string_view name) {
    skip_spaces();
    const std::string_view next = text_.substr(at_, name.size());
    const size_t end = at_ + name.size();
    const bool ends =
        end >= text_.size() || std::isalnum(static_cast<unsigned char>(text_[end])) == 0;
    if (!ends || !equal_ignoring_case(next, name)) return false;
    at_ = end;
    return true;
  }
  bool symbol(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    skip_spaces();
    expect_here(c);
  }
  void expect_here(char c) {
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
    } else {
      failed_ = true;
    }
  }
  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  int depth_ = 0;
};

}  // namespace

std::optional<std::vector<Observable>> observables_of(std::string_view pattern) {
  return PatternReader(pattern).run();
}

std::string pattern_of(const Observable& observable) {
  std::string value;
  for (const char c : observable.value) {
    if (c == '\'' || c == '\\') value += '\\';
    value += c;
  }
  return fmt::format("[{} = '{}']", observable.path, value);
}

}  // namespace vedette::rules
