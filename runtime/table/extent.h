// An extent: some rows of a table that never change, one segment a column, and how they are read.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/column/vector.h"
#include "runtime/table/schema.h"
#include "runtime/table/zone_map.h"

namespace vedette {

/// Rows of an extent, at most.
constexpr uint32_t extent_rows = 1'048'576;
/// Rows that share a zone map and a checksum: what a thread takes at a time (a morsel).
constexpr uint32_t block_rows = 65'536;
/// Rows that are packed and compressed together; reads are cheapest along whole pages.
constexpr uint32_t page_rows = batch_rows;

/// How the values of a segment are stored.
enum class Encoding : uint8_t {
  Absent,      // the column is younger than the extent: null, for strings empty
  Constant,    // one value for all rows
  Plain,       // values side by side (real, decimal, guid)
  Bits,        // bool
  Packed,      // integers and times: differences to a base or to the row before, in few bits
  Dictionary,  // codes in few bits and the distinct values of the extent
  Text,        // lengths in few bits and bytes, compressed a page at a time
};
std::string_view name_of(Encoding encoding);

class ExtentFile;
class HeldRows;
namespace storage {
class SegmentReader;
}

/// Some rows of a table. Immutable, shared by snapshots and threads; owns its mapped file, and what
/// has been decoded of its dictionaries.
///
/// What is in the file is trusted only after its checksum: the description of the extent when it is
/// first asked for, a block of a segment when it is first read, each once per process. Any of the
/// functions below may throw QueryError KQL0605, which names file, table, column and block.
class Extent {
 public:
  explicit Extent(std::unique_ptr<ExtentFile> file);
  /// Rows `first .. first + rows - 1` of `held`, at most a block, whose columns are those of the
  /// schema that the extent is read with. Such an extent has no file, no number and no bounds.
  Extent(std::shared_ptr<const HeldRows> held, uint32_t first, uint32_t rows);
  ~Extent();

  uint64_t id() const;
  uint32_t rows() const;
  uint32_t blocks() const { return (rows() + block_rows - 1) / block_rows; }
  /// Size of the file.
  uint64_t stored_bytes() const;

  Encoding encoding(uint32_t column) const;
  /// Bytes a column takes in the file.
  uint64_t stored_bytes(uint32_t column) const;
  /// Bounds over all rows; for absent columns all rows are null.
  ZoneMap zone(uint32_t column) const;
  /// Bounds over the rows from `block * block_rows` on.
  ZoneMap block_zone(uint32_t column, uint32_t block) const;
  /// The distinct values of a column with Encoding::Dictionary, else nullptr. No two entries are
  /// equal, and each occurs. Decoded when first asked for, then kept as long as the extent.
  const Dictionary* dictionary(uint32_t column) const;

 private:
  friend class ExtentReader;
  std::unique_ptr<ExtentFile> file_;
  std::shared_ptr<const HeldRows> held_;  // in place of a file
  uint32_t held_first_ = 0, held_rows_ = 0;
};

/// What a reader has touched.
struct ReadCounters {
  uint64_t segments = 0;      // columns of the extent of which anything was read
  uint64_t pages = 0;         // pages unpacked or decompressed
  uint64_t stored_bytes = 0;  // bytes of the file that were looked at, dictionaries included
  uint64_t values = 0;        // values handed out

  ReadCounters& operator+=(const ReadCounters& other);
};

/// Reads one extent. For one thread; cheap to make, keeps a few decompressed pages for reads that
/// are smaller than a page.
///
/// Lifetime: a vector that is handed out points into the arena given, into the mapped file, or into
/// a dictionary of the extent, so it is good as long as the arena is not cleared and the extent
/// lives. It does not depend on the reader.
class ExtentReader {
 public:
  /// `schema` says the types of columns that are younger than the extent; it must outlive the
  /// reader.
  ExtentReader(std::shared_ptr<const Extent> extent, const TableSchema& schema);
  ~ExtentReader();
  ExtentReader(ExtentReader&&) noexcept;

  const Extent& extent() const { return *extent_; }
  const std::shared_ptr<const Extent>& shared_extent() const { return extent_; }

  /// Rows `first_row .. first_row + rows - 1` of a column (an index into the schema, or
  /// `ingestion_time_column`), at most `batch_rows`. Whole pages (first_row a multiple of
  /// page_rows) are fastest: no copy for plain values, one decompression into the arena for text.
  /// Dictionary segments give Shape::Dictionary with the one dictionary of the segment, constant
  /// and absent ones Shape::Constant.
  Vector read(uint32_t column, uint32_t first_row, uint32_t rows, Arena& arena);

  /// The values of single rows, for late materialization: row i of the result is `rows[i]` of the
  /// extent. Any order (ascending is fastest), any number up to `batch_rows`.
  Vector read_rows(uint32_t column, std::span<const uint32_t> rows, Arena& arena);

  const ReadCounters& counters() const;

 private:
  struct Scratch;

  storage::SegmentReader* reader_of(uint32_t column);

  std::shared_ptr<const Extent> extent_;
  const TableSchema* schema_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace vedette
