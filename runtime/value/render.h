// Values as text for people and programs: reals, JSON strings, cells of results.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/value/dynamic.h"
#include "runtime/value/value.h"

namespace vedette {

constexpr size_t max_real_text_bytes = 32;

/// Writes the shortest text that reads back as `value`, at most 32 bytes, and returns the end:
/// `1.0`, `0.1`, `1e+20`, `NaN`, `Infinity`, `-Infinity`.
char* write_real(char* out, double value);

/// Appends `text` as a JSON string, in quotes. What is not ASCII stays as it is.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// Appends a dynamic value as JSON without spaces, as `tostring()` shows it. Times and guids become
/// strings; numbers read from JSON keep their text.
void append_json(std::string& out, DynamicView value);
std::string to_json(DynamicView value);

/// Appends a value as a cell of a JSON result: null, numbers (NaN and the infinities as `"nan"`,
/// `"inf"`, `"-inf"`), `"2014-05-25T08:20:03.1234567Z"`, `"1.02:03:04"`, decimals as strings,
/// dynamic values as JSON.
void append_json_cell(std::string& out, const Value& value);

}  // namespace vedette
