// One column of a batch: flat, constant, or codes into a dictionary.
#pragma once

#include <memory>
#include <span>

#include "runtime/base/arena.h"
#include "runtime/base/bitmap.h"
#include "runtime/value/scalar.h"
#include "runtime/value/type.h"
#include "runtime/value/value.h"

namespace vedette {

/// Rows of a batch, at most.
constexpr int batch_rows = 2048;

/// How the rows of a vector find their values.
enum class Shape : uint8_t {
  Flat,        // row i has value i
  Constant,    // every row has value 0
  Dictionary,  // row i has entry codes[i] of a dictionary
};

struct Dictionary;

/// One column of a batch. Points to memory of the batch's arena, of an extent or of a dictionary;
/// owns nothing, so it is cheap to copy and must not outlive its batch.
///
/// Values of invalid (null) rows are defined but meaningless. Strings are never null: a vector of
/// type String has no validity. A null entry of a dictionary makes the rows that use it null.
struct Vector {
  Type type = Type::Long;
  Shape shape = Shape::Flat;
  const void* values = nullptr;  // Flat: one a row; Constant: one. Laid out by layout_of(type)
  const uint64_t* validity = nullptr;  // Flat: one bit a row; Constant: bit 0; nullptr: all valid
  const uint32_t* codes = nullptr;     // Dictionary: one a row
  const Dictionary* dictionary = nullptr;

  template <typename T> const T* as() const { return static_cast<const T*>(values); }
};

/// The distinct values of a column in one extent (or in any other scope), numbered from 0. In a
/// dictionary that a program made of another, values may repeat, and entries that no selected row
/// uses may be missing (zeros).
struct Dictionary {
  uint32_t size = 0;
  Vector entries;   // flat, `size` rows; may hold one null entry
  uint64_t id = 0;  // unique in the process: what a cache of per-entry results is keyed by
  std::shared_ptr<const void> memory;  // keeps `entries` alive; empty when somebody else does

  /// A number no other dictionary has.
  static uint64_t next_id();
};

/// The rows of a batch that are still alive, in ascending order.
struct Selection {
  const uint16_t* rows = nullptr;  // nullptr: rows 0 .. count-1
  uint32_t count = 0;

  uint32_t operator[](uint32_t at) const { return rows == nullptr ? at : rows[at]; }
};

/// Calls `visit(row)` for each selected row.
template <typename Visit> void for_each_row(Selection selection, Visit&& visit) {
  if (selection.rows == nullptr) {
    for (uint32_t row = 0; row < selection.count; ++row) visit(row);
  } else {
    for (uint32_t at = 0; at < selection.count; ++at) visit(uint32_t{selection.rows[at]});
  }
}

/// Any vector read as "value of row": the shapes folded into one index table.
class Reader {
 public:
  explicit Reader(const Vector& vector);

  bool valid(uint32_t row) const { return validity_ == nullptr || get_bit(validity_, index(row)); }
  /// True when no row can be null.
  bool all_valid() const { return validity_ == nullptr; }

  template <typename T> const T& get(uint32_t row) const {
    return static_cast<const T*>(values_)[index(row)];
  }

 private:
  uint32_t index(uint32_t row) const { return (index_ == nullptr ? row : index_[row]) & mask_; }

  const void* values_;
  const uint64_t* validity_;
  const uint32_t* index_ = nullptr;
  uint32_t mask_ = ~uint32_t{0};  // 0 for a constant: every row is row 0
};

/// The same values as a flat vector over `rows` rows; only selected rows are filled in.
Vector flatten(const Vector& vector, Selection selection, uint32_t rows, Arena& arena);

/// A vector whose every row is null (for strings: empty).
Vector null_vector(Type type);

/// A vector whose every row is `value`; its memory is in `arena`.
Vector constant_vector(const Value& value, Arena& arena);

/// Rows `first .. first + rows - 1` of a vector as rows 0 .. rows - 1.
Vector slice(const Vector& vector, uint32_t first, uint32_t rows, Arena& arena);

/// The values of `vector` at the rows of `selection`, moved together: row i of the result is row
/// `selection[i]` of the input. Shapes are kept, so dictionary codes stay codes.
Vector gather(const Vector& vector, Selection selection, Arena& arena);

/// The value of one row, owned.
Value value_at(const Vector& vector, uint32_t row);

}  // namespace vedette
