// What a query's text says about the rows it would let through.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Literals and property names of a query, found by reading its tokens: a guess, good enough to
/// make rows that pass filters.
class QueryWords {
 public:
  explicit QueryWords(std::string_view query);

  /// Texts and numbers that the query compares something called `name` with, also through one
  /// `let`.
  const std::vector<std::string>& values_of(std::string_view name) const;
  /// All texts of the query.
  const std::vector<std::string>& texts() const { return texts_; }
  /// Names after a dot or in brackets: `Details.user`, `Details["user"]`.
  const std::vector<std::string>& properties() const { return properties_; }
  /// Names that begin with a capital letter, in order, but for those in `pivot(...)`: columns,
  /// mostly, that may come from rows.
  const std::vector<std::string>& names() const { return names_; }
  /// Names that the query does not give to columns of its own, and that are not forgotten.
  const std::vector<std::string>& fresh_names() const { return fresh_names_; }
  /// Names inside of `pivot(...)`.
  const std::vector<std::string>& pivoted() const { return pivoted_; }
  /// The columns of a table do not come from its rows.
  void forget_name(std::string_view name);
  /// Is the word a token of the query?
  bool mentions(std::string_view word) const { return words_.contains(word); }
  /// How often it is one.
  int count_of(std::string_view word) const {
    const auto found = words_.find(word);
    return found == words_.end() ? 0 : found->second;
  }

 private:
  void resolve();

  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::map<std::string, std::vector<std::string>, std::less<>> references_;
  std::map<std::string, int, std::less<>> words_;
  std::vector<std::string> texts_;
  std::vector<std::string> properties_;
  std::vector<std::string> names_;
  std::vector<std::string> fresh_names_;
  std::vector<std::string> pivoted_;
};

}  // namespace vedette
