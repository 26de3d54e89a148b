// Dynamic values as binary JSON: reading them. Building is in `dynamic_builder.h`.
//
// A value is a run of bytes without pointers and without alignment: a tag, then
//   long, real, decimal, datetime, timespan, guid   the number (long in 1, 2, 4 or 8 bytes)
//   number with text   a double, then the text it came from, for numbers like 1.0 or 1e3
//   string             its bytes, to the end of the value
//   array    count, the end of each item, the items
//   object   count, a one-byte hash of each key, the end of each key, the end of each value,
//            the keys, the values
// Counts and ends are 1, 2 or 4 bytes wide, whatever the whole needs; a value ends where the array
// or object around it says. No bytes at all are the null.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/value/decimal.h"
#include "runtime/value/scalar.h"

namespace vedette {

enum class DynamicKind : uint8_t {
  Null,
  Bool,
  Long,
  Real,
  Decimal,
  String,
  Datetime,
  Timespan,
  Guid,
  Array,
  Object,
};

/// The first byte of a value; the upper bits hold the width of what follows.
enum class DynamicTag : uint8_t {
  Null,
  False,
  True,
  Long,
  Real,
  Number,
  Decimal,
  String,
  Datetime,
  Timespan,
  Guid,
  Array,
  Object,
};

constexpr size_t max_dynamic_depth = 1000;

/// A name to look up; worth keeping when it is looked up often.
struct DynamicKey {
  std::string_view text;
  uint8_t hash = 0;

  DynamicKey(std::string_view key) : text(key), hash(hash_of_key(key)) {}
  DynamicKey(const char* key) : DynamicKey(std::string_view(key)) {}

  static uint8_t hash_of_key(std::string_view key) {
    if (key.empty()) return 0;
    const auto byte = [&](size_t at) { return static_cast<uint8_t>(key[at]); };
    return static_cast<uint8_t>(key.size() + 3u * byte(0) + 5u * byte(key.size() - 1) +
                                7u * byte(key.size() / 2));
  }
};

/// Reads a dynamic value in place. Damaged bytes read as nulls, never beyond their end.
class DynamicView {
 public:
  struct Entry;
  template <typename Item> class Range;

  DynamicView() = default;
  explicit DynamicView(std::string_view bytes) : bytes_(bytes) {}
  explicit DynamicView(Dynamic value) : bytes_(value.bytes) {}

  std::string_view bytes() const { return bytes_; }

  DynamicKind kind() const {
    constexpr DynamicKind kinds[16] = {
        DynamicKind::Null,     DynamicKind::Bool,     DynamicKind::Bool,    DynamicKind::Long,
        DynamicKind::Real,     DynamicKind::Real,     DynamicKind::Decimal, DynamicKind::String,
        DynamicKind::Datetime, DynamicKind::Timespan, DynamicKind::Guid,    DynamicKind::Array,
        DynamicKind::Object,   DynamicKind::Null,     DynamicKind::Null,    DynamicKind::Null};
    return kinds[tag_byte() & 15];
  }
  bool is_null() const { return kind() == DynamicKind::Null; }
  bool is_array() const { return tag() == DynamicTag::Array; }
  bool is_object() const { return tag() == DynamicTag::Object; }
  bool is_string() const { return tag() == DynamicTag::String; }

  // Each reads a value of its kind and answers zero or empty for another.
  bool as_bool() const { return tag() == DynamicTag::True; }
  int64_t as_long() const;
  /// A real, or a long as a real.
  double as_real() const;
  Decimal as_decimal() const { return as<Decimal>(DynamicTag::Decimal); }
  std::string_view as_text() const { return is_string() ? bytes_.substr(1) : std::string_view{}; }
  Datetime as_datetime() const { return as<Datetime>(DynamicTag::Datetime); }
  Timespan as_timespan() const { return as<Timespan>(DynamicTag::Timespan); }
  Guid as_guid() const { return as<Guid>(DynamicTag::Guid); }
  /// The text of a real that our own rendering would not give back; empty for all others.
  std::string_view number_text() const {
    return tag() == DynamicTag::Number && bytes_.size() > 9 ? bytes_.substr(9) : std::string_view{};
  }

  /// How many items or entries; 0 for what is neither array nor object.
  size_t size() const { return layout().count; }

  /// An item of an array, from the end for a negative index (-1 is the last); null if there is
  /// no such item.
  DynamicView at(int64_t index) const;

  /// Whether an object has an entry for `key`, and where.
  static constexpr size_t absent = SIZE_MAX;
  size_t index_of(const DynamicKey& key) const;

  /// The value for `key`; null if there is none.
  DynamicView find(const DynamicKey& key) const;

  /// The key and the value of an object's entry, in the order of the text.
  std::string_view key_at(size_t index) const;
  DynamicView value_at(size_t index) const;

  /// The items of an array; nothing for another kind.
  Range<DynamicView> items() const;
  /// The entries of an object; nothing for another kind.
  Range<Entry> entries() const;

 private:
  /// Where the parts of an array or object lie; a count of 0 for anything damaged.
  struct Layout {
    const char* ends = nullptr;     // of the items, or of keys and then values
    const char* hashes = nullptr;   // objects only
    const char* payload = nullptr;  // items, or keys and then values
    size_t count = 0;
    size_t payload_bytes = 0;
    unsigned width = 0;

    size_t end_at(size_t index) const { return load_unsigned(ends + index * width, width); }
  };

  static size_t load_unsigned(const char* at, unsigned width) {
    switch (width) {
      case 1:
        return static_cast<uint8_t>(*at);
      case 2: {
        uint16_t value;
        std::memcpy(&value, at, 2);
        return value;
      }
      default: {
        uint32_t value;
        std::memcpy(&value, at, 4);
        return value;
      }
    }
  }

  uint8_t tag_byte() const { return bytes_.empty() ? 0 : static_cast<uint8_t>(bytes_[0]); }
  DynamicTag tag() const { return static_cast<DynamicTag>(tag_byte() & 15); }

  template <typename T> T as(DynamicTag wanted) const {
    T value = {};
    if (tag() == wanted && bytes_.size() > sizeof(T)) {
      std::memcpy(static_cast<void*>(&value), bytes_.data() + 1, sizeof(T));
    }
    return value;
  }

  Layout layout() const {
    const uint8_t byte = tag_byte();
    const bool object = (byte & 15) == static_cast<uint8_t>(DynamicTag::Object);
    if (!object && (byte & 15) != static_cast<uint8_t>(DynamicTag::Array)) return {};
    const unsigned width = 1u << (byte >> 4 & 3);
    if (width > 4 || bytes_.size() < 1 + width) return {};
    Layout layout;
    layout.width = width;
    const size_t count = load_unsigned(bytes_.data() + 1, width);
    const size_t header = 1 + width + count * (object ? 1 + 2 * width : width);
    if (header > bytes_.size()) return {};
    layout.count = count;
    layout.hashes = bytes_.data() + 1 + width;
    layout.ends = layout.hashes + (object ? count : 0);
    layout.payload = bytes_.data() + header;
    layout.payload_bytes = bytes_.size() - header;
    return layout;
  }

  static std::string_view slice(const Layout& layout, size_t start, size_t end) {
    if (start > end || end > layout.payload_bytes) return {};
    return {layout.payload + start, end - start};
  }

  static std::string_view value_in(const Layout& layout, size_t index) {
    const size_t at = layout.count + index;
    return slice(layout, layout.end_at(at - 1), layout.end_at(at));
  }

  static size_t search(const Layout& layout, std::string_view bytes, const DynamicKey& key);

  std::string_view bytes_;
};

struct DynamicView::Entry {
  std::string_view key;
  DynamicView value;
};

/// The items of an array or the entries of an object, for a range-based `for`.
template <typename Item> class DynamicView::Range {
 public:
  class Iterator {
   public:
    Iterator(DynamicView view, size_t at) : view_(view), at_(at) {}
    Item operator*() const {
      if constexpr (std::is_same_v<Item, Entry>) {
        return {view_.key_at(at_), view_.value_at(at_)};
      } else {
        return view_.at(static_cast<int64_t>(at_));
      }
    }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    DynamicView view_;
    size_t at_;
  };

  Range(DynamicView view, size_t count) : view_(view), count_(count) {}
  Iterator begin() const { return {view_, 0}; }
  Iterator end() const { return {view_, count_}; }

 private:
  DynamicView view_;
  size_t count_;
};

inline DynamicView::Range<DynamicView> DynamicView::items() const {
  return {*this, is_array() ? size() : 0};
}

inline DynamicView::Range<DynamicView::Entry> DynamicView::entries() const {
  return {*this, is_object() ? size() : 0};
}

/// An order of all dynamic values: null, bools, numbers by their value (5 and 5.0 are equal),
/// datetimes, timespans, guids, strings, arrays item by item, objects (whatever the order of their
/// keys).
std::strong_ordering compare(DynamicView a, DynamicView b);

inline bool operator==(DynamicView a, DynamicView b) {
  return compare(a, b) == 0;
}

/// Equal for equal values.
uint64_t hash_of(DynamicView value);

}  // namespace vedette
