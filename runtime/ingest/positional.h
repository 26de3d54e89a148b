// Delimited records without a header: their fields go to columns by their places.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/table/schema.h"

namespace vedette {

class ByteSource;

/// `text` with a first line that names a column for each field of its first record. Fields beyond
/// the columns get names that no column has. `skip_first` leaves out the first line of the text.
std::string with_header(std::string_view text, char delimiter,
                        std::span<const ColumnSchema> columns, bool skip_first);

/// The same for a source, of which only the beginning is held in memory. `delimiter` 0: records
/// that are not delimited stay as they are. nullptr when the source has nothing but blanks at its
/// beginning and ends there.
std::unique_ptr<ByteSource> with_header(std::unique_ptr<ByteSource> source, char delimiter,
                                        std::span<const ColumnSchema> columns, bool skip_first);

/// A whole file, unpacked. Throws QueryError `ING0001` or `ING0002`.
std::string read_whole(const std::string& path);

}  // namespace vedette
