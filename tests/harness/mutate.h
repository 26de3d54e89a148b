// Damages texts on purpose, to see that whatever reads them stays calm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Makes wrong queries out of right ones, the same ones for the same seed.
class QueryMutator {
 public:
  QueryMutator(std::vector<std::string> queries, uint64_t seed);

  /// A query with a few mistakes: bytes changed, tokens dropped, doubled, swapped or taken from
  /// another query, the end cut off.
  std::string next();

 private:
  uint64_t random(uint64_t below);
  std::string_view random_slice(std::string_view text);

  std::vector<std::string> queries_;
  uint64_t state_;
};

}  // namespace vedette
