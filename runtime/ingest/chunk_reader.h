// Reads an input chunk by chunk, each of whole records.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/ingest/byte_source.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/format.h"
#include "runtime/ingest/framer.h"

namespace vedette {

namespace parquet {
class Reader;
}  // namespace parquet

class ChunkReader {
 public:
  /// Looks at the beginning of the input: its format, if `dialect` leaves that open, and its
  /// header. Throws as `ByteSource` and `detect_format`.
  ChunkReader(ByteSource& source, const Dialect& dialect, const std::string& name);
  ~ChunkReader();

  const Dialect& dialect() const { return dialect_; }
  /// The names of the fields, of delimited text.
  const std::vector<std::string>& header() const { return header_; }

  /// Reads the next records; false at the end. Throws as ByteSource; the whole records that came
  /// before the error have been handed out by then.
  bool next(Chunk& chunk);

 private:
  /// Appends some bytes of the source to `rest_`; remembers the end or the error behind them.
  void read_more(size_t wanted);
  void read_header();
  void open_parquet();
  bool next_batch(Chunk& chunk);

  ByteSource& source_;
  Dialect dialect_;
  std::unique_ptr<Framer> framer_;
  std::vector<std::string> header_;
  TextBuffer rest_;  // bytes that were read and are in no chunk yet
  size_t rest_size_ = 0;
  bool ended_ = false;
  std::exception_ptr error_;
  bool skip_header_ = false;
  std::unique_ptr<parquet::Reader> parquet_;
};

}  // namespace vedette
