#include "runtime/table/memory_extent.h"

#include "runtime/base/error.h"
#include "runtime/table/extent_file.h"
#include "runtime/table/segment_encoder.h"

namespace vedette {

std::shared_ptr<const Extent> make_memory_extent(const TableSchema& schema,
                                                 std::span<const ColumnBuilder> columns,
                                                 uint32_t rows) {
  using namespace storage;
  check(rows > 0 && rows <= block_rows && columns.size() == schema.columns.size(),
        "an extent in memory is one block of all columns");
  // A few rows are not worth a dictionary.
  const EncodingChoice choice =
      rows <= page_rows / 4 ? EncodingChoice::Plain : EncodingChoice::Measured;
  std::vector<EncodedSegment> segments;
  for (size_t i = 0; i < columns.size(); ++i) {
    SegmentEncoder encoder(schema.columns[i], choice, false);
    encoder.add_block(columns[i].vector(), rows);
    segments.push_back(encoder.finish());
  }
  // Every extent ends with a column of ingestion times.
  SegmentEncoder ingestion({std::string(ingestion_time_name), Type::Datetime},
                           EncodingChoice::Measured, false);
  ingestion.add_nulls(rows);
  segments.push_back(ingestion.finish());
  const EncodedExtent encoded(0, schema.name, rows, std::move(segments));
  const ExtentEntry entry{.id = 0, .rows = rows, .bytes = encoded.size()};
  return std::make_shared<Extent>(std::make_unique<ExtentFile>(entry, encoded, schema.name));
}

}  // namespace vedette
