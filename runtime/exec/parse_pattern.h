// Cuts one text by the pattern of a parse operator.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/exec/parse.h"

namespace re2 {
class RE2;
}

namespace vedette::exec {

/// A pattern, ready to be used by many threads.
class ParsePattern {
 public:
  /// Throws QueryError for a pattern that is not a valid regular expression.
  explicit ParsePattern(const ParseParameters& parameters);
  ~ParsePattern();

  const std::vector<Type>& types() const { return types_; }

  /// Finds the text of each result; false when `text` does not match. The whole text must match;
  /// parts between literals are as short as they can be.
  bool match(std::string_view text, std::vector<std::string_view>& results) const;

 private:
  /// A literal, a result, or something to skip.
  struct Piece {
    std::string literal;         // when not empty
    std::optional<Type> result;  // when set
  };

  bool match_pieces(std::string_view text, std::vector<std::string_view>& results) const;

  std::vector<Type> types_;
  std::vector<Piece> pieces_;
  std::unique_ptr<re2::RE2> regex_;
  std::vector<int> groups_;  // of the results
};

}  // namespace vedette::exec
