#include "runtime/ingest/chunk_reader.h"

#include <algorithm>
#include <cstring>

#include "runtime/ingest/parquet/reader.h"

namespace vedette {

namespace {

constexpr size_t chunk_bytes = 2 << 20;
constexpr size_t head_bytes = 1 << 20;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

ChunkReader::ChunkReader(ByteSource& source, const Dialect& dialect, const std::string& name)
    : source_(source), dialect_(dialect) {
  read_more(head_bytes);
  if (error_ && rest_size_ == 0) std::rethrow_exception(error_);
  if (std::string_view(rest_.data(), rest_size_).starts_with(byte_order_mark)) {
    rest_size_ -= byte_order_mark.size();
    std::memmove(rest_.data(), rest_.data() + byte_order_mark.size(), rest_size_);
  }
  const std::string_view head(rest_.data(), rest_size_);
  if (dialect_.format == InputFormat::Auto) dialect_ = detect_format(head, ended_, name);
  if (dialect_.format == InputFormat::Parquet) {
    open_parquet();
    return;
  }
  framer_ = make_framer(dialect_);
  if (dialect_.format == InputFormat::Delimited) read_header();
}

ChunkReader::~ChunkReader() = default;

/// Its columns lie one behind the other, so that it is read in many places at once.
void ChunkReader::open_parquet() {
  parquet::File file;
  if (source_.read_at(0, rest_.data(), 0)) {
    file.size = source_.total();
    file.read = [this](uint64_t offset, char* into, size_t count) {
      source_.read_at(offset, into, count);
    };
  } else {
    while (!ended_) read_more(std::max(head_bytes, rest_size_));
    if (error_) std::rethrow_exception(error_);
    file.size = rest_size_;
    file.read = [this](uint64_t offset, char* into, size_t count) {
      std::memcpy(into, rest_.data() + offset, count);
    };
  }
  parquet_ = std::make_unique<parquet::Reader>(std::move(file));
}

bool ChunkReader::next_batch(Chunk& chunk) {
  auto batch = std::make_shared<parquet::Batch>();
  if (!parquet_->next(*batch)) return false;
  chunk.size = batch->bytes;
  chunk.line_ends = batch->rows;
  chunk.batch = std::move(batch);
  return true;
}

void ChunkReader::read_header() {
  std::vector<RecordPlace> records;
  while (true) {
    make_framer(dialect_)->frame({rest_.data(), rest_size_}, ended_, records);
    if (!records.empty() || ended_) break;
    read_more(head_bytes);
  }
  if (records.empty()) return;
  Arena texts;
  std::vector<std::string_view> fields;
  split_fields({rest_.data() + records[0].start, records[0].size}, dialect_.delimiter, texts,
               fields);
  header_ = header_names(fields);
  skip_header_ = true;
}

void ChunkReader::read_more(size_t wanted) {
  rest_.reserve(rest_size_ + wanted + chunk_padding, rest_size_);
  try {
    while (wanted > 0 && !ended_) {
      const size_t got = source_.read(rest_.data() + rest_size_, wanted);
      ended_ = got == 0;
      rest_size_ += got;
      wanted -= got;
    }
  } catch (...) {
    error_ = std::current_exception();
    ended_ = true;
  }
}

bool ChunkReader::next(Chunk& chunk) {
  chunk.records.clear();
  chunk.batch.reset();
  if (parquet_) return next_batch(chunk);
  chunk.by_lines = framer_->leaves_lines();
  chunk.line_ends = 0;
  size_t whole = 0;
  // A record that is longer than a chunk makes the chunk longer.
  while (whole == 0) {
    if (!ended_) read_more(std::max(chunk_bytes, rest_size_));
    whole = framer_->frame({rest_.data(), rest_size_}, ended_ && !error_, chunk.records);
    if (whole == 0 && ended_) break;
  }
  if (whole == 0) {
    if (error_) std::rethrow_exception(error_);
    return false;
  }
  chunk.size = whole;
  // The buffers change places, so that only the unfinished record is copied.
  const size_t left = rest_size_ - whole;
  std::swap(chunk.bytes, rest_);
  rest_.reserve(left, 0);
  if (left > 0) std::memcpy(rest_.data(), chunk.bytes.data() + whole, left);
  rest_size_ = left;
  if (skip_header_ && !chunk.records.empty()) {
    chunk.records.erase(chunk.records.begin());
    skip_header_ = false;
  }
  if (!chunk.by_lines) {
    const std::string_view text = chunk.text();
    chunk.line_ends = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  }
  return true;
}

}  // namespace vedette
