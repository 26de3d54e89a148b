#include "rules/state/packed_rows.h"

#include <cstring>

#include "runtime/base/error.h"

namespace vedette::rules {
namespace {

class Writer {
 public:
  template <typename T> void put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void put_text(std::string_view text) {
    put(static_cast<uint32_t>(text.size()));
    bytes_ += text;
  }

  void put_columns(const plan::TableColumns& columns, size_t rows) {
    put(static_cast<uint32_t>(columns.size()));
    for (const auto& [name, type] : columns) {
      put_text(name);
      put(type);
    }
    put(static_cast<uint32_t>(rows));
  }

  void put_value(const Value& value) {
    put(static_cast<uint8_t>(!value.is_null()));
    if (value.is_null()) return;
    switch (value.type()) {
      case Type::Bool:
        return put(static_cast<uint8_t>(value.as_bool()));
      case Type::Int:
      case Type::Long:
      case Type::Datetime:
      case Type::Timespan:
        return put(value.as_word());
      case Type::Real:
        return put(value.as_real());
      case Type::Decimal:
        return put(value.as_decimal());
      case Type::Guid:
        return put(value.as_guid());
      case Type::String:
      case Type::Dynamic:
      case Type::Error:
        return put_text(value.as_text());
    }
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(size_t size) {
    if (bytes_.size() < size) {
      throw QueryError(ErrorKind::Runtime, "RUL0602", "a row in the outbox of rules is damaged");
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  template <typename T> T get() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string text() { return std::string(take(get<uint32_t>())); }

  Value value(Type type) {
    if (get<uint8_t>() == 0) return Value::null(type);
    switch (type) {
      case Type::Bool:
        return Value::boolean(get<uint8_t>() != 0);
      case Type::Int:
        return Value::int32(get<int64_t>());
      case Type::Long:
        return Value::int64(get<int64_t>());
      case Type::Datetime:
        return Value::datetime({get<int64_t>()});
      case Type::Timespan:
        return Value::timespan({get<int64_t>()});
      case Type::Real:
        return Value::real(get<double>());
      case Type::Decimal:
        return Value::decimal(get<Decimal>());
      case Type::Guid:
        return Value::guid(get<Guid>());
      case Type::Dynamic:
        return Value::dynamic(text());
      case Type::String:
      case Type::Error:
        break;
    }
    return Value::string(text());
  }

 private:
  std::string_view bytes_;
};

}  // namespace

std::string pack_rows(const ResultTable& rows) {
  Writer writer;
  writer.put_columns(rows.columns, rows.rows);
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : rows.data) vectors.push_back(column.vector());
  for (uint32_t row = 0; row < rows.rows; ++row) {
    for (const Vector& vector : vectors) writer.put_value(value_at(vector, row));
  }
  return writer.take();
}

std::string pack_row(const plan::TableColumns& columns, const std::vector<Value>& row) {
  check(columns.size() == row.size(), "a row has a value for each column");
  Writer writer;
  writer.put_columns(columns, 1);
  for (const Value& value : row) writer.put_value(value);
  return writer.take();
}

PackedRows unpack_rows(std::string_view bytes) {
  Input input(bytes);
  PackedRows unpacked;
  const auto columns = input.get<uint32_t>();
  for (uint32_t column = 0; column < columns; ++column) {
    std::string name = input.text();
    unpacked.columns.emplace_back(std::move(name), input.get<Type>());
  }
  const auto rows = input.get<uint32_t>();
  for (uint32_t row = 0; row < rows; ++row) {
    std::vector<Value>& values = unpacked.rows.emplace_back();
    values.reserve(columns);
    for (const auto& [name, type] : unpacked.columns) values.push_back(input.value(type));
  }
  return unpacked;
}

}  // namespace vedette::rules
