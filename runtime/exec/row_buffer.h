// Rows that are kept: for results, sorts, joins, replays. Columns lie in chunks that can be read as
// vectors; dictionary columns stay codes.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "runtime/column/batch.h"
#include "runtime/exec/query_context.h"

namespace vedette::exec {

/// A place in a buffer: chunk number << 32 | row of the chunk.
using RowPlace = uint64_t;
/// No row: null in every column.
constexpr RowPlace no_row = ~RowPlace{0};

/// A growing list of rows. Filled by one thread; read by many once it no longer changes.
class RowBuffer {
 public:
  /// Rows of a chunk, at most.
  static constexpr uint32_t chunk_rows = 32'768;

  RowBuffer(std::vector<Type> types, MemoryAccount& memory);

  const std::vector<Type>& types() const { return types_; }
  size_t rows() const { return rows_; }
  size_t bytes() const { return bytes_; }

  /// Appends the selected rows of a batch's columns; text that is not a dictionary's is copied.
  void append(std::span<const Vector> columns, Selection selection);
  /// The next rows go into a new chunk.
  void cut() { open_ = false; }
  /// Moves the chunks of `other` (of the same types) to the end of this buffer.
  void take(RowBuffer&& other);
  void clear();

  size_t chunks() const { return chunks_.size(); }
  uint32_t rows_of(size_t chunk) const { return chunks_[chunk]->rows; }
  /// A column of a chunk, as a flat or dictionary vector over all its rows.
  Vector column(size_t chunk, size_t column) const {
    return chunks_[chunk]->columns[column].vector;
  }

  /// The rows at `places` as one vector, in that order.
  Vector gather(size_t column, std::span<const RowPlace> places, Arena& arena) const;

 private:
  struct Column {
    Vector vector;                   // over what is there
    std::unique_ptr<char[]> values;  // or codes
    std::unique_ptr<uint64_t[]> validity;
    uint32_t capacity = 0;
  };
  struct Chunk {
    uint32_t rows = 0;
    std::vector<Column> columns;
    std::unique_ptr<Arena> text;
  };

  void append_column(Chunk& chunk, size_t at, const Vector& from, Selection selection);
  void grow(Chunk& chunk, Column& column, uint32_t rows);

  std::vector<Type> types_;
  std::deque<std::unique_ptr<Chunk>> chunks_;
  MemoryHold memory_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  bool open_ = false;
};

}  // namespace vedette::exec
