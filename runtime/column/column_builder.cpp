#include "runtime/column/column_builder.h"

#include "runtime/base/error.h"

namespace vedette {

void ColumnBuilder::grow_validity(bool valid) {
  if (size_ % 64 == 0) validity_.push_back(0);
  if (valid) set_bit(validity_.data(), size_);
}

size_t ColumnBuilder::Coded::bytes() const {
  size_t bytes = codes.capacity() * sizeof(uint32_t) + entries.capacity() * sizeof(Text);
  for (const auto& [id, own] : own_codes) bytes += own.capacity() * sizeof(uint32_t);
  return bytes;
}

size_t ColumnBuilder::flat_bytes() const {
  size_t bytes = size_ * bytes_of(layout_of(type_));
  if (coded_ == nullptr) return bytes + heap_.reserved();
  for (const uint32_t code : coded_->codes) bytes += coded_->entries[code].size;
  return bytes;
}

void ColumnBuilder::append_null() {
  if (type_ == Type::String) return append_text({});
  if (coded_ != nullptr) flatten_codes();
  if (!has_nulls_) {
    has_nulls_ = true;
    validity_.assign(words_for(size_), ~uint64_t{0});
    if (size_ % 64 != 0) validity_.back() = (uint64_t{1} << (size_ % 64)) - 1;
  }
  values_.resize(values_.size() + bytes_of(layout_of(type_)), 0);
  grow_validity(false);
  ++size_;
}

void ColumnBuilder::append(const Value& value) {
  if (value.is_null()) return append_null();
  switch (layout_of(type_)) {
    case Layout::Byte:
      return append_bool(value.as_bool());
    case Layout::Word:
      return append_word(value.as_word());
    case Layout::Double:
      return append_double(value.as_real());
    case Layout::Decimal:
      return append_decimal(value.as_decimal());
    case Layout::Text:
      return append_text(value.as_text());
    case Layout::Guid:
      return append_guid(value.as_guid());
  }
}

void ColumnBuilder::append_row(const Vector& vector, uint32_t row) {
  const uint16_t rows[] = {static_cast<uint16_t>(row)};
  append_rows(vector, {rows, 1});
}

namespace {

/// Copies each text of a dictionary once, when a row first has it.
void put_dictionary_texts(const Vector& vector, Selection selection, Arena& heap, Text* to) {
  const Text* entries = vector.dictionary->entries.as<Text>();
  std::vector<const char*> copies(vector.dictionary->size);
  for_each_row(selection, [&](uint32_t row) {
    const uint32_t code = vector.codes[row];
    Text text = entries[code];
    if (text.size > 0) {
      if (copies[code] == nullptr) copies[code] = heap.copy(text).data();
      text.data = copies[code];
    }
    *to++ = text;
  });
}

}  // namespace

template <typename T> void ColumnBuilder::append_values(const Vector& vector, Selection selection) {
  if (coded_ != nullptr) flatten_codes();
  const Reader reader(vector);
  if (!has_nulls_ && reader.all_valid()) {  // room for all of them at once
    const size_t before = values_.size();
    values_.resize(before + selection.count * sizeof(T));
    T* to = reinterpret_cast<T*>(values_.data() + before);
    size_ += selection.count;
    if constexpr (std::is_same_v<T, Text>) {
      if (vector.shape == Shape::Dictionary && vector.dictionary->size <= selection.count) {
        return put_dictionary_texts(vector, selection, heap_, to);
      }
      size_t bytes = 0;
      for_each_row(selection, [&](uint32_t row) { bytes += reader.get<Text>(row).size; });
      char* heap = heap_.allocate(bytes, 1);
      for_each_row(selection, [&](uint32_t row) {
        Text text = reader.get<Text>(row);
        if (text.size > 0) std::memcpy(heap, text.data, text.size);
        text.data = heap;
        heap += text.size;
        *to++ = text;
      });
    } else {
      for_each_row(selection, [&](uint32_t row) { *to++ = reader.get<T>(row); });
    }
    return;
  }
  for_each_row(selection, [&](uint32_t row) {
    if (!reader.valid(row)) return append_null();
    if constexpr (std::is_same_v<T, Text>) {
      append_text(reader.get<Text>(row));
    } else {
      put(reader.get<T>(row));
    }
  });
}

void ColumnBuilder::append_rows(const Vector& vector, Selection selection) {
  debug_check(layout_of(vector.type) == layout_of(type_), "a column takes rows of its own type");
  switch (layout_of(type_)) {
    case Layout::Byte:
      return append_values<uint8_t>(vector, selection);
    case Layout::Word:
      return append_values<int64_t>(vector, selection);
    case Layout::Double:
      return append_values<double>(vector, selection);
    case Layout::Decimal:
      return append_values<Decimal>(vector, selection);
    case Layout::Text:
      return append_values<Text>(vector, selection);
    case Layout::Guid:
      return append_values<Guid>(vector, selection);
  }
}

/// The code of an entry that no row has used yet.
uint32_t ColumnBuilder::own_code(const Vector& entries, uint32_t code) {
  const auto own = static_cast<uint32_t>(coded_->entries.size());
  const bool valid = entries.validity == nullptr || get_bit(entries.validity, code);
  if (!valid && coded_->entries_validity.empty()) {
    coded_->entries_validity.assign(words_for(own), ~uint64_t{0});
  }
  if (!coded_->entries_validity.empty() || !valid) {
    coded_->entries_validity.resize(words_for(own + 1), ~uint64_t{0});
    if (!valid) clear_bit(coded_->entries_validity.data(), own);
  }
  coded_->entries.push_back(valid ? Text(heap_.copy(entries.as<Text>()[code])) : Text());
  return own;
}

void ColumnBuilder::append_coded(const Vector& vector, Selection selection) {
  const bool fits = vector.shape == Shape::Dictionary && layout_of(type_) == Layout::Text &&
                    (coded_ != nullptr || size_ == 0);
  if (!fits) return append_rows(vector, selection);
  if (coded_ == nullptr) coded_ = std::make_unique<Coded>();
  const Dictionary& from = *vector.dictionary;
  std::vector<uint32_t>& own = coded_->own_codes[from.id];
  own.resize(from.size);
  const size_t entries = coded_->entries.size();
  coded_->codes.resize(size_ + selection.count);
  uint32_t* into = coded_->codes.data() + size_;
  for_each_row(selection, [&](uint32_t row) {
    uint32_t& code = own[vector.codes[row]];
    if (code == 0) code = own_code(from.entries, vector.codes[row]) + 1;
    *into++ = code - 1;
  });
  size_ += selection.count;
  if (coded_->entries.size() == entries) return;
  Dictionary& dictionary = coded_->dictionary;
  dictionary = {
      .size = static_cast<uint32_t>(coded_->entries.size()),
      .entries = {.type = type_,
                  .values = coded_->entries.data(),
                  .validity =
                      coded_->entries_validity.empty() ? nullptr : coded_->entries_validity.data()},
      .id = Dictionary::next_id()};
}

void ColumnBuilder::flatten_codes() {
  const Vector coded = vector();
  const std::unique_ptr<Coded> kept = std::move(coded_);
  size_ = 0;
  for (size_t first = 0; first < kept->codes.size(); first += batch_rows) {
    Vector part = coded;
    part.codes += first;
    const size_t rows = std::min<size_t>(batch_rows, kept->codes.size() - first);
    append_values<Text>(part, {nullptr, static_cast<uint32_t>(rows)});
  }
}

Vector ColumnBuilder::vector(size_t first) const {
  debug_check(first % 64 == 0, "a column is cut at whole words of validity");
  if (coded_ != nullptr) {
    return {.type = type_,
            .shape = Shape::Dictionary,
            .codes = coded_->codes.data() + first,
            .dictionary = &coded_->dictionary};
  }
  return {.type = type_,
          .values = values_.data() + first * bytes_of(layout_of(type_)),
          .validity = has_nulls_ ? validity_.data() + first / 64 : nullptr};
}

void ColumnBuilder::clear() {
  size_ = 0;
  has_nulls_ = false;
  values_.clear();
  validity_.clear();
  coded_.reset();
  heap_.clear();
}

}  // namespace vedette
