// What the footer of a Parquet file and the headers of its pages say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/ingest/parquet/compact.h"

namespace vedette::parquet {

enum class Physical : uint8_t {
  Boolean,
  Int32,
  Int64,
  Int96,
  Float,
  Double,
  ByteArray,
  FixedLengthByteArray,
};

enum class Repetition : uint8_t { Required, Optional, Repeated };

/// What a field means; `None` is only its physical type.
enum class Annotation : uint8_t {
  None,
  String,
  Map,
  List,
  Enum,
  Decimal,
  Date,
  Time,
  Timestamp,
  Integer,
  Null,
  Json,
  Bson,
  Uuid,
  Float16,
  Interval,
  Other,
};

enum class TimeUnit : uint8_t { Milliseconds, Microseconds, Nanoseconds };

/// A field of the schema, in the flat order of the file: a group, then its children.
struct SchemaElement {
  std::optional<Physical> physical;  // of leaves
  int32_t length = 0;                // of FixedLengthByteArray
  Repetition repetition = Repetition::Required;
  std::string name;
  int32_t children = 0;
  Annotation annotation = Annotation::None;
  int32_t scale = 0;      // of Decimal
  int32_t precision = 0;  // of Decimal
  TimeUnit unit = TimeUnit::Milliseconds;
  int32_t bits = 0;  // of Integer
  bool is_signed = true;
};

enum class Codec : uint8_t {
  Uncompressed,
  Snappy,
  Gzip,
  Lzo,
  Brotli,
  HadoopLz4,
  Zstandard,
  RawLz4,
};

/// The values of one leaf in one row group.
struct ColumnChunk {
  Physical physical = Physical::Boolean;
  Codec codec = Codec::Uncompressed;
  int64_t values = 0;
  int64_t packed_bytes = 0;
  int64_t data_offset = 0;
  std::optional<int64_t> dictionary_offset;
};

struct RowGroup {
  int64_t rows = 0;
  std::vector<ColumnChunk> columns;
};

struct FileMetadata {
  std::vector<SchemaElement> schema;
  int64_t rows = 0;
  std::vector<RowGroup> row_groups;
};

/// Reads what the footer holds. Throws Problem.
FileMetadata read_file_metadata(std::string_view footer);

enum class Encoding : uint8_t {
  Plain = 0,
  PlainDictionary = 2,
  Rle = 3,
  BitPacked = 4,
  DeltaBinaryPacked = 5,
  DeltaLengthByteArray = 6,
  DeltaByteArray = 7,
  RleDictionary = 8,
  ByteStreamSplit = 9,
};

enum class PageKind : uint8_t { Data, Index, Dictionary, DataV2 };

struct PageHeader {
  PageKind kind = PageKind::Data;
  uint32_t bytes = 0;         // of the page, unpacked
  uint32_t packed_bytes = 0;  // as it lies in the file
  std::optional<uint32_t> checksum;
  uint32_t values = 0;  // nulls count
  Encoding encoding = Encoding::Plain;
  Encoding definition_encoding = Encoding::Rle;
  Encoding repetition_encoding = Encoding::Rle;
  uint32_t definition_bytes = 0;  // of DataV2
  uint32_t repetition_bytes = 0;  // of DataV2
  bool packed = true;             // of DataV2
};

/// Takes the header of a page off `bytes`. Throws Problem.
PageHeader read_page_header(std::string_view& bytes);

}  // namespace vedette::parquet
