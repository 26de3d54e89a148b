// From tree to KQL text.
#pragma once

#include <string>

#include "compiler/syntax/ast.h"

namespace vedette {

struct FormatOptions {
  size_t width = 100;  // subqueries and bodies up to this many characters stay on one line
  bool all_parentheses = false;  // around every operator and pipe: shows how a text was understood
};

/// The tree as KQL: one operator a line, words in their usual spelling (`where` for `filter`),
/// names and strings quoted where they must be. Parsing the result gives the same tree, places
/// aside. Comments are not part of the tree.
std::string format(const ast::Query& query, const FormatOptions& options = {});

/// One expression, on its own.
std::string format(const ast::Expression& expression, const FormatOptions& options = {});

}  // namespace vedette
