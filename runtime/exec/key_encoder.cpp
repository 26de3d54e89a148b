#include "runtime/exec/key_encoder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

#include "runtime/base/hash.h"
#include "runtime/value/decimal.h"
#include "runtime/value/dynamic.h"

namespace vedette::exec {
namespace {

constexpr uint64_t null_hash = 0x2545f4914f6cdd1dull;

uint64_t word_of(uint8_t value) {
  return value;
}
uint64_t word_of(int64_t value) {
  return static_cast<uint64_t>(value);
}
uint64_t word_of(double value) {
  if (value == 0) return 0;
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<uint64_t>(value);
}

Text text_at(const uint64_t* words) {
  Text text;
  std::memcpy(static_cast<void*>(&text), words, sizeof(text));
  return text;
}

uint64_t hash_text(const Text& text, Type type) {
  return type == Type::Dynamic ? hash_of(DynamicView(text.view())) : hash_bytes(text);
}

/// Hash of the value whose words are `words`; never 0, which stands for "not known yet".
uint64_t hash_words(const uint64_t* words, Type type) {
  uint64_t hash = 0;
  switch (layout_of(type)) {
    case Layout::Byte:
    case Layout::Word:
    case Layout::Double:
      hash = hash_word(words[0] + 0x9e3779b97f4a7c15ull);
      break;
    case Layout::Decimal: {
      Decimal value;
      std::memcpy(static_cast<void*>(&value), words, sizeof(value));
      hash = hash_of(value);
      break;
    }
    case Layout::Guid:
      hash = combine_hashes(words[0], words[1]);
      break;
    case Layout::Text:
      hash = hash_text(text_at(words), type);
      break;
  }
  return hash == 0 ? null_hash : hash;
}

template <typename T> void put(uint64_t* into, const T& value) {
  if constexpr (sizeof(T) <= 8) {
    *into = word_of(value);
  } else {
    std::memcpy(into, &value, 16);
  }
}

template <typename Do> auto with_layout(Type type, Do&& action) {
  switch (layout_of(type)) {
    case Layout::Byte:
      return action(uint8_t{});
    case Layout::Word:
      return action(int64_t{});
    case Layout::Double:
      return action(double{});
    case Layout::Decimal:
      return action(Decimal{});
    case Layout::Guid:
      return action(Guid{});
    case Layout::Text:
      break;
  }
  return action(Text{});
}

}  // namespace

KeyLayout::KeyLayout(std::vector<Type> types)
    : types_(std::move(types)),
      null_words_(std::max<uint32_t>(1, static_cast<uint32_t>(words_for(types_.size())))),
      words_(null_words_) {
  for (uint32_t i = 0; i < null_words_; ++i) exact_.push_back(i);
  for (const Type type : types_) {
    offsets_.push_back(words_);
    const auto words = static_cast<uint32_t>((bytes_of(layout_of(type)) + 7) / 8);
    if (layout_of(type) == Layout::Text || layout_of(type) == Layout::Decimal) {
      special_.push_back({words_, type});
    } else {
      for (uint32_t i = 0; i < words; ++i) exact_.push_back(words_ + i);
    }
    words_ += words;
  }
}

bool KeyLayout::equal_special(const Special& special, const uint64_t* a, const uint64_t* b) {
  a += special.offset;
  b += special.offset;
  if (a[0] == b[0] && a[1] == b[1]) return true;
  if (special.type == Type::String) return a[1] == b[1] && text_at(a) == text_at(b);
  if (special.type == Type::Dynamic) {
    const Text x = text_at(a), y = text_at(b);
    return x == y || DynamicView(x.view()) == DynamicView(y.view());
  }
  Decimal x, y;
  std::memcpy(static_cast<void*>(&x), a, sizeof(x));
  std::memcpy(static_cast<void*>(&y), b, sizeof(y));
  return x == y;
}

void KeyLayout::own(uint64_t* key, std::span<const uint8_t> stable, Arena& arena) const {
  for (size_t i = 0; i < types_.size(); ++i) {
    if (layout_of(types_[i]) != Layout::Text || stable[i] != 0) continue;
    const Text copy(arena.copy(text_at(key + offsets_[i])));
    std::memcpy(key + offsets_[i], &copy, sizeof(copy));
  }
}

Vector KeyLayout::decode(size_t column, std::span<const uint64_t* const> keys, Arena& arena) const {
  const Type type = types_[column];
  const uint32_t offset = offsets_[column];
  Vector result{.type = type};
  with_layout(type, [&]<typename T>(T) {
    T* values = arena.array<T>(keys.size()).data();
    for (size_t i = 0; i < keys.size(); ++i) {
      if constexpr (std::is_same_v<T, uint8_t>) {
        values[i] = static_cast<uint8_t>(keys[i][offset]);
      } else {
        std::memcpy(static_cast<void*>(values + i), keys[i] + offset, sizeof(T));
      }
    }
    result.values = values;
  });
  uint64_t any_null = 0;
  for (const uint64_t* key : keys) any_null |= key[column / 64] >> (column % 64) & 1;
  if (any_null != 0 && type != Type::String) {
    const auto words = arena.array<uint64_t>(words_for(keys.size()));
    std::memset(words.data(), 0xff, words.size_bytes());
    for (size_t i = 0; i < keys.size(); ++i) {
      if ((keys[i][column / 64] >> (column % 64) & 1) != 0) clear_bit(words.data(), i);
    }
    result.validity = words.data();
  }
  return result;
}

void KeyEncoder::Free::operator()(uint64_t* memory) const {
  std::free(memory);
}

uint64_t* KeyEncoder::hashes_of(const Dictionary& dictionary) {
  auto& hashes = entry_hashes_[dictionary.id];
  if (hashes == nullptr) {
    // Zeroed pages that are not used cost nothing.
    hashes.reset(static_cast<uint64_t*>(std::calloc(dictionary.size + 1, sizeof(uint64_t))));
    if (hashes == nullptr) throw std::bad_alloc();
  }
  return hashes.get();
}

void KeyEncoder::encode(std::span<const Vector> columns, Selection selection) {
  keys_.resize(static_cast<size_t>(selection.count) * layout_.words());
  hashes_.assign(selection.count, 0);
  stable_.resize(columns.size());
  for (uint32_t at = 0; at < selection.count; ++at) {
    for (uint32_t i = 0; i < layout_.null_words(); ++i) keys_[at * layout_.words() + i] = 0;
  }
  if (columns.empty()) return;
  for (size_t i = 0; i < columns.size(); ++i) encode_column(i, columns[i], selection);
}

void KeyEncoder::encode_column(size_t number, const Vector& column, Selection selection) {
  const Type type = layout_.types()[number];
  const uint32_t stride = layout_.words();
  const uint32_t offset = layout_.offset(number);
  uint64_t* keys = keys_.data();
  const Reader reader(column);
  stable_[number] = column.shape == Shape::Dictionary;
  uint64_t* known = column.shape == Shape::Dictionary && bytes_of(layout_of(type)) == 16
                        ? hashes_of(*column.dictionary)
                        : nullptr;
  with_layout(type, [&]<typename T>(T) {
    uint32_t at = 0;
    for_each_row(selection, [&](uint32_t row) {
      uint64_t* key = keys + at * stride;
      uint64_t hash = null_hash;
      if (reader.valid(row)) {
        put(key + offset, reader.get<T>(row));
        if (known != nullptr) {
          uint64_t& entry = known[column.codes[row]];
          if (entry == 0) entry = hash_words(key + offset, type);
          hash = entry;
        } else {
          hash = hash_words(key + offset, type);
        }
      } else {
        key[offset] = 0;
        if constexpr (sizeof(T) == 16) key[offset + 1] = 0;
        key[number / 64] |= uint64_t{1} << (number % 64);
      }
      hashes_[at] = number == 0 ? hash : combine_hashes(hashes_[at], hash);
      ++at;
    });
  });
}

}  // namespace vedette::exec
