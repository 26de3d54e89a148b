// The words of a rule's query, for checks that look at what is written and not at what it means.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/syntax/parse.h"
#include "rules/finding.h"
#include "rules/load/duration.h"
#include "rules/rule.h"

namespace vedette::rules {

/// The column that says when something happened, in every table of Sentinel and Defender.
constexpr std::string_view time_columns[] = {"TimeGenerated", "Timestamp"};

/// A query's tokens, with the few patterns the checks look for.
class QueryWords {
 public:
  explicit QueryWords(std::string_view query) : tokens_(tokens_of(query)) {}

  const std::vector<QueryToken>& all() const { return tokens_; }
  std::string_view text(size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view{};
  }
  bool is_word(size_t at, std::string_view word) const {
    return at < tokens_.size() && tokens_[at].kind == QueryToken::Kind::Word &&
           tokens_[at].text == word;
  }
  /// How often a word stands in the query.
  size_t count(std::string_view word) const {
    return static_cast<size_t>(
        std::count_if(tokens_.begin(), tokens_.end(),
                      [&](const QueryToken& token) { return token.text == word; }));
  }
  /// `name = 14d` of a let before; a literal is its own value.
  std::optional<Timespan> duration_at(size_t at) const {
    if (at >= tokens_.size()) return std::nullopt;
    if (tokens_[at].kind == QueryToken::Kind::Literal) return parse_rule_duration(tokens_[at].text);
    for (size_t i = 0; i + 3 < tokens_.size(); ++i) {
      if (is_word(i, "let") && text(i + 1) == text(at) && text(i + 2) == "=") {
        return parse_rule_duration(text(i + 3));
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<QueryToken> tokens_;
};

/// How far back the query itself looks, against the rule's period and frequency.
void check_look_back(const AnalyticRule& rule, const QueryWords& words, Findings& findings);

}  // namespace vedette::rules
