#include <algorithm>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/table/extent.h"
#include "runtime/table/held_rows.h"
#include "runtime/table/segment_reader.h"

namespace vedette {

struct ExtentReader::Scratch {
  explicit Scratch(size_t columns) : readers(columns) {}

  std::vector<std::optional<storage::SegmentReader>> readers;  // the ingestion time is the last
  ReadCounters counters;
};

ExtentReader::ExtentReader(std::shared_ptr<const Extent> extent, const TableSchema& schema)
    : extent_(std::move(extent)),
      schema_(&schema),
      scratch_(
          std::make_unique<Scratch>(extent_->held_ != nullptr ? 0 : schema.columns.size() + 1)) {}
ExtentReader::~ExtentReader() = default;
ExtentReader::ExtentReader(ExtentReader&&) noexcept = default;

const ReadCounters& ExtentReader::counters() const {
  return scratch_->counters;
}

storage::SegmentReader* ExtentReader::reader_of(uint32_t column) {
  auto& readers = scratch_->readers;
  auto& reader = column == ingestion_time_column ? readers.back() : readers[column];
  if (!reader) {
    const storage::Segment* segment = extent_->file_->segment(column);
    if (segment == nullptr) return nullptr;
    reader.emplace(*extent_->file_, *segment, extent_->rows(), scratch_->counters);
  }
  return &*reader;
}

Vector ExtentReader::read(uint32_t column, uint32_t first_row, uint32_t rows, Arena& arena) {
  check(rows > 0 && rows <= static_cast<uint32_t>(batch_rows) && first_row < extent_->rows() &&
            rows <= extent_->rows() - first_row,
        "a read stays within an extent and a batch");
  if (extent_->held_ != nullptr) {
    if (column == ingestion_time_column) return null_vector(Type::Datetime);
    return slice(extent_->held_->column(column), extent_->held_first_ + first_row, rows, arena);
  }
  storage::SegmentReader* reader = reader_of(column);
  if (reader == nullptr) return null_vector(schema_->columns[column].type);
  return reader->read(first_row, rows, arena);
}

Vector ExtentReader::read_rows(uint32_t column, std::span<const uint32_t> rows, Arena& arena) {
  check(!rows.empty() && *std::max_element(rows.begin(), rows.end()) < extent_->rows(),
        "a read stays within an extent");
  if (extent_->held_ != nullptr) {
    if (column == ingestion_time_column) return null_vector(Type::Datetime);
    const auto places = arena.array<uint16_t>(rows.size());
    std::ranges::copy(rows, places.begin());
    return gather(
        slice(extent_->held_->column(column), extent_->held_first_, extent_->held_rows_, arena),
        {places.data(), static_cast<uint32_t>(rows.size())}, arena);
  }
  storage::SegmentReader* reader = reader_of(column);
  if (reader == nullptr) return null_vector(schema_->columns[column].type);
  return reader->read_rows(rows, arena);
}

}  // namespace vedette
