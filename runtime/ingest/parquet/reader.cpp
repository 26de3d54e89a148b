#include "runtime/ingest/parquet/reader.h"

#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::parquet {

namespace {

constexpr std::string_view magic = "PAR1";
constexpr std::string_view encrypted_magic = "PARE";
constexpr uint64_t tail_bytes = 8;  // the footer's length and the magic
constexpr uint32_t rows_at_a_time = 16'384;
constexpr uint32_t rows_of_wide_tables = 4'096;
constexpr size_t wide_table = 64;

[[noreturn]] void fail(const Problem& problem, const std::string& where) {
  const bool damage = problem.kind == Problem::Kind::Damaged;
  throw QueryError(damage ? ErrorKind::Runtime : ErrorKind::Unsupported,
                   damage ? "ING0002" : "ING0006",
                   fmt::format("the Parquet file {}: {}{}",
                               damage ? "is damaged" : "cannot be read", where, problem.text));
}

}  // namespace

Reader::Reader(File file) : file_(std::move(file)) {
  try {
    read_footer();
  } catch (const Problem& problem) {
    fail(problem, {});
  }
}

void Reader::read_footer() {
  if (file_.size < magic.size() + tail_bytes) damaged("it is too short");
  char head[magic.size()];
  char tail[tail_bytes];
  file_.read(0, head, sizeof head);
  file_.read(file_.size - sizeof tail, tail, sizeof tail);
  const std::string_view end(tail + 4, magic.size());
  if (end == encrypted_magic) unsupported("it is encrypted");
  if (std::string_view(head, sizeof head) != magic) damaged("it does not begin with PAR1");
  if (end != magic) damaged("it does not end with PAR1; was it written to its end?");
  uint32_t size;
  std::memcpy(&size, tail, sizeof size);
  if (size > file_.size - magic.size() - tail_bytes) damaged("its footer is longer than the file");
  const Buffer footer = make_buffer(size);
  file_.read(file_.size - tail_bytes - size, footer.bytes.get(), size);
  metadata_ = read_file_metadata(footer.view());
  schema_ = std::make_shared<const Schema>(make_schema(metadata_.schema));
  for (const RowGroup& group : metadata_.row_groups) {
    if (group.columns.size() != schema_->leaves.size()) {
      damaged("a row group has not the columns of the schema");
    }
    for (const ColumnChunk& column : group.columns) check_codec(column.codec);
  }
}

template <typename Read> void Reader::for_each_leaf(Read&& read) {
  for (size_t at = 0; at < schema_->leaves.size(); ++at) {
    try {
      read(at);
    } catch (const Problem& problem) {
      fail(problem,
           fmt::format("column '{}', row group {}: ", schema_->leaves[at].path, next_group_));
    }
  }
}

bool Reader::begin_row_group() {
  leaves_.clear();
  while (next_group_ < metadata_.row_groups.size()) {
    const RowGroup& group = metadata_.row_groups[next_group_++];
    if (group.rows == 0) continue;
    rows_left_ = group.rows;
    for_each_leaf([&](size_t at) {
      leaves_.push_back(
          std::make_unique<LeafReader>(schema_->leaves[at], group.columns[at], file_));
    });
    return true;
  }
  return false;
}

bool Reader::next(Batch& batch) {
  batch = {.schema = schema_};
  batch.leaves.resize(schema_->leaves.size());
  if (rows_left_ == 0 && !begin_row_group()) return !std::exchange(any_, true);
  any_ = true;
  const uint32_t most = schema_->leaves.size() > wide_table ? rows_of_wide_tables : rows_at_a_time;
  batch.rows = static_cast<uint32_t>(std::min<int64_t>(rows_left_, most));
  rows_left_ -= batch.rows;
  for_each_leaf([&](size_t at) {
    leaves_[at]->read(batch.rows, batch.leaves[at]);
    if (rows_left_ == 0) leaves_[at]->finish();
    batch.bytes += batch.leaves[at].bytes;
  });
  return true;
}

}  // namespace vedette::parquet
