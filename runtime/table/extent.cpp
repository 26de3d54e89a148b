#include "runtime/table/extent.h"

#include "runtime/base/error.h"
#include "runtime/table/extent_file.h"
#include "runtime/table/held_rows.h"

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
Extent::Extent(std::shared_ptr<const HeldRows> held, uint32_t first, uint32_t rows)
    : held_(std::move(held)), held_first_(first), held_rows_(rows) {
  check(rows > 0 && rows <= block_rows && first + rows <= held_->rows(),
        "an extent of held rows is at most a block of them");
}
Extent::~Extent() = default;

uint64_t Extent::id() const {
  if (held_ != nullptr) return 0;
  return file_->entry().id;
}

uint32_t Extent::rows() const {
  if (held_ != nullptr) return held_rows_;
  return file_->entry().rows;
}

uint64_t Extent::stored_bytes() const {
  if (held_ != nullptr) return 0;
  return file_->entry().bytes;
}

Encoding Extent::encoding(uint32_t column) const {
  if (held_ != nullptr) return Encoding::Plain;
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? Encoding::Absent : segment->encoding;
}

uint64_t Extent::stored_bytes(uint32_t column) const {
  if (held_ != nullptr) return 0;
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? 0 : segment->stored_bytes();
}

ZoneMap Extent::zone(uint32_t column) const {
  if (held_ != nullptr) return {.rows = held_rows_};
  const storage::Segment* segment = file_->segment(column);
  return segment == nullptr ? ZoneMap{.rows = rows(), .nulls = rows()} : segment->zone;
}

ZoneMap Extent::block_zone(uint32_t column, uint32_t block) const {
  if (held_ != nullptr) return {.rows = held_rows_};
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
  if (held_ != nullptr) return nullptr;
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
