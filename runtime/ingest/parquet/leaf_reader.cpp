#include "runtime/ingest/parquet/leaf_reader.h"

#include <zlib.h>

#include <bit>

#include "runtime/base/format.h"

namespace vedette::parquet {

namespace {

constexpr size_t look_ahead_entries = 4096;
constexpr size_t most_entries = 1 << 25;  // of a few rows
constexpr uint64_t magic_bytes = 4;
constexpr uint64_t tail_bytes = 8;
constexpr uint64_t uncounted_bytes = 128;

uint32_t width_of_levels(uint16_t most) {
  return static_cast<uint32_t>(std::bit_width(most));
}

/// Levels in the older encoding, whose bits go from high to low, in the newer one.
std::string from_high_bits(std::string_view bytes, uint32_t width, uint32_t entries) {
  std::string out;
  for (uint64_t header = (uint64_t{entries} + 7) / 8 << 1 | 1; header > 0; header >>= 7) {
    out += static_cast<char>((header & 0x7f) | (header > 0x7f ? 0x80 : 0));
  }
  const size_t first = out.size();
  out.resize(first + (uint64_t{entries} + 7) / 8 * width);
  for (uint64_t entry = 0; entry < entries; ++entry) {
    for (uint32_t bit = 0; bit < width; ++bit) {
      const uint64_t from = entry * width + bit;
      const bool on = static_cast<uint8_t>(bytes[from / 8]) >> (7 - from % 8) & 1;
      const uint64_t to = entry * width + (width - 1 - bit);
      if (on) out[first + to / 8] = static_cast<char>(out[first + to / 8] | 1 << (to % 8));
    }
  }
  return out;
}

}  // namespace

LeafReader::LeafReader(const Leaf& leaf, const ColumnChunk& column, const File& file)
    : leaf_(leaf), column_(column) {
  if (column.physical != leaf.physical) damaged("its type is not that of the schema");
  if (column.values < 0) damaged("its number of values is negative");
  entries_left_ = static_cast<uint64_t>(column.values);
  int64_t start = column.data_offset;
  if (column.dictionary_offset && *column.dictionary_offset > 0) {
    start = std::min(start, *column.dictionary_offset);
  }
  const auto first = static_cast<uint64_t>(start);
  const auto size = static_cast<uint64_t>(column.packed_bytes);
  const uint64_t end = file.size - tail_bytes;
  if (start < 0 || column.packed_bytes < 0 || first < magic_bytes || first > end ||
      size > end - first) {
    damaged("it lies outside of the file");
  }
  // Writers of old forgot to count the header of the dictionary.
  chunk_ = make_buffer(std::min(size + uncounted_bytes, end - first));
  file.read(first, chunk_.bytes.get(), chunk_.size);
  rest_ = chunk_.view();
}

void LeafReader::read(size_t rows, LeafSlice& out) {
  page_noted_ = false;
  if (leaf_.repetition == 0) {
    read_flat(rows, out);
  } else {
    read_nested(rows, out);
  }
  out.bytes += out.values.bytes() + out.made.reserved() +
               sizeof(uint16_t) * (out.definitions.size() + out.repetitions.size());
}

void LeafReader::finish() const {
  if (entries_left_ > 0 || page_left_ > 0 || ahead_at_ < ahead_definitions_.size()) {
    damaged("it has more values than its row group has rows");
  }
}

std::string_view LeafReader::page_bytes(const PageHeader& page) {
  if (page.packed_bytes > rest_.size()) damaged("a page ends too early");
  const std::string_view bytes = rest_.substr(0, page.packed_bytes);
  rest_.remove_prefix(page.packed_bytes);
  if (page.checksum &&
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != *page.checksum) {
    damaged("the checksum of a page is wrong");
  }
  return bytes;
}

/// The packed bytes as they are in memory, or what they unpack to.
Buffer LeafReader::unpacked(const PageHeader& page, std::string_view packed, size_t size) {
  if (column_.codec == Codec::Uncompressed || !page.packed) {
    if (packed.size() != size) damaged("a page has not the size it should have");
    return {std::shared_ptr<char[]>(chunk_.bytes, const_cast<char*>(packed.data())), size};
  }
  return unpack(column_.codec, packed, size);
}

void LeafReader::load_page(LeafSlice& out) {
  if (entries_left_ == 0) damaged("it has fewer values than its row group has rows");
  if (rest_.empty()) damaged("pages are missing");
  const PageHeader page = read_page_header(rest_);
  const std::string_view packed = page_bytes(page);
  if (page.kind == PageKind::Dictionary) {
    load_dictionary(page, packed);
  } else if (page.kind != PageKind::Index) {
    begin_data(page, packed, out);
  }
}

void LeafReader::load_dictionary(const PageHeader& page, std::string_view packed) {
  if (page.encoding != Encoding::Plain && page.encoding != Encoding::PlainDictionary) {
    unsupported("a dictionary in this encoding is not read here");
  }
  const Buffer bytes = unpacked(page, packed, page.bytes);
  auto entries = std::make_shared<Values>();
  Arena made;  // plain values need none
  read_values(leaf_, Encoding::Plain, bytes.view(), nullptr)->read(page.values, *entries, made);
  values_.reset();
  dictionary_ = std::move(entries);
  dictionary_pages_.push_back(bytes);
}

RunReader LeafReader::levels(Cursor& bytes, Encoding encoding, uint16_t most, uint32_t entries,
                             std::string& kept) {
  const uint32_t width = width_of_levels(most);
  if (encoding == Encoding::BitPacked) {
    kept = from_high_bits(bytes.take((uint64_t{entries} * width + 7) / 8), width, entries);
    return RunReader(kept, width);
  }
  if (encoding != Encoding::Rle) unsupported("levels in this encoding are not read here");
  const auto size = bytes.fixed<uint32_t>();
  return RunReader(bytes.take(size), width);
}

void LeafReader::begin_data(const PageHeader& page, std::string_view packed, LeafSlice& out) {
  if (page.values > entries_left_) damaged("a page has more values than its column");
  entries_left_ -= page.values;
  page_left_ = page.values;
  page_noted_ = false;
  values_.reset();
  Cursor bytes;
  if (page.kind == PageKind::DataV2) {
    Cursor whole(packed);
    repetitions_ = RunReader(whole.take(page.repetition_bytes), width_of_levels(leaf_.repetition));
    definitions_ = RunReader(whole.take(page.definition_bytes), width_of_levels(leaf_.defined));
    const uint64_t levels = uint64_t{page.repetition_bytes} + page.definition_bytes;
    if (levels > page.bytes) damaged("a page has not the size it should have");
    page_ = unpacked(page, whole.rest(), page.bytes - levels);
    bytes = Cursor(page_.view());
  } else {
    page_ = unpacked(page, packed, page.bytes);
    bytes = Cursor(page_.view());
    if (leaf_.repetition > 0) {
      repetitions_ =
          levels(bytes, page.repetition_encoding, leaf_.repetition, page.values, kept_repetitions_);
    }
    if (leaf_.defined > 0) {
      definitions_ =
          levels(bytes, page.definition_encoding, leaf_.defined, page.values, kept_definitions_);
    }
  }
  values_ = read_values(leaf_, page.encoding, bytes.rest(), dictionary_.get());
  out.bytes += page_.size;
}

void LeafReader::note_page(LeafSlice& out) {
  const bool texts = leaf_.physical == Physical::ByteArray || leaf_.physical == Physical::Int96 ||
                     leaf_.physical == Physical::FixedLengthByteArray;
  if (!texts || page_noted_) return;
  page_noted_ = true;
  out.pages.push_back(page_);
  out.pages.insert(out.pages.end(), dictionary_pages_.begin(), dictionary_pages_.end());
}

void LeafReader::read_flat(size_t rows, LeafSlice& out) {
  while (rows > 0) {
    while (page_left_ == 0) load_page(out);
    const size_t count = std::min<size_t>(rows, page_left_);
    size_t values = count;
    if (leaf_.defined > 0) {
      const size_t before = out.definitions.size();
      out.definitions.resize(before + count);
      definitions_.read(out.definitions.data() + before, count);
      values = 0;
      for (size_t at = before; at < out.definitions.size(); ++at) {
        if (out.definitions[at] > leaf_.defined) damaged("a level is too high");
        values += out.definitions[at] == leaf_.defined;
      }
    }
    note_page(out);
    values_->read(values, out.values, out.made);
    page_left_ -= static_cast<uint32_t>(count);
    rows -= count;
  }
}

bool LeafReader::look_ahead(LeafSlice& out) {
  while (page_left_ == 0) {
    if (entries_left_ == 0) return false;
    load_page(out);
  }
  const size_t count = std::min<size_t>(page_left_, look_ahead_entries);
  ahead_definitions_.resize(count);
  ahead_repetitions_.resize(count);
  ahead_at_ = 0;
  definitions_.read(ahead_definitions_.data(), count);
  repetitions_.read(ahead_repetitions_.data(), count);
  page_left_ -= static_cast<uint32_t>(count);
  for (size_t at = 0; at < count; ++at) {
    if (ahead_definitions_[at] > leaf_.defined || ahead_repetitions_[at] > leaf_.repetition) {
      damaged("a level is too high");
    }
  }
  return true;
}

void LeafReader::read_nested(size_t rows, LeafSlice& out) {
  size_t begun = 0;
  bool next_row = false;
  while (!next_row) {
    if (ahead_at_ == ahead_definitions_.size() && !look_ahead(out)) break;
    const size_t first = ahead_at_;
    size_t values = 0;
    for (; ahead_at_ < ahead_definitions_.size(); ++ahead_at_) {
      if (ahead_repetitions_[ahead_at_] == 0) {
        next_row = begun == rows;
        if (next_row) break;
        ++begun;
      } else if (begun == 0) {
        damaged("it begins inside of a list");
      }
      values += ahead_definitions_[ahead_at_] == leaf_.defined;
    }
    const auto part = [&](const std::vector<uint16_t>& ahead, std::vector<uint16_t>& levels) {
      levels.insert(levels.end(), ahead.begin() + static_cast<ptrdiff_t>(first),
                    ahead.begin() + static_cast<ptrdiff_t>(ahead_at_));
    };
    part(ahead_definitions_, out.definitions);
    part(ahead_repetitions_, out.repetitions);
    if (out.definitions.size() > most_entries) {
      unsupported("its lists have too many items for a few rows");
    }
    note_page(out);
    if (values > 0) values_->read(values, out.values, out.made);
  }
  if (begun < rows) damaged("it has fewer values than its row group has rows");
}

}  // namespace vedette::parquet
