#include "runtime/column/vector.h"

#include <array>
#include <atomic>

#include "runtime/value/decimal.h"

namespace vedette {
namespace {

constexpr std::array<uint64_t, 1> no_bits = {};
alignas(16) constexpr std::array<char, 16> zero_bytes = {};

template <typename T>
Vector flatten_as(const Vector& vector, Selection selection, uint32_t rows, Arena& arena) {
  const Reader reader(vector);
  const auto values = arena.array<T>(rows);
  Vector result{.type = vector.type, .values = values.data()};
  for_each_row(selection, [&](uint32_t row) { values[row] = reader.get<T>(row); });
  if (!reader.all_valid()) {
    const auto words = arena.array<uint64_t>(words_for(rows));
    std::memset(words.data(), 0, words.size_bytes());
    for_each_row(selection, [&](uint32_t row) {
      if (reader.valid(row)) set_bit(words.data(), row);
    });
    result.validity = words.data();
  }
  return result;
}

template <typename T> Vector gather_as(const Vector& vector, Selection selection, Arena& arena) {
  const auto values = arena.array<T>(selection.count);
  Vector result{.type = vector.type, .values = values.data()};
  const T* from = vector.as<T>();
  for (uint32_t at = 0; at < selection.count; ++at) values[at] = from[selection[at]];
  if (vector.validity != nullptr) {
    const auto words = arena.array<uint64_t>(words_for(selection.count));
    std::memset(words.data(), 0, words.size_bytes());
    for (uint32_t at = 0; at < selection.count; ++at) {
      if (get_bit(vector.validity, selection[at])) set_bit(words.data(), at);
    }
    result.validity = words.data();
  }
  return result;
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
    case Layout::Text:
      return action(Text{});
    case Layout::Guid:
      return action(Guid{});
  }
  return action(int64_t{});
}

}  // namespace

uint64_t Dictionary::next_id() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

Reader::Reader(const Vector& vector) : values_(vector.values), validity_(vector.validity) {
  if (vector.shape == Shape::Constant) mask_ = 0;
  if (vector.shape == Shape::Dictionary) {
    values_ = vector.dictionary->entries.values;
    validity_ = vector.dictionary->entries.validity;
    index_ = vector.codes;
  }
}

Vector flatten(const Vector& vector, Selection selection, uint32_t rows, Arena& arena) {
  if (vector.shape == Shape::Flat) return vector;
  return with_layout(vector.type, [&](auto sample) {
    return flatten_as<decltype(sample)>(vector, selection, rows, arena);
  });
}

Vector null_vector(Type type) {
  Vector result{.type = type, .shape = Shape::Constant, .values = zero_bytes.data()};
  if (type != Type::String) result.validity = no_bits.data();
  return result;
}

Vector constant_vector(const Value& value, Arena& arena) {
  if (value.is_null()) return null_vector(value.type());
  Vector result{.type = value.type(), .shape = Shape::Constant};
  const auto store = [&](const auto& stored) {
    auto* at = arena.array<std::remove_cvref_t<decltype(stored)>>(1).data();
    *at = stored;
    result.values = at;
  };
  switch (layout_of(value.type())) {
    case Layout::Byte:
      store(static_cast<uint8_t>(value.as_bool()));
      break;
    case Layout::Word:
      store(value.as_word());
      break;
    case Layout::Double:
      store(value.as_real());
      break;
    case Layout::Decimal:
      store(value.as_decimal());
      break;
    case Layout::Text:
      store(Text(arena.copy(value.as_text())));
      break;
    case Layout::Guid:
      store(value.as_guid());
      break;
  }
  return result;
}

Vector slice(const Vector& vector, uint32_t first, uint32_t rows, Arena& arena) {
  if (vector.shape == Shape::Constant || first == 0) return vector;
  Vector result = vector;
  if (vector.shape == Shape::Dictionary) {
    result.codes += first;
    return result;
  }
  result.values = vector.as<char>() + static_cast<size_t>(first) * bytes_of(layout_of(vector.type));
  if (vector.validity == nullptr) return result;
  if (first % 64 == 0) {
    result.validity += first / 64;
    return result;
  }
  const auto words = arena.array<uint64_t>(words_for(rows));
  const uint64_t* from = vector.validity + first / 64;
  const uint32_t shift = first % 64;
  const size_t last = (first + rows - 1) / 64 - first / 64;
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = from[i] >> shift;
    if (i < last) words[i] |= from[i + 1] << (64 - shift);
  }
  result.validity = words.data();
  return result;
}

Vector gather(const Vector& vector, Selection selection, Arena& arena) {
  if (selection.rows == nullptr || vector.shape == Shape::Constant) return vector;
  if (vector.shape == Shape::Dictionary) {
    const auto codes = arena.array<uint32_t>(selection.count);
    for (uint32_t at = 0; at < selection.count; ++at) codes[at] = vector.codes[selection[at]];
    Vector result = vector;
    result.codes = codes.data();
    return result;
  }
  return with_layout(vector.type, [&](auto sample) {
    return gather_as<decltype(sample)>(vector, selection, arena);
  });
}

Value value_at(const Vector& vector, uint32_t row) {
  const Reader reader(vector);
  if (!reader.valid(row)) return Value::null(vector.type);
  switch (vector.type) {
    case Type::Bool:
      return Value::boolean(reader.get<uint8_t>(row) != 0);
    case Type::Int:
      return Value::int32(reader.get<int64_t>(row));
    case Type::Long:
      return Value::int64(reader.get<int64_t>(row));
    case Type::Real:
      return Value::real(reader.get<double>(row));
    case Type::Decimal:
      return Value::decimal(reader.get<Decimal>(row));
    case Type::String:
      return Value::string(std::string(reader.get<Text>(row).view()));
    case Type::Datetime:
      return Value::datetime({reader.get<int64_t>(row)});
    case Type::Timespan:
      return Value::timespan({reader.get<int64_t>(row)});
    case Type::Guid:
      return Value::guid(reader.get<Guid>(row));
    case Type::Dynamic:
      return Value::dynamic(std::string(reader.get<Text>(row).view()));
    case Type::Error:
      break;
  }
  return Value::null(vector.type);
}

}  // namespace vedette
