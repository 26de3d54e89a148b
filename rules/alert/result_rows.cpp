#include "rules/alert/result_rows.h"

#include <cmath>

#include "rules/load/fields.h"
#include "runtime/value/convert.h"
#include "runtime/value/render.h"

namespace vedette::rules {

ResultRows::ResultRows(const ResultTable& table) : table_(table) {
  for (const ColumnBuilder& column : table.data) vectors_.push_back(column.vector());
}

std::optional<size_t> ResultRows::find(std::string_view column) const {
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    if (table_.columns[i].first == column) return i;
  }
  return std::nullopt;
}

Value ResultRows::value(size_t row, size_t column) const {
  return value_at(vectors_[column], static_cast<uint32_t>(row));
}

std::string ResultRows::text(size_t row, size_t column) const {
  return std::string(trimmed(to_text(value(row, column))));
}

std::string ResultRows::scalar(size_t row, size_t column) const {
  const Value held = value(row, column);
  if (held.type() == Type::Dynamic && !held.is_null()) {
    const DynamicView view(held.as_text());
    if (view.is_array() || view.is_object()) return {};
  }
  return std::string(trimmed(to_text(held)));
}

void ResultRows::append_object(std::string& out, size_t row) const {
  out += '{';
  for (size_t column = 0; column < table_.columns.size(); ++column) {
    if (column > 0) out += ',';
    append_json_string(out, table_.columns[column].first);
    out += ':';
    append_json_cell(out, value(row, column));
  }
  out += '}';
}

std::string ResultRows::packed(size_t row) const {
  std::string out = "{";
  for (size_t column = 0; column < table_.columns.size(); ++column) {
    if (column > 0) out += ',';
    append_json_string(out, table_.columns[column].first);
    out += ':';
    const Value held = value(row, column);
    if (held.type() == Type::Real && !held.is_null() && !std::isfinite(held.as_real())) {
      append_json_string(out, to_text(held));
    } else {
      append_json_cell(out, held);
    }
  }
  return out + '}';
}

void ResultRows::append_cells(std::string& out, size_t row) const {
  out += '[';
  for (size_t column = 0; column < table_.columns.size(); ++column) {
    if (column > 0) out += ',';
    append_json_cell(out, value(row, column));
  }
  out += ']';
}

}  // namespace vedette::rules
