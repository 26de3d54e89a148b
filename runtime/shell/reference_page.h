// The reference pages of docs/reference, made from the records of the library.
#pragma once

#include <string>
#include <vector>

#include "runtime/function/library.h"

namespace vedette::shell {

struct ReferencePage {
  std::string file;  // its name in the folder
  std::string text;  // Markdown
};

/// functions.md, aggregates.md, operators.md, plugins.md, commands.md, errors.md, and
/// ../compatibility.md. Same library, same text.
std::vector<ReferencePage> reference_pages(const Library& library);

}  // namespace vedette::shell
