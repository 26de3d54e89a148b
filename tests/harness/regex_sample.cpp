#include "tests/harness/regex_sample.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace vedette {
namespace {

class Sampler {
 public:
  Sampler(std::string_view pattern, Dice& dice, size_t group, std::string_view content)
      : pattern_(pattern), dice_(dice), group_(group), content_(content) {}

  std::string sample() {
    std::string text = alternatives();
    // A stray `)` ends the pattern for us; go on behind it.
    while (at_ < pattern_.size()) {
      ++at_;
      text += alternatives();
    }
    return text;
  }

 private:
  bool more() const { return at_ < pattern_.size(); }
  char peek() const { return pattern_[at_]; }

  /// `a|b|c`: all are read, one is kept.
  std::string alternatives() {
    std::vector<std::string> texts = {sequence()};
    while (more() && peek() == '|') {
      ++at_;
      texts.push_back(sequence());
    }
    return texts[dice_.below(texts.size())];
  }

  std::string sequence() {
    std::string text;
    while (more() && peek() != '|' && peek() != ')') text += repeated();
    return text;
  }

  std::string repeated() {
    const size_t begin = at_;
    std::string once = atom();
    const size_t end = at_;
    size_t least = 1, most = 1;
    if (more()) read_counts(least, most);
    const size_t count = least + dice_.below(std::min<size_t>(most - least, 2) + 1);
    if (count == 0) return {};
    std::string text = once;
    const size_t after = at_;
    for (size_t i = 1; i < std::min<size_t>(count, 40); ++i) {
      at_ = begin;
      const size_t groups = groups_;
      text += atom();
      groups_ = groups;
      at_ = end;
    }
    at_ = after;
    return text;
  }

  void read_counts(size_t& least, size_t& most) {
    switch (peek()) {
      case '*':
        least = 0, most = 3, ++at_;
        break;
      case '+':
        most = 4, ++at_;
        break;
      case '?':
        least = 0, ++at_;
        break;
      case '{': {
        const size_t close = pattern_.find('}', at_);
        if (close == std::string_view::npos || close == at_ + 1 || !digit(pattern_[at_ + 1]))
          return;
        least = number(at_ + 1);
        const size_t comma = pattern_.substr(0, close).find(',', at_);
        most = comma == std::string_view::npos ? least
               : comma + 1 == close            ? least + 2
                                               : std::max(least, number(comma + 1));
        at_ = close + 1;
        break;
      }
      default:
        return;
    }
    if (more() && (peek() == '?' || peek() == '+')) ++at_;
  }

  static bool digit(char byte) { return byte >= '0' && byte <= '9'; }

  size_t number(size_t from) const {
    size_t value = 0;
    for (; from < pattern_.size() && digit(pattern_[from]); ++from) {
      value = std::min<size_t>(value * 10 + static_cast<size_t>(pattern_[from] - '0'), 1000);
    }
    return value;
  }

  std::string atom() {
    const char byte = pattern_[at_++];
    switch (byte) {
      case '(':
        return in_parentheses();
      case '[':
        return one_of_class();
      case '\\':
        return escaped();
      case '.':
        return std::string(1, "abcxyz0189-"[dice_.below(11)]);
      case '^':
      case '$':
        return {};
      default:
        return std::string(1, byte);
    }
  }

  std::string in_parentheses() {
    size_t own = 0;
    if (more() && peek() == '?') {
      const bool named = pattern_.substr(at_).starts_with("?P<") ||
                         (pattern_.substr(at_).starts_with("?<") && at_ + 2 < pattern_.size() &&
                          pattern_[at_ + 2] != '=' && pattern_[at_ + 2] != '!');
      if (named) {
        own = ++groups_;
        at_ = std::min(pattern_.find('>', at_), pattern_.size() - 1) + 1;
      } else {
        // Flags, or a group without a number.
        while (more() && peek() != ':' && peek() != ')') ++at_;
        if (more() && pattern_[at_++] == ')') return {};
      }
    } else {
      own = ++groups_;
    }
    std::string text = alternatives();
    if (more() && peek() == ')') ++at_;
    return own != 0 && own == group_ && !content_.empty() ? std::string(content_) : text;
  }

  std::string escaped() {
    if (!more()) return {};
    const char byte = pattern_[at_++];
    switch (byte) {
      case 'd':
        return std::string(1, static_cast<char>('0' + dice_.below(10)));
      case 'w':
        return std::string(1, "abcdefgh01"[dice_.below(10)]);
      case 's':
        return " ";
      case 'S':
      case 'D':
        return std::string(1, "abcxyz"[dice_.below(6)]);
      case 'W':
        return "-";
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        return {};
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case 'x': {
        const std::string digits(pattern_.substr(at_, 2));
        at_ = std::min(at_ + 2, pattern_.size());
        return std::string(1, static_cast<char>(std::strtol(digits.c_str(), nullptr, 16)));
      }
      default:
        return std::string(1, byte);
    }
  }

  std::string one_of_class() {
    const bool negated = more() && peek() == '^';
    if (negated) ++at_;
    std::string members;
    for (bool first = true; more() && (peek() != ']' || first); first = false) {
      if (pattern_.substr(at_).starts_with("[:")) {
        at_ = std::min(pattern_.find(":]", at_), pattern_.size() - 2) + 2;
        members += "a0";
        continue;
      }
      std::string one(1, pattern_[at_++]);
      if (one == "\\") one = escaped();
      if (one.empty()) continue;
      const bool range = at_ + 1 < pattern_.size() && peek() == '-' && pattern_[at_ + 1] != ']';
      if (!range) {
        members += one;
        continue;
      }
      const auto low = static_cast<unsigned char>(one[0]);
      const auto high = static_cast<unsigned char>(pattern_[at_ + 1]);
      at_ += 2;
      for (unsigned byte = low; byte <= high && byte < 128; ++byte) {
        members += static_cast<char>(byte);
      }
    }
    if (more()) ++at_;
    if (!negated)
      return members.empty() ? "" : std::string(1, members[dice_.below(members.size())]);
    for (const char byte : std::string_view("xk7Q_- /.")) {
      if (members.find(byte) == std::string::npos) return std::string(1, byte);
    }
    return "~";
  }

  std::string_view pattern_;
  Dice& dice_;
  size_t group_;
  std::string_view content_;
  size_t at_ = 0;
  size_t groups_ = 0;
};

}  // namespace

std::string regex_sample(std::string_view pattern, Dice& dice, size_t group,
                         std::string_view content) {
  return Sampler(pattern, dice, group, content).sample();
}

}  // namespace vedette
