// What else is wrong with a query before the place where its syntax is.
#pragma once

#include <functional>
#include <string_view>

#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"

namespace vedette::session {

/// Binds a query, as far as its errors go.
using FindErrors = std::function<void(const ast::Query& query, Diagnostics& found)>;

/// The errors of a query that is right up to a syntax error, and then the syntax errors. What
/// stands before the first of them is read by itself, its brackets closed, and bound; only what is
/// wrong whatever follows counts: somebody who mends the syntax would be told next.
Diagnostics with_earlier_errors(std::string_view text, const Diagnostics& syntax,
                                const FindErrors& find_errors);

}  // namespace vedette::session
