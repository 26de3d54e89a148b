// One value of any type kept beyond its batch: what arg_max and take_any return.
#pragma once

#include <cstdlib>

#include "runtime/function/aggregate.h"

namespace vedette::stdlib {

/// A kept value. Text has memory of its own, which is used again for the next text.
class KeptValue {
 public:
  KeptValue() = default;
  KeptValue(const KeptValue&) = delete;
  KeptValue& operator=(const KeptValue&) = delete;
  ~KeptValue() { std::free(text_); }

  void keep(const Reader& reader, Layout layout, uint32_t row);
  void keep(const KeptValue& other);
  void append_to(ColumnBuilder& out, Layout layout) const;

  bool valid() const { return valid_; }
  template <typename T> T get() const {
    if constexpr (std::is_same_v<T, Text>) {
      return Text(std::string_view(text_, size_));
    } else {
      T value;
      std::memcpy(static_cast<void*>(&value), bytes_, sizeof(T));
      return value;
    }
  }

 private:
  void keep_text(std::string_view text);

  alignas(8) char bytes_[16] = {};
  char* text_ = nullptr;
  uint32_t size_ = 0;
  uint32_t room_ = 0;
  bool valid_ = false;
  bool is_text_ = false;
};

/// How much memory the texts of `count` kept values may take, for accounting.
constexpr int64_t bytes_of_kept_values(size_t count) {
  return static_cast<int64_t>(count * (sizeof(KeptValue) + 32));
}

}  // namespace vedette::stdlib
