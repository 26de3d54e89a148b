// Texts and numbers of logs as typed values: what ingest needs beside KQL's own conversions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/value/scalar.h"

namespace vedette {

/// A decimal integer of 64 bits, with a sign perhaps.
std::optional<int64_t> scan_long(std::string_view text);

/// `scan_long`, or hexadecimal after `0x`, or a number whose fraction is zero (`5.0`).
std::optional<int64_t> scan_integer(std::string_view text);

/// Any number; nothing for one that is too large for a double.
std::optional<double> scan_real(std::string_view text);

/// `true`, `false`, `0` and `1` in any case.
std::optional<bool> scan_bool(std::string_view text);

/// As `parse_datetime`, with a short way for `2024-05-01T08:00:00.1234567Z`.
std::optional<Datetime> scan_datetime(std::string_view text);

/// A number as a time: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by
/// their size (a time between 2001 and 2286 is meant); nothing for other numbers.
std::optional<Datetime> scan_epoch(double number);

/// The characters that a JSON string (without its quotes) stands for: `raw` itself if there is
/// nothing to replace, else a copy in the arena. Lone surrogates become U+FFFD and are counted in
/// `repaired`. Nothing for an escape that JSON does not have.
std::optional<std::string_view> unescape_json(std::string_view raw, Arena& arena,
                                              uint64_t& repaired);

}  // namespace vedette
