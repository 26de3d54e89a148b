#include "runtime/table/extent.h"

#include "runtime/table/extent_file.h"

namespace vedette {

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::Absent:
      return "absent";
    case Encoding::Constant:
      return "constant";
    case Encoding::Plain:
      return "plain";
    case Encoding::Bits:
      return "bits";
    case Encoding::Packed:
      return "packed";
    case Encoding::Dictionary:
      return "dictionary";
    case Encoding::Text:
      return "text";
  }
  return "unknown";
}

Extent::Extent(std::unique_ptr<ExtentFile> file) : file_(std::move(file)) {}
Extent::~Extent() = default;

uint64_t Extent::id() const {
  return file_->entry().id;
}

uint32_t Extent::rows() const {
  return file_->entry().rows;
}

uint64_t Extent::stored_bytes() const {
  return file_->entry().bytes;
}

Encoding Extent::encoding(uint32_t column) const {
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? Encoding::Absent : segment->encoding;
}

uint64_t Extent::stored_bytes(uint32_t column) const {
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? 0 : segment->stored_bytes();
}

ZoneMap Extent::zone(uint32_t column) const {
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? ZoneMap{.rows = rows(), .nulls = rows()} : segment->zone;
}

ZoneMap Extent::block_zone(uint32_t column, uint32_t block) const {
  const storage::Segment* segment = file_->segment(column);
  const uint32_t size = storage::rows_of_piece(rows(), block_rows, block);
  if (segment == nullptr) return {.rows = size, .nulls = size};
  if (segment->encoding != Encoding::Constant) return segment->blocks[block].zone;
  ZoneMap zone = segment->zone;
  zone.nulls = zone.nulls == 0 ? 0 : size;
  zone.rows = size;
  return zone;
}

const Dictionary* Extent::dictionary(uint32_t column) const {
  const storage::Segment* segment = file_->segment(column);
  if (segment == nullptr || segment->encoding != Encoding::Dictionary) return nullptr;
  return file_->dictionary(*segment);
}

ReadCounters& ReadCounters::operator+=(const ReadCounters& other) {
  segments += other.segments;
  pages += other.pages;
  stored_bytes += other.stored_bytes;
  values += other.values;
  return *this;
}

}  // namespace vedette
