// "Did you mean": the name that looks most like a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vedette {

/// How many letters must be changed, added, dropped or swapped with their neighbour to get from
/// one word to the other; case counts for nothing unless all else is equal, then it counts one.
int edit_distance(std::string_view a, std::string_view b);

/// The candidate most like `word`, or an empty view when none is like it: at most a third of the
/// letters may differ. Of equals, the first.
std::string_view most_similar(std::string_view word, std::span<const std::string_view> candidates);
std::string_view most_similar(std::string_view word, std::span<const std::string> candidates);

/// `did you mean 'User'?`, or an empty text when there is nothing to suggest.
std::string did_you_mean(std::string_view suggestion);

}  // namespace vedette
