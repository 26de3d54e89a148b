// What has been seen of a field without a declared type, and which type follows from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/value/type.h"

namespace vedette {

/// Sorts of values, as a set of bits. Nulls and empty texts say nothing about a type.
enum FieldKind : uint16_t {
  SawNothing = 0,
  SawBool = 1,
  SawInteger = 2,       // fits 64 bits
  SawBigInteger = 4,    // an integer that does not
  SawReal = 8,          // has a point or an exponent
  SawIntegerText = 16,  // a text that a long gives back unchanged, such as "4688"
  SawTimeText = 32,     // a text that is a date with a time
  SawJsonText = 64,     // of CSV only: a text that is a JSON array or object
  SawText = 128,        // any other text
  SawContainer = 256,   // a JSON array or object
};

/// The narrowest type that keeps everything seen; nothing if only nulls were seen.
///
/// Integers are long and become real beside numbers with a point; texts that are integers join
/// integers ("1008" beside 4688), but are strings alone. Times are datetime. Arrays and objects are
/// dynamic, and so is what stands beside them. Any other mixture is string.
std::optional<Type> type_for(uint16_t kinds);

/// The kind of a text value of JSON.
uint16_t kind_of_text(std::string_view text);

/// The kind of a field of a CSV file, where everything is text.
uint16_t kind_of_delimited(std::string_view text);

/// The kind of the token of a JSON number; nothing if it is none.
std::optional<uint16_t> kind_of_number(std::string_view token);

/// An integer exactly as a long would print: no plus, no leading zeros, in 64 bits.
bool is_canonical_integer(std::string_view text);

/// A date followed by a time: ISO 8601 (`2024-05-01T08:00:00Z`, `2024-05-01 08:00:00.123`), or as
/// portals export it (`5/1/2024, 8:00:00.000 AM`).
bool is_time_text(std::string_view text);

}  // namespace vedette
