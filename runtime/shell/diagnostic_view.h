// Diagnostics as people and as programs read them.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/error.h"

namespace vedette::shell {

/// The message, the line it is about, and a caret under the place:
///
///   error KQL0102: 'Usr' is not a column of Logins
///     | where Usr == 'ann'
///             ^^^ did you mean 'User'?
///
/// Of a line of more than 100 columns, only as many around the place are shown, with `…` for the
/// rest. A diagnostic without a place (nothing at offset 0) is its first line. Ends with a newline.
std::string to_human_text(std::string_view query, const Diagnostic& diagnostic);

/// An object with kind, code, message, start, length, line, column, and hint when there is one.
/// Offsets count UTF-16 units.
std::string to_json(std::string_view query, const Diagnostic& diagnostic);

}  // namespace vedette::shell
