// Replacing what a regular expression matches.
#pragma once

#include <re2/re2.h>

#include <string_view>

#include "runtime/base/arena.h"

namespace vedette::stdlib {

/// The text with every match replaced, in the arena. In `rewrite`, \1 is the first group, \0 the
/// whole match and \\ a backslash; with a group that there is not the text stays as it is.
std::string_view with_matches_replaced(Arena& arena, const RE2& regex, std::string_view text,
                                       std::string_view rewrite);

}  // namespace vedette::stdlib
