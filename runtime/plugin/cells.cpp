#include "runtime/plugin/cells.h"

#include <string>
#include <unordered_map>

#include "runtime/value/convert.h"

namespace vedette::plugin {

double Cells::number(size_t row) const {
  if (is_null(row)) return 0;
  switch (layout_of(type())) {
    case Layout::Byte:
      return get<uint8_t>(row);
    case Layout::Word:
      return static_cast<double>(word(row));
    case Layout::Double:
      return get<double>(row);
    case Layout::Decimal: {
      const Value real = convert(value(row), Type::Real);
      return real.is_null() ? 0 : real.as_real();
    }
    default:
      return 0;
  }
}

Value Cells::value(size_t row) const {
  if (is_null(row)) return Value::null(type());
  switch (layout_of(type())) {
    case Layout::Byte:
      return Value::boolean(get<uint8_t>(row) != 0);
    case Layout::Word:
      if (type() == Type::Int) return Value::int32(word(row));
      if (type() == Type::Datetime) return Value::datetime({word(row)});
      if (type() == Type::Timespan) return Value::timespan({word(row)});
      return Value::int64(word(row));
    case Layout::Double:
      return Value::real(get<double>(row));
    case Layout::Decimal:
      return Value::decimal(get<Decimal>(row));
    case Layout::Guid:
      return Value::guid(get<Guid>(row));
    case Layout::Text:
      break;
  }
  if (type() == Type::Dynamic) return Value::dynamic(std::string(text(row)));
  return Value::string(std::string(text(row)));
}

void Cells::append_to(ColumnBuilder& out, size_t row) const {
  if (is_null(row)) return out.append_null();
  switch (layout_of(type())) {
    case Layout::Byte:
      return out.append_bool(get<uint8_t>(row) != 0);
    case Layout::Word:
      return out.append_word(word(row));
    case Layout::Double:
      return out.append_double(get<double>(row));
    case Layout::Decimal:
      return out.append_decimal(get<Decimal>(row));
    case Layout::Guid:
      return out.append_guid(get<Guid>(row));
    case Layout::Text:
      return out.append_text(text(row));
  }
}

std::string_view Cells::key(size_t row) const {
  if (is_null(row)) return {};
  const Layout layout = layout_of(type());
  if (layout == Layout::Text) return text(row);
  const auto bytes = static_cast<size_t>(bytes_of(layout));
  return {static_cast<const char*>(vector_.values) + row * bytes, bytes};
}

Codes number_values(const ColumnBuilder& column) {
  const Cells cells(column);
  Codes codes;
  codes.of_row.reserve(cells.size());
  std::unordered_map<std::string_view, uint32_t> known;
  std::optional<uint32_t> null_code;  // apart from the empty text of a dynamic
  for (size_t row = 0; row < cells.size(); ++row) {
    const auto next = static_cast<uint32_t>(codes.count());
    uint32_t code = next;
    if (cells.is_null(row)) {
      if (!null_code) null_code = next;
      code = *null_code;
    } else {
      code = known.try_emplace(cells.key(row), next).first->second;
    }
    if (code == next) codes.first_row.push_back(static_cast<uint32_t>(row));
    codes.of_row.push_back(code);
  }
  return codes;
}

Codes number_rows(const WholeTable& table, size_t first_column, size_t columns) {
  Codes codes;
  if (columns == 0) {
    codes.of_row.assign(table.rows, 0);
    if (table.rows > 0) codes.first_row.push_back(0);
    return codes;
  }
  codes = number_values(table.columns[first_column]);
  for (size_t i = 1; i < columns; ++i) {
    const Codes more = number_values(table.columns[first_column + i]);
    std::unordered_map<uint64_t, uint32_t> known;
    Codes both;
    both.of_row.reserve(table.rows);
    for (size_t row = 0; row < table.rows; ++row) {
      const auto next = static_cast<uint32_t>(both.count());
      const uint64_t pair = uint64_t{codes.of_row[row]} << 32 | more.of_row[row];
      const uint32_t code = known.try_emplace(pair, next).first->second;
      if (code == next) both.first_row.push_back(static_cast<uint32_t>(row));
      both.of_row.push_back(code);
    }
    codes = std::move(both);
  }
  return codes;
}

}  // namespace vedette::plugin
