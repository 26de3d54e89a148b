// Reads the values of one leaf in one row group, some rows at a time.
#pragma once

#include <functional>
#include <memory>

#include "runtime/ingest/parquet/bit_packing.h"
#include "runtime/ingest/parquet/compression.h"
#include "runtime/ingest/parquet/values.h"

namespace vedette::parquet {

/// A file that can be read in any order.
struct File {
  uint64_t size = 0;
  std::function<void(uint64_t offset, char* into, size_t count)> read;
};

/// What some rows have in a leaf: an entry for each value and for each null or empty list above.
struct LeafSlice {
  std::vector<uint16_t> definitions;  // of each entry; empty when the leaf cannot be null
  std::vector<uint16_t> repetitions;  // of each entry; empty when it is in no list
  Values values;                      // of the entries that have one
  std::vector<Buffer> pages;          // what texts point into
  Arena made;                         // and what was put together for them
  size_t bytes = 0;                   // of memory, about

  size_t entries(const Leaf& leaf) const {
    return leaf.defined > 0      ? definitions.size()
           : leaf.repetition > 0 ? repetitions.size()
                                 : values.size();
  }
};

class LeafReader {
 public:
  /// Throws Problem when the column cannot be where the metadata says.
  LeafReader(const Leaf& leaf, const ColumnChunk& column, const File& file);

  /// Appends the entries of the next `rows` rows. Throws Problem when there are not so many.
  void read(size_t rows, LeafSlice& out);
  /// Throws Problem unless all entries have been read.
  void finish() const;

 private:
  void load_page(LeafSlice& out);
  std::string_view page_bytes(const PageHeader& page);
  Buffer unpacked(const PageHeader& page, std::string_view packed, size_t size);
  void load_dictionary(const PageHeader& page, std::string_view packed);
  void begin_data(const PageHeader& page, std::string_view packed, LeafSlice& out);
  /// The levels at the beginning of a page; `kept` holds them if they must be written anew.
  RunReader levels(Cursor& bytes, Encoding encoding, uint16_t most, uint32_t entries,
                   std::string& kept);
  void note_page(LeafSlice& out);
  void read_flat(size_t rows, LeafSlice& out);
  void read_nested(size_t rows, LeafSlice& out);
  /// Makes the levels of the next entries known; false at the end of the column.
  bool look_ahead(LeafSlice& out);

  const Leaf& leaf_;
  const ColumnChunk& column_;
  Buffer chunk_;
  std::string_view rest_;  // of the chunk
  uint64_t entries_left_ = 0;

  std::shared_ptr<Values> dictionary_;
  std::vector<Buffer> dictionary_pages_;  // what its texts point into
  Buffer page_;
  bool page_noted_ = false;  // in the slice that is being filled
  uint32_t page_left_ = 0;
  RunReader definitions_;
  RunReader repetitions_;
  std::string kept_definitions_;
  std::string kept_repetitions_;
  std::unique_ptr<ValueReader> values_;

  // Levels of entries of the page whose values are yet to be read.
  std::vector<uint16_t> ahead_definitions_;
  std::vector<uint16_t> ahead_repetitions_;
  size_t ahead_at_ = 0;
};

}  // namespace vedette::parquet
