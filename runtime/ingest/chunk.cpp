#include "runtime/ingest/chunk.h"

#include <cstring>

namespace vedette {

void TextBuffer::reserve(size_t capacity, size_t kept) {
  if (capacity <= capacity_) return;
  std::unique_ptr<char[]> bytes(new char[capacity]);
  if (kept > 0) std::memcpy(bytes.get(), bytes_.get(), kept);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void CellColumn::start() {
  used_ = true;
  validity_.assign(words_for(rows_), 0);
  values_.assign(static_cast<size_t>(rows_) * bytes_of(layout_of(type_)), 0);
}

void CellColumn::take_back(uint32_t row) {
  if (last_row_ != row) return;
  last_row_ = no_row;
  if (!used_) return;
  clear_bit(validity_.data(), row);
  const size_t width = bytes_of(layout_of(type_));
  std::memset(values_.data() + row * width, 0, width);
}

Vector CellColumn::vector(uint32_t first) const {
  if (!used_) return null_vector(type_);
  return {.type = type_,
          .values = values_.data() + static_cast<size_t>(first) * bytes_of(layout_of(type_)),
          .validity = type_ == Type::String ? nullptr : validity_.data() + first / 64};
}

void ParsedChunk::reset(std::shared_ptr<const Mapping> new_mapping, uint32_t records) {
  mapping = std::move(new_mapping);
  rows = 0;
  const auto& wanted = mapping->columns();
  // Types of columns never change, so that columns of an older mapping keep their memory.
  if (columns.size() > wanted.size()) columns.clear();
  for (size_t at = columns.size(); at < wanted.size(); ++at) columns.emplace_back(wanted[at].type);
  for (CellColumn& column : columns) column.reset(records);
  texts.clear();
  refused.clear();
  misfits.clear();
  new_fields.clear();
  repaired_records = 0;
  repeated_fields = 0;
  left_out.clear();
  doubts.clear();
}

}  // namespace vedette
