#include "runtime/table/held_rows.h"

#include <optional>

#include "runtime/base/error.h"

namespace vedette {
namespace {

bool same_value(const Vector& one, const Vector& other) {
  if (one.values == other.values && one.validity == other.validity) return true;
  const Value left = value_at(one, 0);
  const Value right = value_at(other, 0);
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (layout_of(one.type) == Layout::Text) return left.as_text() == right.as_text();
  return layout_of(one.type) == Layout::Word && left.as_word() == right.as_word();
}

}  // namespace

/// Constant as long as all rows have one value, codes as long as they have one dictionary.
struct HeldRows::Column {
  explicit Column(Type type) : flat(type) {}

  ColumnBuilder flat;  // Shape::Constant: its one value
  std::vector<uint32_t> codes;
  const Dictionary* dictionary = nullptr;
  Shape shape = Shape::Flat;

  void append(const Vector& from, Selection selection, uint32_t before) {
    if (before == 0) start(from);
    if (shape == Shape::Dictionary) {
      if (from.shape == Shape::Dictionary && from.dictionary == dictionary) {
        const size_t at = codes.size();
        codes.resize(at + selection.count);
        uint32_t* to = codes.data() + at;
        for_each_row(selection, [&](uint32_t row) { *to++ = from.codes[row]; });
        return;
      }
      flatten(before);
    } else if (shape == Shape::Constant) {
      if (from.shape == Shape::Constant && same_value(from, vector())) return;
      flatten(before);
    }
    flat.append_rows(from, selection);
  }

  Vector vector() const {
    Vector result = shape == Shape::Dictionary ? Vector{.type = flat.type()} : flat.vector();
    result.shape = shape;
    result.dictionary = dictionary;
    result.codes = shape == Shape::Dictionary ? codes.data() : nullptr;
    return result;
  }

  size_t bytes() const { return flat.bytes() + codes.capacity() * sizeof(uint32_t); }

 private:
  void start(const Vector& from) {
    shape = from.shape;
    dictionary = from.dictionary;
    if (shape == Shape::Constant) flat.append_rows(from, {nullptr, 1});
  }

  void flatten(uint32_t rows) {
    const Vector old = vector();
    ColumnBuilder all(flat.type());
    all.append_rows(old, {nullptr, rows});
    flat = std::move(all);
    codes.clear();
    dictionary = nullptr;
    shape = Shape::Flat;
  }
};

HeldRows::HeldRows(const std::vector<Type>& types) {
  columns_.reserve(types.size());
  for (const Type type : types) columns_.emplace_back(type);
}

HeldRows::~HeldRows() = default;
HeldRows::HeldRows(HeldRows&&) noexcept = default;

void HeldRows::append(const std::vector<Vector>& columns, const std::vector<uint32_t>& places,
                      Selection selection) {
  check(places.size() == columns_.size(), "held rows take a vector a column");
  if (selection.count == 0) return;
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].append(columns[places[i]], selection, rows_);
  }
  rows_ += selection.count;
}

size_t HeldRows::bytes() const {
  size_t bytes = sizeof(*this);
  for (const Column& column : columns_) bytes += sizeof(Column) + column.bytes();
  return bytes;
}

Vector HeldRows::column(size_t index) const {
  return columns_[index].vector();
}

}  // namespace vedette
