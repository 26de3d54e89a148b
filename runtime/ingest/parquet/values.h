// The values of a page, in whatever encoding, as plain arrays.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/ingest/parquet/schema.h"

namespace vedette::parquet {

/// Values of one leaf. Which of the lists they are in follows from the physical type.
struct Values {
  std::vector<int64_t> integers;        // Boolean, Int32, Int64
  std::vector<double> reals;            // Float, Double
  std::vector<std::string_view> texts;  // ByteArray, FixedLengthByteArray, Int96

  size_t size() const { return integers.size() + reals.size() + texts.size(); }
  size_t bytes() const {
    return integers.size() * sizeof(int64_t) + reals.size() * sizeof(double) +
           texts.size() * sizeof(std::string_view);
  }
  void clear();
};

/// Reads the values of a page piece by piece.
class ValueReader {
 public:
  virtual ~ValueReader() = default;

  /// Appends the next `count` values. Texts point into the page, into its dictionary or into
  /// `made`. Throws Problem when there are not so many.
  virtual void read(size_t count, Values& out, Arena& made) = 0;
};

/// A reader for `bytes`, the values of a page of `count` values. `dictionary` holds the values that
/// codes stand for, if the column has any. Throws Problem.
std::unique_ptr<ValueReader> read_values(const Leaf& leaf, Encoding encoding,
                                         std::string_view bytes, const Values* dictionary);

}  // namespace vedette::parquet
