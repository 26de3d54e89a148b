// From text to tree.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"

namespace vedette {

/// Parses the text of a query. What is wrong with it goes to `diagnostics`, codes KQL0001 to
/// KQL0099. With syntax errors the tree holds the statements that could be read; callers should not
/// bind it. `text` need not outlive the call; spans refer to its bytes. Safe to call from any
/// thread.
ast::Query parse(std::string_view text, Diagnostics& diagnostics);

/// A word, a literal or a symbol of a query's text.
struct QueryToken {
  enum class Kind { Word, Literal, Symbol };
  Kind kind;
  std::string_view text;  // in the query's text
  Span span;
};

/// The tokens of a text, comments left out; for looking at queries that need not be right.
std::vector<QueryToken> tokens_of(std::string_view text);

/// Parses one of everything, so that the first real query does not pay for the parser's tables
/// (tens of milliseconds). Meant for a thread that has nothing better to do.
void warm_up_parser();

}  // namespace vedette
