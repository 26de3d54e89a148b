// A text that a regular expression matches.
#pragma once

#include <string>
#include <string_view>

#include "tests/harness/dice.h"

namespace vedette {

/// A text that `pattern` matches, mostly: assertions and back references are not understood. What
/// capturing group `group` matches is `content`, when there is such a group and `content` is not
/// empty.
std::string regex_sample(std::string_view pattern, Dice& dice, size_t group = 0,
                         std::string_view content = {});

}  // namespace vedette
