// What `help` says about a word of the language.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/function/library.h"

namespace vedette::shell {

/// About a function, an aggregate or a tabular operator, or the management commands that begin with
/// `word`, which has a dot in front then; nothing for an unknown word.
std::optional<std::string> help_about(const Library& library, std::string_view word);

/// All functions, aggregates, tabular operators and first words of commands, in columns that fit
/// `width`.
std::string help_overview(const Library& library, int width);

/// The word most like `word`; empty when none is like it.
std::string_view similar_word(const Library& library, std::string_view word);

}  // namespace vedette::shell
