// Dynamic values as binary JSON: building them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/byte_buffer.h"
#include "runtime/value/dynamic.h"

namespace vedette {

/// Writes one value after the other, depth first. Keeps its memory: use one for many values.
class DynamicBuilder {
 public:
  /// A state to return to.
  struct Mark {
    size_t bytes = 0;
    size_t frames = 0;
    size_t ends = 0;
    size_t keys = 0;
    size_t key_bytes = 0;
  };

  void add_null() { add_tag(DynamicTag::Null); }
  void add_bool(bool value) { add_tag(value ? DynamicTag::True : DynamicTag::False); }
  void add_long(int64_t value);
  void add_real(double value) { add_fixed(DynamicTag::Real, value); }
  /// A real that must come back as exactly this text of a JSON number.
  void add_number(double value, std::string_view text);
  void add_decimal(const Decimal& value) { add_fixed(DynamicTag::Decimal, value); }
  /// `text` must be valid UTF-8.
  void add_string(std::string_view text);
  void add_datetime(Datetime value) { add_fixed(DynamicTag::Datetime, value); }
  void add_timespan(Timespan value) { add_fixed(DynamicTag::Timespan, value); }
  void add_guid(const Guid& value) { add_fixed(DynamicTag::Guid, value); }
  /// A copy of a value built before.
  void add(DynamicView value);

  void begin_array() { begin(false); }
  void end_array();
  void begin_object() { begin(true); }
  /// The key of the value that comes next. Of two values with one key the later stays, in the
  /// place of the earlier.
  void key(std::string_view key);
  void end_object();

  /// How many arrays and objects are open.
  size_t depth() const { return frames_.size(); }
  bool in_object() const { return !frames_.empty() && frames_.back().object; }

  /// The finished value, until the next call that changes the builder.
  std::string_view bytes() const { return bytes_.view(); }
  DynamicView view() const { return DynamicView(bytes_.view()); }
  /// A copy that lives in the arena; clears the builder.
  Dynamic finish(Arena& arena);
  /// The value itself; clears the builder.
  std::string take();
  void clear() { restore({}); }

  Mark mark() const {
    return {bytes_.size(), frames_.size(), ends_.size(), key_ends_.size(), key_bytes_.size()};
  }
  /// Takes back what was added since, provided that what was open then is still open.
  void restore(const Mark& mark);

 private:
  struct Frame {
    bool object;
    size_t first_byte;
    size_t first_end;
    size_t first_key;
    size_t first_key_byte;
  };

  void begin(bool object);
  void add_tag(DynamicTag tag) {
    bytes_.push_back(static_cast<char>(tag));
    finish_value();
  }
  template <typename T> void add_fixed(DynamicTag tag, const T& value) {
    char* const out = bytes_.extend(1 + sizeof value);
    *out = static_cast<char>(tag);
    std::memcpy(out + 1, &value, sizeof value);
    finish_value();
  }
  void finish_value() {
    if (frames_.empty()) return;
    ends_.push_back(static_cast<uint32_t>(bytes_.size() - frames_.back().first_byte));
  }
  void drop_repeated_keys(const Frame& frame);
  std::vector<uint32_t> repeated_keys(const Frame& frame) const;
  std::string_view key_of(const Frame& frame, size_t index) const;

  ByteBuffer bytes_;
  std::vector<Frame> frames_;
  std::vector<uint32_t> ends_;  // of the values in open arrays and objects, from their first byte
  std::vector<uint32_t> key_ends_;  // of the keys in open objects, from their first byte
  std::vector<uint8_t> hashes_;     // of those keys
  ByteBuffer key_bytes_;
};

}  // namespace vedette
