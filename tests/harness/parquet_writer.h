// Writes Parquet files byte by byte as a test wants them: old encodings, odd schemas, damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// A field of the schema. Numbers are those of the format; -1: not there.
struct ParquetField {
  std::string name;
  int physical =
      -1;  // of leaves: 0 BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, 7 FIXED
  int repetition = 0;  // 0 required, 1 optional, 2 repeated
  int children = 0;
  int converted = -1;
  int length = 0;
  int scale = -1;
  int logical = -1;  // the member of the union
  int unit = 0;      // of logical times: 1 milliseconds, 2 microseconds, 3 nanoseconds
};

struct ParquetPage {
  int kind = 0;  // 0 data, 2 dictionary, 3 data of version 2
  int values = 0;
  int encoding = 0;
  std::string body = {};        // as it lies in the file
  int bytes = -1;               // unpacked; -1: as many as the body has
  int definition_encoding = 3;  // of version 1
  int repetition_encoding = 3;  // of version 1
  int definition_bytes = 0;     // of version 2
  int repetition_bytes = 0;     // of version 2
  bool packed = true;           // of version 2
  std::optional<uint32_t> checksum = {};
};

struct ParquetColumn {
  int physical = 1;
  int values = 0;
  std::vector<ParquetPage> pages = {};
  int codec = 0;
};

struct ParquetGroup {
  int rows = 0;
  std::vector<ParquetColumn> columns = {};
};

/// A file. The first field is the root, whose children are the columns.
std::string parquet_file(const std::vector<ParquetField>& fields,
                         const std::vector<ParquetGroup>& groups);

/// A number in so many bytes, the low ones first.
std::string little_endian(uint64_t value, int bytes);
/// A number in groups of seven bits.
std::string varint(uint64_t value);
/// Texts with their lengths before them.
std::string plain_texts(const std::vector<std::string>& texts);
/// Each value as a run of its own, in `width` bits.
std::string runs_of(const std::vector<uint32_t>& values, int width);
/// `runs_of` with the number of its bytes before it, as levels are in pages of version 1.
std::string levels_of(const std::vector<uint32_t>& values, int width);
/// One value so many times.
std::string run_of(uint32_t value, uint64_t times, int width);

}  // namespace vedette
