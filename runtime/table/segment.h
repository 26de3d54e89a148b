// What an extent file says about itself: its columns, where their blocks lie, checksums, zone maps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/table/extent.h"
#include "runtime/table/schema.h"
#include "runtime/table/zone_map.h"

namespace vedette::storage {

/// Some bytes of the file and their checksum (XXH3).
struct Place {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;
};

/// What a segment may have beside its blocks. Readers skip kinds they do not know.
enum class SectionKind : uint16_t { DictionaryEntries = 1, TermIndex = 2 };  // the latter: reserved

struct Section {
  SectionKind kind;
  Place place;
};

struct Block {
  Place place;
  ZoneMap zone;
};

/// One column of an extent.
struct Segment {
  ColumnSchema column;
  Encoding encoding = Encoding::Absent;
  ZoneMap zone;
  std::string constant;          // Constant: the value as it lies in a vector, or the text's bytes
  uint32_t dictionary_size = 0;  // Dictionary: entries, the null one included
  uint32_t null_code = ~uint32_t{0};
  std::vector<Section> sections;
  std::vector<Block> blocks;  // none when Constant

  const Place* section(SectionKind kind) const;
  uint64_t stored_bytes() const;
};

/// The segment of ingestion times of rows that all have the same one.
Segment ingestion_segment(Datetime time, uint32_t rows);

struct ExtentDescription {
  uint64_t id = 0;
  std::string table;  // for messages and repair; the manifest decides
  uint32_t rows = 0;
  std::vector<Segment> segments;  // the table's columns in order, then the ingestion time

  std::string to_bytes() const;
  /// Nothing when the bytes do not make sense. `file_size` bounds what they may point to.
  static std::optional<ExtentDescription> from_bytes(std::string_view bytes, uint64_t file_size);
};

// The frame of an extent file: 16 bytes in front, 32 at the end.

struct ExtentHeader {
  uint64_t magic = header_magic;
  uint64_t id = 0;
  static constexpr uint64_t header_magic = 0x3130545845444556;  // "VEDEXT01"
};
static_assert(sizeof(ExtentHeader) == 16);

struct ExtentTrailer {
  Place description;
  uint64_t magic = trailer_magic;
  static constexpr uint64_t trailer_magic = 0x444e455458444556;  // "VEDXTEND"
};
static_assert(sizeof(ExtentTrailer) == 32);

constexpr uint64_t segment_alignment = 64;

constexpr uint64_t align(uint64_t offset) {
  return (offset + segment_alignment - 1) / segment_alignment * segment_alignment;
}

/// Where the codes of a page are; 8 bytes in front of the pages of a block.
struct CodePage {
  uint32_t offset = 0;  // from the first page of the block
  uint8_t width = 0;
  uint8_t reserved[3] = {};
};
static_assert(sizeof(CodePage) == 8);

constexpr uint32_t pages_of(uint32_t rows) {
  return (rows + page_rows - 1) / page_rows;
}
/// Rows of the `at`-th piece of `piece` rows.
constexpr uint32_t rows_of_piece(uint32_t rows, uint32_t piece, uint32_t at) {
  const uint32_t rest = rows - piece * at;
  return rest < piece ? rest : piece;
}
/// Bytes of the validity in front of the values of a block that has nulls.
constexpr uint64_t validity_bytes(uint32_t rows) {
  return align(words_for(rows) * 8);
}

}  // namespace vedette::storage
