#include "runtime/exec/row_buffer.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/value/decimal.h"

namespace vedette::exec {
namespace {

size_t value_bytes(const Vector& vector) {
  return vector.shape == Shape::Dictionary ? sizeof(uint32_t)
                                           : static_cast<size_t>(bytes_of(layout_of(vector.type)));
}

template <typename T>
void copy_values(T* into, const Vector& from, Selection selection, Arena& text) {
  const Reader reader(from);
  uint32_t at = 0;
  for_each_row(selection, [&](uint32_t row) {
    if constexpr (std::is_same_v<T, Text>) {
      // A dictionary's text lives as long as the query.
      if (!reader.valid(row)) {
        into[at++] = Text();
      } else if (from.shape == Shape::Dictionary) {
        into[at++] = reader.get<Text>(row);
      } else {
        into[at++] = Text(text.copy(reader.get<Text>(row)));
      }
    } else {
      into[at++] = reader.get<T>(row);
    }
  });
}

void copy_values(char* into, const Vector& from, Selection selection, Arena& text) {
  switch (layout_of(from.type)) {
    case Layout::Byte:
      return copy_values(reinterpret_cast<uint8_t*>(into), from, selection, text);
    case Layout::Word:
    case Layout::Double:
      return copy_values(reinterpret_cast<int64_t*>(into), from, selection, text);
    case Layout::Decimal:
    case Layout::Guid:
      return copy_values(reinterpret_cast<Guid*>(into), from, selection, text);
    case Layout::Text:
      return copy_values(reinterpret_cast<Text*>(into), from, selection, text);
  }
}

/// Places of one chunk become row numbers; `T` is the stored type.
template <typename T, typename At>
void gather_values(T* into, uint64_t* validity, std::span<const RowPlace> places, At&& vector_of) {
  size_t chunk = SIZE_MAX;
  Vector vector;
  const T* values = nullptr;
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i] == no_row) {
      into[i] = T{};
      if (validity != nullptr) clear_bit(validity, i);
      continue;
    }
    const auto row = static_cast<uint32_t>(places[i]);
    if (places[i] >> 32 != chunk) {
      chunk = places[i] >> 32;
      vector = vector_of(chunk);
      values = vector.shape == Shape::Dictionary ? vector.dictionary->entries.template as<T>()
                                                 : vector.template as<T>();
    }
    const uint32_t at = vector.shape == Shape::Dictionary ? vector.codes[row] : row;
    const uint64_t* valid =
        vector.shape == Shape::Dictionary ? vector.dictionary->entries.validity : vector.validity;
    into[i] = values[at];
    if (valid != nullptr && !get_bit(valid, at)) clear_bit(validity, i);
  }
}

}  // namespace

RowBuffer::RowBuffer(std::vector<Type> types, MemoryAccount& memory)
    : types_(std::move(types)), memory_(memory) {}

void RowBuffer::append(std::span<const Vector> columns, Selection selection) {
  if (selection.count == 0) return;
  // A chunk's dictionary columns have one dictionary each; another one needs another chunk.
  const auto fits = [&](const Chunk& chunk) {
    if (chunk.rows + selection.count > chunk_rows) return false;
    for (size_t i = 0; i < types_.size(); ++i) {
      const Vector& have = chunk.columns[i].vector;
      const bool coded = columns[i].shape == Shape::Dictionary;
      if (have.shape == Shape::Dictionary && (!coded || have.dictionary != columns[i].dictionary)) {
        return false;
      }
    }
    return true;
  };
  if (!open_ || !fits(*chunks_.back())) {
    auto chunk = std::make_unique<Chunk>();
    chunk->columns.resize(types_.size());
    for (size_t i = 0; i < types_.size(); ++i) {
      Vector& vector = chunk->columns[i].vector;
      vector.type = types_[i];
      if (columns[i].shape == Shape::Dictionary) {
        vector.shape = Shape::Dictionary;
        vector.dictionary = columns[i].dictionary;
      }
    }
    chunks_.push_back(std::move(chunk));
    open_ = true;
  }
  Chunk& chunk = *chunks_.back();
  const size_t text_before = chunk.text ? chunk.text->reserved() : 0;
  for (size_t i = 0; i < types_.size(); ++i) append_column(chunk, i, columns[i], selection);
  chunk.rows += selection.count;
  rows_ += selection.count;
  if (chunk.text) bytes_ += chunk.text->reserved() - text_before;
  memory_.set(static_cast<int64_t>(bytes_));
}

void RowBuffer::append_column(Chunk& chunk, size_t at, const Vector& from, Selection selection) {
  Column& column = chunk.columns[at];
  debug_check(layout_of(from.type) == layout_of(types_[at]), "a buffer takes rows of its types");
  if (chunk.rows + selection.count > column.capacity) {
    grow(chunk, column, chunk.rows + selection.count);
  }
  if (column.vector.shape == Shape::Dictionary) {
    auto* into = reinterpret_cast<uint32_t*>(column.values.get()) + chunk.rows;
    for_each_row(selection, [&](uint32_t row) { *into++ = from.codes[row]; });
    return;
  }
  if (layout_of(from.type) == Layout::Text && from.shape != Shape::Dictionary && !chunk.text) {
    chunk.text = std::make_unique<Arena>(selection.count < 256 ? 4096 : 64 * 1024);
  }
  static Arena no_text;
  char* into = column.values.get() + chunk.rows * value_bytes(column.vector);
  copy_values(into, from, selection, chunk.text ? *chunk.text : no_text);
  const Reader reader(from);
  if (!reader.all_valid() && column.vector.validity == nullptr) {
    column.validity = std::make_unique<uint64_t[]>(words_for(chunk_rows));
    std::fill_n(column.validity.get(), words_for(chunk_rows), ~uint64_t{0});
    column.vector.validity = column.validity.get();
    bytes_ += chunk_rows / 8;
  }
  if (!reader.all_valid()) {
    uint32_t row_into = chunk.rows;
    for_each_row(selection, [&](uint32_t row) {
      if (!reader.valid(row)) clear_bit(column.validity.get(), row_into);
      ++row_into;
    });
  }
}

void RowBuffer::grow(Chunk& chunk, Column& column, uint32_t rows) {
  const uint32_t capacity =
      std::min(chunk_rows, std::max({rows, 2 * column.capacity, uint32_t{16}}));
  const size_t size = value_bytes(column.vector);
  std::unique_ptr<char[]> values(new char[capacity * size]);
  if (chunk.rows > 0) std::memcpy(values.get(), column.values.get(), chunk.rows * size);
  bytes_ += (capacity - column.capacity) * size;
  column.capacity = capacity;
  column.values = std::move(values);
  if (column.vector.shape == Shape::Dictionary) {
    column.vector.codes = reinterpret_cast<const uint32_t*>(column.values.get());
  } else {
    column.vector.values = column.values.get();
  }
}

void RowBuffer::take(RowBuffer&& other) {
  for (auto& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
  rows_ += other.rows_;
  bytes_ += other.bytes_;
  other.clear();
  memory_.set(static_cast<int64_t>(bytes_));
  open_ = false;
}

void RowBuffer::clear() {
  chunks_.clear();
  rows_ = 0;
  bytes_ = 0;
  open_ = false;
  memory_.set(0);
}

Vector RowBuffer::gather(size_t column, std::span<const RowPlace> places, Arena& arena) const {
  Vector result{.type = types_[column]};
  if (places.empty()) return null_vector(result.type);
  const auto vector_of = [&](size_t chunk) { return this->column(chunk, column); };
  const Vector first = places[0] == no_row ? Vector{} : vector_of(places[0] >> 32);
  if (first.shape == Shape::Dictionary) {
    const auto codes = arena.array<uint32_t>(places.size());
    size_t chunk = places[0] >> 32;
    Vector vector = first;
    size_t i = 0;
    for (; i < places.size(); ++i) {
      if (places[i] == no_row) break;
      if (places[i] >> 32 != chunk) {
        chunk = places[i] >> 32;
        vector = vector_of(chunk);
        if (vector.shape != Shape::Dictionary || vector.dictionary != first.dictionary) break;
      }
      codes[i] = vector.codes[static_cast<uint32_t>(places[i])];
    }
    if (i == places.size()) {
      result.shape = Shape::Dictionary;
      result.codes = codes.data();
      result.dictionary = first.dictionary;
      return result;
    }
  }
  uint64_t* validity = nullptr;
  if (result.type != Type::String) {
    const auto words = arena.array<uint64_t>(words_for(places.size()));
    std::memset(words.data(), 0xff, words.size_bytes());
    validity = words.data();
    result.validity = validity;
  }
  const auto fill = [&]<typename T>(T) {
    T* into = arena.array<T>(places.size()).data();
    gather_values<T>(into, validity, places, vector_of);
    result.values = into;
  };
  switch (layout_of(result.type)) {
    case Layout::Byte:
      fill(uint8_t{});
      break;
    case Layout::Word:
    case Layout::Double:
      fill(int64_t{});
      break;
    case Layout::Decimal:
    case Layout::Guid:
      fill(Guid{});
      break;
    case Layout::Text:
      fill(Text{});
      break;
  }
  return result;
}

}  // namespace vedette::exec
