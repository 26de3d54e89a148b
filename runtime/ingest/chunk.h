// A piece of an input on its way into a table: its text, its records, the cells read from them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/bitmap.h"
#include "runtime/column/vector.h"
#include "runtime/ingest/field_kinds.h"
#include "runtime/ingest/framer.h"
#include "runtime/ingest/mapping.h"

namespace vedette {

namespace parquet {
struct Batch;
}  // namespace parquet

/// Bytes behind the text of a chunk that may be read (and mean nothing).
constexpr size_t chunk_padding = 64;

/// Bytes that are there to be overwritten: growing does not clear them.
class TextBuffer {
 public:
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  size_t capacity() const { return capacity_; }
  /// Makes room for `capacity` bytes in all and keeps the first `kept`.
  void reserve(size_t capacity, size_t kept);

 private:
  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
};

/// Whole records of an input. Its memory is used again for the next ones.
struct Chunk {
  std::shared_ptr<const parquet::Batch> batch;  // of Parquet, instead of the text
  TextBuffer bytes;  // `size` bytes of text, then at least `chunk_padding`
  size_t size = 0;
  bool by_lines = false;  // the records are yet to be found, by split_lines
  std::vector<RecordPlace> records;
  uint64_t line_ends = 0;  // in the text; known after parsing when `by_lines`

  std::string_view text() const { return {bytes.data(), size}; }
  std::string_view text_of(const RecordPlace& record) const {
    return text().substr(record.start, record.size);
  }
};

/// A column with room for every record of a chunk, filled row by row, null where nothing
/// is put.
class CellColumn {
 public:
  explicit CellColumn(Type type) : type_(type) {}

  /// Makes all rows null; no memory is touched before the first value.
  void reset(uint32_t rows) {
    rows_ = rows;
    used_ = false;
    last_row_ = no_row;
  }
  Type type() const { return type_; }
  bool used() const { return used_; }
  /// Whether `row` has got something already; remembers that it now does.
  bool claim(uint32_t row) {
    if (last_row_ == row) return false;
    last_row_ = row;
    return true;
  }
  /// Whether a row has a value that is not null.
  bool has(uint32_t row) const { return used_ && get_bit(validity_.data(), row); }
  template <typename T> void put(uint32_t row, const T& value) {
    if (!used_) start();
    reinterpret_cast<T*>(values_.data())[row] = value;
    set_bit(validity_.data(), row);
  }
  /// Takes back the value of a row whose record turned out to be broken.
  void take_back(uint32_t row);
  /// `rows` rows from `first` (a multiple of 64) on.
  Vector vector(uint32_t first) const;

 private:
  static constexpr uint32_t no_row = ~uint32_t{0};

  void start();

  Type type_;
  bool used_ = false;
  uint32_t rows_ = 0;
  uint32_t last_row_ = no_row;
  std::vector<char> values_;
  std::vector<uint64_t> validity_;
};

/// Why a record did not become a row.
struct RefusedRecord {
  RecordPlace place;
  std::string reason;
};

/// Values of a column that were not of its type.
struct Misfits {
  uint64_t count = 0;
  uint64_t first_line = 0;
  std::string example;
};

/// A field that has no column yet, and what its values were.
struct NewField {
  std::string name;
  uint16_t kinds = SawNothing;
  std::optional<Type> type = {};  // when the input says it
};

/// A part of an input that was taken, although something about it is wrong.
struct Doubt {
  uint64_t line = 0;
  std::string reason;
};

/// What parsing a chunk gives.
struct ParsedChunk {
  std::shared_ptr<const Mapping> mapping;
  uint32_t rows = 0;
  std::vector<CellColumn> columns;  // one a column of the mapping
  Arena texts{1 << 20};             // texts that do not lie in the chunk as they are
  std::vector<RefusedRecord> refused;
  std::map<uint32_t, Misfits> misfits;       // by column
  std::vector<NewField> new_fields;          // in the order of their first appearance
  uint64_t repaired_records = 0;             // had bytes that are not UTF-8
  uint64_t repeated_fields = 0;              // named twice in a record; the first stays
  std::map<std::string, uint64_t> left_out;  // records of other sources, by the source's name
  std::vector<Doubt> doubts;

  void reset(std::shared_ptr<const Mapping> new_mapping, uint32_t records);
};

/// Parses chunks of one dialect. One for each thread.
class RecordParser {
 public:
  virtual ~RecordParser() = default;

  /// Reads the records of `chunk` into the columns of `mapping`. What `parsed` holds afterwards
  /// points into the chunk. Never throws for what text holds; throws QueryError for a batch that
  /// contradicts itself.
  virtual void parse(Chunk& chunk, std::shared_ptr<const Mapping> mapping, ParsedChunk& parsed) = 0;
};

std::unique_ptr<RecordParser> make_json_parser();
std::unique_ptr<RecordParser> make_parquet_parser();
std::unique_ptr<RecordParser> make_delimited_parser(char delimiter,
                                                    std::vector<std::string> header);

/// The names of the columns of a delimited file: without the time zone that portals add to times
/// in UTC, and with a number behind a name that comes again.
std::vector<std::string> header_names(const std::vector<std::string_view>& fields);

/// The fields of a record of a delimited file, without quotes. `texts` holds those that had doubled
/// quotes. False if a quoted field does not end.
bool split_fields(std::string_view record, char delimiter, Arena& texts,
                  std::vector<std::string_view>& fields);

}  // namespace vedette
