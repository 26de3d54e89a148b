// Where the reference contradicts itself, and what we chose.
#pragma once

#include <string_view>

namespace vedette::shell {

/// The last section of docs/compatibility.md, as Markdown.
std::string_view contradictions();

}  // namespace vedette::shell
