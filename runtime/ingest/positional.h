// Delimited records without a header: their fields go to columns by their places.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/table/schema.h"

namespace vedette {

/// `text` with a first line that names a column for each field of its first record. Fields beyond
/// the columns get names that no column has. `skip_first` leaves out the first line of the text.
std::string with_header(std::string_view text, char delimiter,
                        std::span<const ColumnSchema> columns, bool skip_first);

/// A whole file, unpacked. Throws QueryError `ING0001` or `ING0002`.
std::string read_whole(const std::string& path);

}  // namespace vedette
