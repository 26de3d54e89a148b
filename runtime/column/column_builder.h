// Grows one column value by value; what ingest, sinks and results are built with.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/column/vector.h"
#include "runtime/value/decimal.h"
#include "runtime/value/value.h"

namespace vedette {

/// A growing flat column that owns its memory.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type) : type_(type) {}

  Type type() const { return type_; }
  size_t size() const { return size_; }
  /// Bytes held, roughly: values, validity and text.
  size_t bytes() const { return values_.capacity() + validity_.capacity() * 8 + heap_.reserved(); }

  /// Appends null (for strings: the empty string).
  void append_null();
  void append_bool(bool value) { put(static_cast<uint8_t>(value)); }
  /// For int, long, datetime and timespan (ticks).
  void append_word(int64_t value) { put(value); }
  void append_double(double value) { put(value); }
  void append_decimal(const Decimal& value) { put(value); }
  void append_guid(const Guid& value) { put(value); }
  /// For string and dynamic; copies the bytes.
  void append_text(std::string_view bytes) { put(Text(heap_.copy(bytes))); }
  /// Appends a value of the column's type.
  void append(const Value& value);
  /// Appends one row of a vector of the column's type; text is copied.
  void append_row(const Vector& vector, uint32_t row);
  /// Appends the selected rows of a vector of the column's type; text is copied.
  void append_rows(const Vector& vector, Selection selection);

  /// The rows from `first` (a multiple of 64) on as a flat vector that points into the builder;
  /// valid until the next change.
  Vector vector(size_t first = 0) const;
  /// Forgets all rows and keeps the memory.
  void clear();

 private:
  template <typename T> void put(const T& value) {
    const size_t at = values_.size();
    values_.resize(at + sizeof(T));
    std::memcpy(values_.data() + at, &value, sizeof(T));
    if (has_nulls_) grow_validity(true);
    ++size_;
  }
  void grow_validity(bool valid);
  template <typename T> void append_values(const Vector& vector, Selection selection);

  Type type_;
  size_t size_ = 0;
  bool has_nulls_ = false;
  std::vector<char> values_;
  std::vector<uint64_t> validity_;
  Arena heap_{256 * 1024};  // text bytes; never move
};

}  // namespace vedette
