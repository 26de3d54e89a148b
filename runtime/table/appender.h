// Adds rows to a table: buffers them, encodes them a block at a time, writes extents.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "runtime/column/column_builder.h"
#include "runtime/column/vector.h"
#include "runtime/table/schema.h"

namespace vedette {

class Database;

/// Which encoding segments get. Tests force one; everybody else measures.
enum class EncodingChoice : uint8_t {
  Measured,
  Plain,       // no dictionaries, no packing, no constants
  Dictionary,  // a dictionary whatever it costs, for all types but real and decimal
};

struct AppendOptions {
  EncodingChoice encoding = EncodingChoice::Measured;
  uint32_t extent_rows = 1'048'576;        // rows after which an extent is cut; at most that
  uint64_t extent_bytes = 512ull << 20;    // encoded bytes after which an extent is cut
  int threads = 1;                         // that encode the columns of a block
  std::optional<Datetime> ingestion_time;  // of all rows; otherwise when they are committed
  /// Rows come with the times at which they were ingested, as a column behind those of the table.
  bool own_times = false;
};

/// Takes rows for one table. For one thread; any number of appenders of one database, also of one
/// table, may be at work at the same time. Rows become visible and durable with `commit` and not
/// before; an appender that ends without it leaves nothing behind. The database must outlive it.
///
/// Row by row: append one value to every `column(i)`, then `end_row()`. Columns that got no value
/// become null (strings: empty). In bulk: `append_rows`.
class Appender {
 public:
  ~Appender();
  Appender(Appender&&) noexcept;

  /// The columns rows are taken for: those of the table when the appender was made or refreshed.
  const TableSchema& schema() const;
  /// Takes up columns that the table got meanwhile. Rows already appended have null there. Only
  /// between rows.
  void refresh();

  /// Where the current row's value of a column goes.
  ColumnBuilder& column(uint32_t index) {
    if (columns_[index].size() < pending_rows_) catch_up(index);
    return columns_[index];
  }
  /// Ends the current row. May encode a block and write an extent.
  void end_row() {
    if (++pending_rows_ >= next_check_) rows_ended();
  }
  /// Appends the selected rows of vectors, one a column of `schema()` (and one of times, if the
  /// options say so); missing ones are null.
  void append_rows(std::span<const Vector> columns, Selection selection);

  /// Rows appended from now on were ingested at this time; those before go into an extent. Not for
  /// rows that have their own times.
  void set_ingestion_time(Datetime time);

  /// Rows appended since the last commit.
  uint64_t uncommitted_rows() const;

  /// Makes all rows appended so far durable and visible, together with staged changes of schemas.
  /// When it throws (KQL0604: disk full, ...), the rows since the last commit are gone and the
  /// database is as it was. To commit several appenders as one, see Database::commit.
  void commit();
  /// Forgets the rows since the last commit.
  void discard();

 private:
  friend class Database;
  struct Work;

  explicit Appender(std::unique_ptr<Work> work);
  void rows_ended();
  /// Appends the nulls that a column has been left out for.
  void catch_up(size_t index);
  void encode_pending();
  /// Everything to files; nothing is visible yet.
  void flush();

  std::vector<ColumnBuilder> columns_;  // what is missing at their ends is null
  uint32_t pending_rows_ = 0;           // rows in the builders
  uint32_t next_check_ = 0;             // when to look at them
  std::unique_ptr<Work> work_;
};

}  // namespace vedette
