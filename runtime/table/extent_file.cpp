#include "runtime/table/extent_file.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/table/text_page.h"

namespace vedette {

using namespace storage;

namespace storage {

namespace {

constexpr char zeros[segment_alignment] = {};

template <typename T> std::string_view bytes_of_struct(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

}  // namespace

EncodedExtent::EncodedExtent(uint64_t id, std::string table, uint32_t rows,
                             std::vector<EncodedSegment> segments)
    : description_{.id = id, .table = std::move(table), .rows = rows},
      segments_(std::move(segments)) {
  header_.id = id;
  add_piece(bytes_of_struct(header_));
  for (EncodedSegment& encoded : segments_) {
    for (size_t at = 0; at < encoded.entries.size(); ++at) {
      place(encoded.segment.sections[at].place, encoded.entries[at]);
    }
    for (size_t at = 0; at < encoded.blocks.size(); ++at) {
      place(encoded.segment.blocks[at].place, encoded.blocks[at]);
    }
    description_.segments.push_back(encoded.segment);
  }
  description_bytes_ = description_.to_bytes();
  trailer_.description = {.offset = size_,
                          .size = description_bytes_.size(),
                          .checksum = hash_bytes(description_bytes_)};
  add_piece(description_bytes_);
  add_piece(bytes_of_struct(trailer_));
}

void EncodedExtent::add_piece(std::string_view bytes) {
  pieces_.push_back(bytes);
  size_ += bytes.size();
}

void EncodedExtent::place(Place& place, const std::vector<char>& bytes) {
  add_piece({zeros, align(size_) - size_});
  place.offset = size_;
  add_piece({bytes.data(), bytes.size()});
}

std::string extent_file_name(uint64_t id) {
  return fmt::format("{:016x}.extent", id);
}

}  // namespace storage

ExtentFile::ExtentFile(const ExtentEntry& entry, std::string directory, std::string table)
    : entry_(entry),
      table_(std::move(table)),
      path_(std::move(directory) + "/" + extent_file_name(entry.id)) {
  try {
    MappedBytes bytes = MappedBytes::map(path_);
    if (bytes.bytes().size() == entry_.bytes) {
      bytes_.emplace(std::move(bytes));
    } else {
      unusable_ = fmt::format("it has {} bytes instead of {}", bytes.bytes().size(), entry_.bytes);
    }
  } catch (const QueryError& error) {
    unusable_ = error.message;
  }
}

ExtentFile::ExtentFile(const ExtentEntry& entry, const EncodedExtent& extent, std::string table)
    : entry_(entry), table_(std::move(table)), path_("(memory)") {
  bytes_.emplace(MappedBytes::copy(extent.pieces()));
}

void ExtentFile::damaged(const Segment* segment, std::string_view what) const {
  const std::string column =
      segment == nullptr ? "" : fmt::format(", column '{}'", segment->column.name);
  throw QueryError(
      ErrorKind::Runtime, "KQL0605",
      fmt::format("damaged file '{}' (table '{}'{}): {}", path_, table_, column, what));
}

const ExtentDescription& ExtentFile::description() const {
  if (!loaded_.load(std::memory_order_acquire)) load_description();
  return description_;
}

void ExtentFile::load_description() const {
  const std::lock_guard lock(loading_);
  if (loaded_.load(std::memory_order_relaxed)) return;
  if (!bytes_) damaged(nullptr, unusable_);
  const std::string_view bytes = bytes_->bytes();
  ExtentHeader header;
  ExtentTrailer trailer;
  if (bytes.size() < sizeof(header) + sizeof(trailer)) damaged(nullptr, "it is too short");
  std::memcpy(&header, bytes.data(), sizeof(header));
  std::memcpy(&trailer, bytes.data() + bytes.size() - sizeof(trailer), sizeof(trailer));
  if (header.magic != ExtentHeader::header_magic || header.id != entry_.id) {
    damaged(nullptr, "its first bytes are not those of this extent");
  }
  if (trailer.magic != ExtentTrailer::trailer_magic) {
    damaged(nullptr, "its last bytes are not those of an extent");
  }
  const Place& place = trailer.description;
  if (place.offset > bytes.size() || place.size > bytes.size() - place.offset ||
      hash_bytes(bytes.substr(place.offset, place.size)) != place.checksum) {
    damaged(nullptr, "the description of its segments has the wrong checksum");
  }
  auto found = ExtentDescription::from_bytes(bytes.substr(place.offset, place.size), bytes.size());
  if (!found || found->id != entry_.id || found->rows != entry_.rows) {
    damaged(nullptr, "the description of its segments makes no sense");
  }
  description_ = std::move(*found);
  if (entry_.ingested) {
    description_.segments.back() = ingestion_segment({*entry_.ingested}, entry_.rows);
  }
  progress_ = std::make_unique<Progress[]>(description_.segments.size());
  loaded_.store(true, std::memory_order_release);
}

const Segment* ExtentFile::segment(uint32_t column) const {
  const auto& segments = description().segments;
  if (column == ingestion_time_column) return &segments.back();
  return column + 1 < segments.size() ? &segments[column] : nullptr;
}

ExtentFile::Progress& ExtentFile::progress_of(const Segment& segment) const {
  return progress_[&segment - description_.segments.data()];
}

std::string_view ExtentFile::checked(const Segment& segment, const Place& place,
                                     std::string_view what) const {
  const std::string_view bytes = bytes_->bytes().substr(place.offset, place.size);
  if (hash_bytes(bytes) != place.checksum) {
    damaged(&segment, fmt::format("{} has the wrong checksum", what));
  }
  return bytes;
}

std::string_view ExtentFile::block(const Segment& segment, uint32_t block) const {
  auto& checked_blocks = progress_of(segment).checked_blocks;
  const uint32_t bit = uint32_t{1} << block;
  const Place& place = segment.blocks[block].place;
  if ((checked_blocks.load(std::memory_order_acquire) & bit) == 0) {
    checked(segment, place, fmt::format("block {}", block));
    checked_blocks.fetch_or(bit, std::memory_order_release);
  }
  return bytes_->bytes().substr(place.offset, place.size);
}

const Dictionary* ExtentFile::dictionary(const Segment& segment) const {
  Progress& progress = progress_of(segment);
  const Dictionary* known = progress.dictionary.load(std::memory_order_acquire);
  if (known != nullptr) return known;
  const std::lock_guard lock(progress.loading);
  known = progress.dictionary.load(std::memory_order_relaxed);
  if (known != nullptr) return known;
  progress.loaded = load_dictionary(segment);
  progress.dictionary.store(&progress.loaded, std::memory_order_release);
  return &progress.loaded;
}

Dictionary ExtentFile::load_dictionary(const Segment& segment) const {
  const std::string_view bytes =
      checked(segment, *segment.section(SectionKind::DictionaryEntries), "the dictionary");
  const uint32_t size = segment.dictionary_size;
  const auto memory = std::make_shared<Arena>(1 << 20);
  Dictionary dictionary{.size = size,
                        .entries = {.type = segment.column.type},
                        .id = Dictionary::next_id(),
                        .memory = memory};
  if (layout_of(segment.column.type) != Layout::Text) {
    if (bytes.size() < size_t{size} * bytes_of(layout_of(segment.column.type))) {
      damaged(&segment, "the dictionary is too short");
    }
    dictionary.entries.values = bytes.data();
  } else {
    const auto texts = memory->array<Text>(size);
    const uint32_t pages = pages_of(size);
    const uint64_t data = align(pages * sizeof(TextPage));
    if (data > bytes.size()) damaged(&segment, "the dictionary is too short");
    for (uint32_t at = 0; at < pages; ++at) {
      const auto& page = reinterpret_cast<const TextPage*>(bytes.data())[at];
      const uint32_t count = rows_of_piece(size, page_rows, at);
      if (page.offset > bytes.size() ||
          stored_bytes(page, count) > bytes.size() - data - page.offset) {
        damaged(&segment, "the dictionary is too short");
      }
      const char* from = bytes.data() + data + page.offset;
      const char* content = decode_bytes(page, from, count, *memory);
      if (content == nullptr ||
          !decode_texts(page, from, content, count, texts.data() + at * page_rows)) {
        damaged(&segment, "the dictionary cannot be decompressed");
      }
    }
    dictionary.entries.values = texts.data();
  }
  if (segment.null_code < size) {
    const auto valid = memory->array<uint64_t>(words_for(size));
    std::memset(valid.data(), 0xff, valid.size_bytes());
    clear_bit(valid.data(), segment.null_code);
    dictionary.entries.validity = valid.data();
  }
  return dictionary;
}

}  // namespace vedette
