// Grows one column value by value; what ingest, sinks and results are built with.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/column/vector.h"
#include "runtime/value/decimal.h"
#include "runtime/value/value.h"

namespace vedette {

/// A growing column that owns its memory. Flat, but for `append_coded`.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type) : type_(type) {}

  Type type() const { return type_; }
  size_t size() const { return size_; }
  /// Bytes held, roughly: values, validity and text.
  size_t bytes() const {
    return values_.capacity() + validity_.capacity() * 8 + heap_.reserved() +
           (coded_ == nullptr ? 0 : coded_->bytes());
  }
  /// Bytes of the same values in a flat column: values and text.
  size_t flat_bytes() const;
  /// Makes room for so many rows.
  void reserve(size_t rows) { values_.reserve(rows * bytes_of(layout_of(type_))); }

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
  /// The same for text in a dictionary, while all rows are appended so: the column stays codes,
  /// into a dictionary of its own. Each entry that rows use is copied once.
  void append_coded(const Vector& vector, Selection selection);

  /// The rows from `first` (a multiple of 64) on as a vector that points into the builder, flat or
  /// of the shape Dictionary; valid until the next change.
  Vector vector(size_t first = 0) const;
  /// Forgets all rows and keeps the memory.
  void clear();

 private:
  /// Leaves what a vector grows by as it is: it is written next.
  template <typename T> struct Uninitialised : std::allocator<T> {
    template <typename U> struct rebind {
      using other = Uninitialised<U>;
    };
    template <typename U> void construct(U*) noexcept {}
    template <typename U, typename... A> void construct(U* place, A&&... values) {
      ::new (static_cast<void*>(place)) U(std::forward<A>(values)...);
    }
  };

  struct Coded {
    std::vector<uint32_t> codes;
    std::vector<Text> entries;
    std::vector<uint64_t> entries_validity;  // empty: none is null
    /// By the id of a dictionary that rows came with: the own code of each entry, plus 1; 0: none.
    std::map<uint64_t, std::vector<uint32_t>> own_codes;
    Dictionary dictionary;  // of the entries

    size_t bytes() const;
  };

  template <typename T> void put(const T& value) {
    if (coded_ != nullptr) [[unlikely]]
      flatten_codes();
    const size_t at = values_.size();
    values_.resize(at + sizeof(T));
    std::memcpy(values_.data() + at, &value, sizeof(T));
    if (has_nulls_) grow_validity(true);
    ++size_;
  }
  void grow_validity(bool valid);
  template <typename T> void append_values(const Vector& vector, Selection selection);
  uint32_t own_code(const Vector& entries, uint32_t code);
  void flatten_codes();

  Type type_;
  size_t size_ = 0;
  bool has_nulls_ = false;
  std::vector<char, Uninitialised<char>> values_;
  std::vector<uint64_t> validity_;
  std::unique_ptr<Coded> coded_;
  Arena heap_{256 * 1024};  // text bytes; never move
};

}  // namespace vedette
