// What single values of a Parquet file mean: times, decimals, guids, and all of them as text.
#pragma once

#include <optional>
#include <string>

#include "runtime/ingest/parquet/values.h"
#include "runtime/value/decimal.h"
#include "runtime/value/scalar.h"

namespace vedette::parquet {

/// Of Bool, Int, Long: the number, without the bits an unsigned one does not have.
int64_t integer_at(const Leaf& leaf, const Values& values, size_t at);
/// Of Real and Float16.
double real_at(const Leaf& leaf, const Values& values, size_t at);
/// Of Date, Timestamp and Int96; nothing outside of the years 1 to 9999. Digits beyond a tick are
/// dropped; times without a zone are UTC.
std::optional<Datetime> datetime_at(const Leaf& leaf, const Values& values, size_t at);
/// Of Time and Interval; nothing for intervals with months.
std::optional<Timespan> timespan_at(const Leaf& leaf, const Values& values, size_t at);
/// Rounds to the digits that a decimal has; nothing for numbers of more than 500 bits.
std::optional<Decimal> decimal_at(const Leaf& leaf, const Values& values, size_t at);
Guid guid_at(const Values& values, size_t at);

/// How a value is written in text formats.
enum class Written : uint8_t { Text, Number, Bool };

/// Writes a value as another format would have it, in place of what `out` was. Bytes without a
/// meaning are written as they are if they are UTF-8, else in base64.
Written write_value(const Leaf& leaf, const Values& values, size_t at, std::string& out);

}  // namespace vedette::parquet
