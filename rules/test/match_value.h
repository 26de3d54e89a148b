// Is a value what a test expects?
#pragma once

#include <string>
#include <string_view>

#include "compiler/session/session.h"
#include "rules/test/written_value.h"
#include "runtime/value/value.h"

namespace vedette::rules {

/// Does `text` match a pattern in which `*` stands for any characters?
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Texts match with `*`; numbers are equal, or in a range (`>=5`, `2..4`); times may be relative to
/// `now`; null means null or empty; the items of a list match in any order; an object has what is
/// expected and perhaps more. Dynamic values compare as what they hold.
bool matches(const WrittenValue& expected, const Value& actual, Datetime now);

/// A value in a message: `null`, `'text'` where it would be odd otherwise, JSON for dynamic.
std::string shown(const Value& value);
std::string shown(const WrittenValue& value);

/// What stands in a column and row of a result.
Value cell(const ResultTable& rows, size_t column, size_t row);

}  // namespace vedette::rules
