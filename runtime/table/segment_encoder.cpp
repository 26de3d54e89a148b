#include "runtime/table/segment_encoder.h"

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/column/column_builder.h"
#include "runtime/table/bit_packing.h"
#include "runtime/table/measure.h"
#include "runtime/table/word_page.h"

namespace vedette::storage {
namespace {

constexpr uint32_t dictionary_limit = 131'072;
constexpr size_t dictionary_bytes = 64 << 20;
constexpr uint32_t first_look = 16'384;  // rows after which a column of unique values is found out

Place place_of(const std::vector<char>& bytes) {
  return {.size = bytes.size(), .checksum = hash_bytes({bytes.data(), bytes.size()})};
}

void append_aligned(std::vector<char>& to, const void* bytes, size_t size) {
  const char* from = static_cast<const char*>(bytes);
  to.insert(to.end(), from, from + size);
  to.resize(align(to.size()));
}

/// Where blocks are put together, so that memory for them is touched for the first time only once.
std::vector<char>& empty_scratch() {
  thread_local std::vector<char> bytes;
  bytes.clear();
  return bytes;
}

/// Validity, when there are nulls, comes first.
void append_validity(std::vector<char>& block, const Vector& values, const ZoneMap& zone) {
  if (zone.nulls == 0) return;
  append_aligned(block, values.validity, words_for(zone.rows) * 8);
  if (zone.rows % 64 != 0) {  // bits after the last row are zero in the file
    uint64_t last;
    char* at = block.data() + zone.rows / 64 * 8;
    std::memcpy(&last, at, 8);
    last &= (uint64_t{1} << (zone.rows % 64)) - 1;
    std::memcpy(at, &last, 8);
  }
}

/// Appends headers of pages and then their data. `encode(first, count)` appends the data of some
/// rows to `block` and returns their header.
template <typename Page, typename Encode>
void append_pages(std::vector<char>& block, size_t rows, Encode&& encode) {
  const size_t headers = block.size();
  const size_t data = headers + align(pages_of(static_cast<uint32_t>(rows)) * sizeof(Page));
  block.resize(data);
  size_t at = headers;
  for (size_t first = 0; first < rows; first += page_rows, at += sizeof(Page)) {
    Page page = encode(first, std::min<size_t>(page_rows, rows - first));
    page.offset -= data;
    std::memcpy(&block[at], &page, sizeof(page));
  }
}

void append_words(std::vector<char>& block, const Vector& values, const ZoneMap& zone) {
  std::array<int64_t, page_rows> filled;
  const int64_t* words = values.as<int64_t>();
  int64_t last = 0;
  append_pages<WordPage>(block, zone.rows, [&](size_t first, size_t count) {
    const std::span<const int64_t> page(words + first, count);
    if (zone.nulls == 0) return encode_words(page, block);
    // Whatever lies in the rows of nulls must not widen the page: repeat what stands before.
    const auto null_at = [&](size_t at) {
      return is_null(values, static_cast<uint32_t>(first + at));
    };
    size_t valid = 0;
    while (valid < count && null_at(valid)) ++valid;
    if (valid < count) last = page[valid];
    for (size_t at = 0; at < count; ++at) {
      if (!null_at(at)) last = page[at];
      filled[at] = last;
    }
    return encode_words({filled.data(), count}, block);
  });
}

void append_texts(std::vector<char>& block, std::span<const Text> texts, Codec codec) {
  append_pages<TextPage>(block, texts.size(), [&](size_t first, size_t count) {
    return encode_texts(texts.subspan(first, count), codec, block);
  });
}

void append_codes(std::vector<char>& block, std::span<const uint32_t> codes) {
  std::array<uint64_t, page_rows> wide;
  append_pages<CodePage>(block, codes.size(), [&](size_t first, size_t count) {
    const auto page = codes.subspan(first, count);
    std::copy(page.begin(), page.end(), wide.begin());
    const int width = width_of(*std::max_element(page.begin(), page.end()));
    const size_t offset = block.size();
    block.resize(offset + packed_bytes(static_cast<uint32_t>(count), width));
    pack(wide.data(), static_cast<uint32_t>(count), width, block.data() + offset);
    return CodePage{.offset = static_cast<uint32_t>(offset), .width = static_cast<uint8_t>(width)};
  });
}

ColumnBuilder nulls_of(Type type, uint32_t rows) {
  ColumnBuilder nulls(type);
  for (uint32_t row = 0; row < rows; ++row) nulls.append_null();
  return nulls;
}

/// The first, middle and last page.
std::vector<Text> sample_of(std::span<const Text> texts) {
  if (texts.size() <= 3 * page_rows) return {texts.begin(), texts.end()};
  std::vector<Text> sample;
  for (const size_t first : {size_t{0}, texts.size() / 2, texts.size() - page_rows}) {
    const auto page = texts.subspan(first, page_rows);
    sample.insert(sample.end(), page.begin(), page.end());
  }
  return sample;
}

}  // namespace

SegmentEncoder::SegmentEncoder(ColumnSchema column, EncodingChoice choice, bool compress)
    : column_(std::move(column)), choice_(choice), compress_(compress) {
  const Layout layout = layout_of(column_.type);
  switch (choice_) {
    case EncodingChoice::Measured:
      collecting_ = layout == Layout::Text || layout == Layout::Guid;
      break;
    case EncodingChoice::Dictionary:
      collecting_ = layout != Layout::Double && layout != Layout::Decimal;
      break;
    case EncodingChoice::Plain:
      break;
  }
}

void SegmentEncoder::add_block(const Vector& values, uint32_t rows) {
  encode_leading_nulls();
  rows_ += rows;
  if (collecting_ && add_codes(values, rows)) return;
  zones_.push_back(measure_zone(values, rows));
  look_for_constant(values, rows);
  encode_block(values, rows);
}

void SegmentEncoder::add_nulls(uint32_t rows) {
  const bool empty_text = column_.type == Type::String;
  if (leading_nulls_ == zones_.size()) {
    ++leading_nulls_;
  } else if (collecting_) {
    codes_.resize(rows_ + rows, null_code());
  } else {
    return add_block(nulls_of(column_.type, rows).vector(), rows);
  }
  rows_ += rows;
  zones_.push_back({.rows = rows, .nulls = empty_text ? 0 : rows, .bounded = empty_text});
}

uint32_t SegmentEncoder::null_code() {
  return column_.type == Type::String ? dictionary_.code_of({}) : dictionary_.code_of_null();
}

void SegmentEncoder::encode_leading_nulls() {
  if (collecting_ && leading_nulls_ > 0) codes_.resize(rows_, null_code());
  for (; leading_nulls_ > 0; --leading_nulls_) {
    if (collecting_) continue;
    const uint32_t rows = zones_[blocks_.size()].rows;
    encode_block(nulls_of(column_.type, rows).vector(), rows);
  }
}

void SegmentEncoder::look_for_constant(const Vector& values, uint32_t rows) {
  if (!all_same_) return;
  const ZoneMap& zone = zones_.back();
  if (zone.nulls > 0) {
    all_same_ = zone.nulls == rows && (zones_.size() == 1 || zones_.front().nulls > 0);
    return;
  }
  if (zones_.size() == 1) first_value_ = bytes_of_row(values, 0);
  all_same_ = zones_.front().nulls == 0;
  for (uint32_t row = 0; row < rows && all_same_; ++row) {
    all_same_ = bytes_of_row(values, row) == first_value_;
  }
}

bool SegmentEncoder::add_codes(const Vector& values, uint32_t rows) {
  const uint32_t seen = rows_ - rows;
  const uint32_t block = static_cast<uint32_t>(zones_.size());
  const bool texts = layout_of(column_.type) == Layout::Text;
  std::vector<char> distinct;  // the values of the block, once each, as they lie in a vector
  uint32_t count = 0;
  uint32_t nulls = 0;
  codes_.resize(seen + rows);
  for (uint32_t row = 0; row < rows; ++row) {
    if (is_null(values, row)) {
      codes_[seen + row] = dictionary_.code_of_null();
      ++nulls;
    } else {
      const std::string_view bytes = bytes_of_row(values, row);
      const uint32_t code = codes_[seen + row] = dictionary_.code_of(bytes);
      if (code >= last_block_.size()) last_block_.resize(2 * size_t{code} + 1, no_block);
      if (last_block_[code] != block) {
        last_block_[code] = block;
        const char* value = texts ? values.as<char>() + row * sizeof(Text) : bytes.data();
        distinct.insert(distinct.end(), value, value + (texts ? sizeof(Text) : bytes.size()));
        ++count;
      }
    }
    if (row % page_rows == page_rows - 1 && dictionary_is_hopeless(seen + row + 1)) {
      codes_.resize(seen);
      give_up_dictionary();
      return false;
    }
  }
  ZoneMap zone = measure_zone({.type = column_.type, .values = distinct.data()}, count);
  zone.rows = rows;
  zone.nulls = nulls;
  zones_.push_back(zone);
  return true;
}

bool SegmentEncoder::dictionary_is_hopeless(uint32_t rows_seen) const {
  if (choice_ == EncodingChoice::Dictionary) return false;
  const uint64_t distinct = dictionary_.size();
  if (distinct > dictionary_limit || dictionary_.bytes() > dictionary_bytes) return true;
  if (rows_seen >= block_rows) return distinct * 20 > uint64_t{rows_seen} * 17;
  return rows_seen == first_look && distinct * 100 > uint64_t{rows_seen} * 97;
}

void SegmentEncoder::give_up_dictionary() {
  collecting_ = false;
  all_same_ = false;
  last_block_.clear();
  const auto& entries = dictionary_.entries();
  std::vector<Text> texts;
  std::vector<uint64_t> validity;
  std::vector<Guid> guids;
  uint32_t first = 0;
  const size_t blocks = codes_.size() / block_rows + (codes_.size() % block_rows != 0);
  for (size_t block = 0; block < blocks; ++block) {
    const uint32_t rows = zones_[block].rows;
    texts.resize(rows);
    validity.assign(words_for(rows), 0);
    for (uint32_t row = 0; row < rows; ++row) {
      const uint32_t code = codes_[first + row];
      texts[row] = entries[code];
      if (code != dictionary_.null_code()) set_bit(validity.data(), row);
    }
    Vector values{.type = column_.type, .values = texts.data(), .validity = validity.data()};
    if (column_.type == Type::Guid) {
      guids.assign(rows, Guid{});
      for (uint32_t row = 0; row < rows; ++row) {
        if (texts[row].size == sizeof(Guid)) {
          std::memcpy(guids[row].bytes.data(), texts[row].data, sizeof(Guid));
        }
      }
      values.values = guids.data();
    }
    encode_block(values, rows);
    first += rows;
  }
  codes_.clear();
  dictionary_.clear();
}

void SegmentEncoder::encode_block(const Vector& values, uint32_t rows) {
  const ZoneMap& zone = zones_[blocks_.size()];
  std::vector<char>& block = empty_scratch();
  append_validity(block, values, zone);
  const Layout layout = layout_of(column_.type);
  if (layout == Layout::Text) {
    const std::span<const Text> texts(values.as<Text>(), rows);
    if (!codec_known_) {
      codec_ = compress_ ? choose_codec(sample_of(texts)) : Codec::None;
      codec_known_ = true;
    }
    append_texts(block, texts, codec_);
  } else if (layout == Layout::Byte) {
    std::vector<uint64_t> bits(words_for(rows));
    for (uint32_t row = 0; row < rows; ++row) {
      if (values.as<uint8_t>()[row] != 0) set_bit(bits.data(), row);
    }
    append_aligned(block, bits.data(), bits.size() * 8);
  } else if (layout == Layout::Word && choice_ == EncodingChoice::Measured) {
    append_words(block, values, zone);
  } else {
    append_aligned(block, values.values, size_t{rows} * bytes_of(layout));
  }
  push_block(block);
}

void SegmentEncoder::push_block(const std::vector<char>& block) {
  bytes_ += block.size();
  blocks_.push_back(block);
}

void SegmentEncoder::finish_dictionary(EncodedSegment& result) {
  Segment& segment = result.segment;
  segment.encoding = Encoding::Dictionary;
  segment.dictionary_size = dictionary_.size();
  segment.null_code = dictionary_.null_code();
  const auto& entries = dictionary_.entries();
  std::vector<char> bytes;
  if (layout_of(column_.type) == Layout::Text) {
    append_texts(bytes, entries, compress_ ? choose_codec(sample_of(entries)) : Codec::None);
  } else {
    const size_t size = bytes_of(layout_of(column_.type));
    bytes.resize(align(entries.size() * size));
    for (size_t at = 0; at < entries.size(); ++at) {
      if (entries[at].size == size) std::memcpy(&bytes[at * size], entries[at].data, size);
    }
  }
  segment.sections.push_back({SectionKind::DictionaryEntries, place_of(bytes)});
  result.entries.push_back(std::move(bytes));

  uint32_t first = 0;
  for (const ZoneMap& zone : zones_) {
    std::vector<char>& block = empty_scratch();
    append_codes(block, std::span(codes_).subspan(first, zone.rows));
    push_block(block);
    first += zone.rows;
  }
}

EncodedSegment SegmentEncoder::finish() {
  EncodedSegment result;
  Segment& segment = result.segment;
  segment.column = column_;
  for (const ZoneMap& zone : zones_) segment.zone.merge(zone);

  const bool all_null = leading_nulls_ == zones_.size();
  if (!all_null && collecting_) {
    all_same_ = dictionary_.size() == 1;
    if (all_same_) first_value_ = dictionary_.entries()[0].view();
  }
  if ((all_null || all_same_) && choice_ == EncodingChoice::Measured) {
    segment.encoding = Encoding::Constant;
    segment.constant = first_value_;
  } else {
    encode_leading_nulls();
    if (collecting_ && choice_ == EncodingChoice::Measured && dictionary_.size() > rows_ / 4) {
      give_up_dictionary();
    }
    if (collecting_) {
      finish_dictionary(result);
    } else {
      const Layout layout = layout_of(column_.type);
      segment.encoding = layout == Layout::Text   ? Encoding::Text
                         : layout == Layout::Byte ? Encoding::Bits
                         : layout == Layout::Word && choice_ == EncodingChoice::Measured
                             ? Encoding::Packed
                             : Encoding::Plain;
    }
    for (size_t at = 0; at < blocks_.size(); ++at) {
      segment.blocks.push_back({place_of(blocks_[at]), zones_[at]});
    }
    result.blocks = std::move(blocks_);
  }
  *this = SegmentEncoder(std::move(column_), choice_, compress_);
  return result;
}

}  // namespace vedette::storage
