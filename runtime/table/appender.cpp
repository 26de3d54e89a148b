#include "runtime/table/appender.h"

#include <array>
#include <atomic>
#include <exception>
#include <numeric>
#include <thread>

#include "runtime/base/error.h"
#include "runtime/table/database_state.h"
#include "runtime/table/system_time.h"

namespace vedette {

using namespace storage;

namespace {

constexpr uint32_t rows_between_checks = 256;
constexpr size_t raw_bytes_limit = 256 << 20;  // of a block that is being filled
constexpr size_t open_files_limit = 16;

/// Whether every row is what a column that got no value has.
bool is_all_null(const Vector& vector) {
  if (vector.shape != Shape::Constant) return false;
  if (vector.type == Type::String) return vector.as<Text>()->size == 0;
  return vector.validity != nullptr && !get_bit(vector.validity, 0);
}

/// Calls `work(0)` to `work(count - 1)` on up to `threads` threads. Rethrows the first exception.
template <typename Work> void run_on_threads(size_t count, int threads, Work&& work) {
  std::atomic<size_t> next = 0;
  std::mutex failing;
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      for (size_t at = next++; at < count; at = next++) work(at);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (int at = 1; at < threads && static_cast<size_t>(at) < count; ++at) others.emplace_back(run);
  run();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

// The work behind an appender.

uint32_t Appender::Work::room() const {
  return std::min(block_rows, std::min(options.extent_rows, vedette::extent_rows) - extent_rows);
}

void Appender::Work::add_encoder(const ColumnSchema& column) {
  encoders.emplace_back(column, options.encoding, !database->in_memory());
}

void Appender::Work::encode_block(std::span<ColumnBuilder> columns, uint32_t rows) {
  run_on_threads(columns.size(), options.threads, [&](size_t at) {
    if (columns[at].size() == 0) return encoders[at].add_nulls(rows);
    while (columns[at].size() < rows) columns[at].append_null();
    encoders[at].add_block(columns[at].vector(), rows);
    if (columns[at].bytes() > raw_bytes_limit / 4) {
      columns[at] = ColumnBuilder(columns[at].type());  // do not hold on to what one block needed
    } else {
      columns[at].clear();
    }
  });
  extent_rows += rows;
}

uint64_t Appender::Work::encoded_bytes() const {
  uint64_t bytes = 0;
  for (const SegmentEncoder& encoder : encoders) bytes += encoder.bytes();
  return bytes;
}

void Appender::Work::cut_extent() {
  if (extent_rows == 0) return;
  std::vector<EncodedSegment> segments(encoders.size());
  run_on_threads(encoders.size(), options.threads,
                 [&](size_t at) { segments[at] = encoders[at].finish(); });
  std::optional<Datetime> ingested = options.ingestion_time;
  if (options.own_times) {
    const ZoneMap& times = segments.back().segment.zone;
    check(times.bounded && times.nulls == 0, "each row has a time of its own");
    ingested = Datetime{word_of_zone_key(times.max)};
  } else {
    segments.push_back(
        {.segment = ingestion_segment(ingested.value_or(system_time()), extent_rows)});
  }
  const uint64_t id = database->take_extent_id();
  const EncodedExtent encoded(id, schema->name, extent_rows, std::move(segments));
  WrittenExtent extent{.entry = {.id = id, .rows = extent_rows, .bytes = encoded.size()},
                       .ingested = ingested};
  if (database->in_memory()) {
    extent.memory = std::make_unique<ExtentFile>(extent.entry, encoded, schema->name);
  } else {
    NewFile& file =
        extent.file.emplace(database->extent_directory() + "/" + extent_file_name(extent.entry.id));
    for (const std::string_view piece : encoded.pieces()) file.write(piece);
    file.start_writing_out();
    if (written.size() >= open_files_limit) written[written.size() - open_files_limit].file->sync();
  }
  written.push_back(std::move(extent));
  written_rows += extent_rows;
  extent_rows = 0;
}

void Appender::Work::discard() {
  written.clear();
  written_rows = 0;
  extent_rows = 0;
  make_encoders();
}

void Appender::Work::make_encoders() {
  encoders.clear();
  for (const ColumnSchema& column : schema->columns) add_encoder(column);
  if (options.own_times) add_encoder({std::string(ingestion_time_name), Type::Datetime});
}

// The appender.

Appender::Appender(std::unique_ptr<Work> work) : work_(std::move(work)) {
  work_->discard();
  for (const ColumnSchema& column : schema().columns) columns_.emplace_back(column.type);
  if (work_->options.own_times) columns_.emplace_back(Type::Datetime);
  next_check_ = std::min(work_->room(), rows_between_checks);
}

Appender::~Appender() = default;
Appender::Appender(Appender&&) noexcept = default;

const TableSchema& Appender::schema() const {
  return *work_->schema;
}

void Appender::refresh() {
  auto& database = *work_->database;
  std::shared_ptr<const TableSchema> schema;
  {
    const std::lock_guard lock(database.mutex);
    const auto* table = database.find(work_->table);
    if (table == nullptr || work_->replaced || work_->options.own_times) return;
    schema = table->schema;
  }
  for (size_t at = columns_.size(); at < schema->columns.size(); ++at) {
    const ColumnSchema& column = schema->columns[at];
    work_->add_encoder(column);
    for (uint32_t first = 0; first < work_->extent_rows; first += block_rows) {
      work_->encoders.back().add_nulls(std::min(block_rows, work_->extent_rows - first));
    }
    columns_.emplace_back(column.type);
  }
  work_->schema = std::move(schema);
}

void Appender::rows_ended() {
  size_t raw_bytes = 0;
  for (const ColumnBuilder& column : columns_) raw_bytes += column.bytes();
  const bool full = pending_rows_ >= work_->room();
  if (full || raw_bytes > raw_bytes_limit) {
    try {
      encode_pending();
      const uint32_t limit = std::min(work_->options.extent_rows, extent_rows);
      // Only the last block of an extent may be short.
      if (!full || work_->extent_rows >= limit ||
          work_->encoded_bytes() >= work_->options.extent_bytes) {
        work_->cut_extent();
      }
    } catch (...) {
      discard();
      throw;
    }
  }
  next_check_ = std::min(work_->room(), pending_rows_ + rows_between_checks);
}

void Appender::catch_up(size_t index) {
  while (columns_[index].size() < pending_rows_) columns_[index].append_null();
}

void Appender::encode_pending() {
  if (pending_rows_ == 0) return;
  work_->encode_block(columns_, pending_rows_);
  pending_rows_ = 0;
}

void Appender::append_rows(std::span<const Vector> columns, Selection selection) {
  static const auto numbers = [] {
    std::array<uint16_t, batch_rows> numbers;
    std::iota(numbers.begin(), numbers.end(), uint16_t{0});
    return numbers;
  }();
  check(columns.size() <= columns_.size(), "rows have no columns that their table has not");
  uint32_t done = 0;
  while (done < selection.count) {
    const uint32_t count = std::min(selection.count - done, work_->room() - pending_rows_);
    const bool dense = selection.rows == nullptr && done == 0;
    const uint16_t* rows = selection.rows == nullptr ? numbers.data() : selection.rows;
    const Selection part{dense ? nullptr : rows + done, count};
    for (size_t at = 0; at < columns_.size(); ++at) {
      if (at >= columns.size() || is_all_null(columns[at])) continue;
      column(static_cast<uint32_t>(at)).append_rows(columns[at], part);
    }
    pending_rows_ += count;
    done += count;
    if (pending_rows_ >= next_check_) rows_ended();
  }
}

void Appender::set_ingestion_time(Datetime time) {
  check(!work_->options.own_times, "rows have one time of ingestion");
  if (work_->options.ingestion_time && *work_->options.ingestion_time == time) return;
  flush();
  work_->options.ingestion_time = time;
}

uint64_t Appender::uncommitted_rows() const {
  return work_->written_rows + work_->extent_rows + pending_rows_;
}

void Appender::flush() {
  encode_pending();
  work_->cut_extent();
  next_check_ = std::min(work_->room(), rows_between_checks);
}

void Appender::discard() {
  for (ColumnBuilder& column : columns_) column.clear();
  pending_rows_ = 0;
  work_->discard();
  next_check_ = std::min(work_->room(), rows_between_checks);
}

void Appender::commit() {
  Appender* const appenders[] = {this};
  work_->database->commit(appenders, {});
}

}  // namespace vedette
