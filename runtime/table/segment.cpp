#include "runtime/table/segment.h"

#include "runtime/table/byte_stream.h"

namespace vedette::storage {
namespace {

constexpr uint32_t format_version = 1;

void put(ByteWriter& writer, const Place& place) {
  writer.put(place.offset);
  writer.put(place.size);
  writer.put(place.checksum);
}

void put(ByteWriter& writer, const ZoneMap& zone) {
  writer.put(zone.rows);
  writer.put(zone.nulls);
  writer.put(static_cast<uint8_t>(zone.bounded));
  writer.put(zone.min);
  writer.put(zone.max);
}

Place get_place(ByteReader& reader) {
  Place place;
  place.offset = reader.get<uint64_t>();
  place.size = reader.get<uint64_t>();
  place.checksum = reader.get<uint64_t>();
  return place;
}

ZoneMap get_zone(ByteReader& reader) {
  ZoneMap zone;
  zone.rows = reader.get<uint32_t>();
  zone.nulls = reader.get<uint32_t>();
  zone.bounded = reader.get<uint8_t>() != 0;
  zone.min = reader.get<uint64_t>();
  zone.max = reader.get<uint64_t>();
  return zone;
}

Segment get_segment(ByteReader& reader) {
  Segment segment;
  segment.column.name = reader.get_text();
  segment.column.type = static_cast<Type>(reader.get<uint8_t>());
  segment.encoding = static_cast<Encoding>(reader.get<uint8_t>());
  segment.zone = get_zone(reader);
  segment.constant = reader.get_text();
  segment.dictionary_size = reader.get<uint32_t>();
  segment.null_code = reader.get<uint32_t>();
  const uint32_t sections = reader.get<uint32_t>();
  for (uint32_t at = 0; at < sections && reader.ok(); ++at) {
    const auto kind = static_cast<SectionKind>(reader.get<uint16_t>());
    segment.sections.push_back({kind, get_place(reader)});
  }
  const uint32_t blocks = reader.get<uint32_t>();
  for (uint32_t at = 0; at < blocks && reader.ok(); ++at) {
    const Place place = get_place(reader);
    segment.blocks.push_back({place, get_zone(reader)});
  }
  return segment;
}

bool inside(const Place& place, uint64_t file_size) {
  return place.offset % segment_alignment == 0 && place.offset <= file_size &&
         place.size <= file_size - place.offset;
}

bool makes_sense(const Segment& segment, uint32_t rows, uint64_t file_size) {
  if (static_cast<int>(segment.column.type) >= type_count) return false;
  if (segment.encoding == Encoding::Absent || segment.encoding > Encoding::Text) return false;
  if (segment.zone.rows != rows) return false;
  for (const Section& section : segment.sections) {
    if (!inside(section.place, file_size)) return false;
  }
  if (segment.encoding == Encoding::Constant) return segment.blocks.empty();
  if (segment.blocks.size() != (rows + block_rows - 1) / block_rows) return false;
  for (size_t at = 0; at < segment.blocks.size(); ++at) {
    const Block& block = segment.blocks[at];
    if (!inside(block.place, file_size)) return false;
    if (block.zone.rows != rows_of_piece(rows, block_rows, static_cast<uint32_t>(at))) return false;
  }
  return segment.encoding != Encoding::Dictionary ||
         segment.section(SectionKind::DictionaryEntries) != nullptr;
}

}  // namespace

const Place* Segment::section(SectionKind kind) const {
  for (const Section& section : sections) {
    if (section.kind == kind) return &section.place;
  }
  return nullptr;
}

uint64_t Segment::stored_bytes() const {
  uint64_t bytes = constant.size();
  for (const Section& section : sections) bytes += section.place.size;
  for (const Block& block : blocks) bytes += block.place.size;
  return bytes;
}

Segment ingestion_segment(Datetime time, uint32_t rows) {
  const uint64_t key = zone_key_of_word(time.ticks);
  Segment segment;
  segment.column = {std::string(ingestion_time_name), Type::Datetime};
  segment.encoding = Encoding::Constant;
  segment.zone = {.rows = rows, .nulls = 0, .bounded = true, .min = key, .max = key};
  segment.constant.assign(reinterpret_cast<const char*>(&time.ticks), sizeof(time.ticks));
  return segment;
}

std::string ExtentDescription::to_bytes() const {
  ByteWriter writer;
  writer.put(format_version);
  writer.put(id);
  writer.put_text(table);
  writer.put(rows);
  writer.put(block_rows);
  writer.put(page_rows);
  writer.put(static_cast<uint32_t>(segments.size()));
  for (const Segment& segment : segments) {
    writer.put_text(segment.column.name);
    writer.put(static_cast<uint8_t>(segment.column.type));
    writer.put(static_cast<uint8_t>(segment.encoding));
    put(writer, segment.zone);
    writer.put_text(segment.constant);
    writer.put(segment.dictionary_size);
    writer.put(segment.null_code);
    writer.put(static_cast<uint32_t>(segment.sections.size()));
    for (const Section& section : segment.sections) {
      writer.put(static_cast<uint16_t>(section.kind));
      put(writer, section.place);
    }
    writer.put(static_cast<uint32_t>(segment.blocks.size()));
    for (const Block& block : segment.blocks) {
      put(writer, block.place);
      put(writer, block.zone);
    }
  }
  return writer.bytes();
}

std::optional<ExtentDescription> ExtentDescription::from_bytes(std::string_view bytes,
                                                               uint64_t file_size) {
  ByteReader reader(bytes);
  if (reader.get<uint32_t>() != format_version) return std::nullopt;
  ExtentDescription extent;
  extent.id = reader.get<uint64_t>();
  extent.table = reader.get_text();
  extent.rows = reader.get<uint32_t>();
  if (reader.get<uint32_t>() != block_rows || reader.get<uint32_t>() != page_rows) {
    return std::nullopt;
  }
  const uint32_t segments = reader.get<uint32_t>();
  for (uint32_t at = 0; at < segments && reader.ok(); ++at) {
    extent.segments.push_back(get_segment(reader));
    if (!makes_sense(extent.segments.back(), extent.rows, file_size)) return std::nullopt;
  }
  if (!reader.ok() || !reader.at_end() || segments == 0 || extent.rows > extent_rows) {
    return std::nullopt;
  }
  return extent;
}

}  // namespace vedette::storage
