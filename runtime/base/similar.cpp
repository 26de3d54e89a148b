#include "runtime/base/similar.h"

#include <algorithm>
#include <vector>

#include "runtime/base/format.h"

namespace vedette {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

template <typename Candidates>
std::string_view search(std::string_view word, const Candidates& candidates) {
  std::string_view best;
  int best_distance = static_cast<int>(word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) > word.size() / 3) continue;
    const int distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < static_cast<int>(longer)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  // Rows of the table of distances between all starts of `a` and of `b`; three are enough.
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + !same});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()] == 0 && a != b ? 1 : row[b.size()];
}

std::string_view most_similar(std::string_view word, std::span<const std::string_view> candidates) {
  return search(word, candidates);
}

std::string_view most_similar(std::string_view word, std::span<const std::string> candidates) {
  return search(word, candidates);
}

std::string did_you_mean(std::string_view suggestion) {
  return suggestion.empty() ? std::string() : fmt::format("did you mean '{}'?", suggestion);
}

}  // namespace vedette
