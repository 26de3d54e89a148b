// Finds files in folders of rules.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

/// Files of a directory and those below it whose names are wanted, in the order of their paths.
/// Links are followed, each directory is read once, hidden ones (`.git`) are passed over. A link to
/// nothing is among the files. Throws QueryError RUL0001 when a directory cannot be read.
std::vector<std::string> files_below(const std::string& directory,
                                     const std::function<bool(const std::string& name)>& wanted);

}  // namespace vedette::rules
