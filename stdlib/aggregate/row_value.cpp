#include "stdlib/aggregate/row_value.h"

#include "stdlib/scalar/choose_rows.h"

namespace vedette::stdlib {

void KeptValue::keep_text(std::string_view text) {
  is_text_ = true;
  if (text.size() > room_) {
    room_ = static_cast<uint32_t>(text.size() + text.size() / 2);
    std::free(text_);
    text_ = static_cast<char*>(std::malloc(room_));
  }
  if (!text.empty()) std::memcpy(text_, text.data(), text.size());
  size_ = static_cast<uint32_t>(text.size());
}

void KeptValue::keep(const Reader& reader, Layout layout, uint32_t row) {
  valid_ = reader.valid(row);
  if (layout == Layout::Text) {
    keep_text(valid_ ? reader.get<Text>(row).view() : std::string_view{});
    return;
  }
  with_stored_type(layout, [&]<typename T>(T) {
    const T value = reader.get<T>(row);
    std::memcpy(bytes_, &value, sizeof(T));
  });
}

void KeptValue::keep(const KeptValue& other) {
  valid_ = other.valid_;
  std::memcpy(bytes_, other.bytes_, sizeof bytes_);
  if (other.is_text_) keep_text({other.text_, other.size_});
}

void KeptValue::append_to(ColumnBuilder& out, Layout layout) const {
  if (!valid_) return out.append_null();
  switch (layout) {
    case Layout::Byte:
      return out.append_bool(get<uint8_t>() != 0);
    case Layout::Word:
      return out.append_word(get<int64_t>());
    case Layout::Double:
      return out.append_double(get<double>());
    case Layout::Decimal:
      return out.append_decimal(get<Decimal>());
    case Layout::Guid:
      return out.append_guid(get<Guid>());
    case Layout::Text:
      return out.append_text({text_, size_});
  }
}

}  // namespace vedette::stdlib
